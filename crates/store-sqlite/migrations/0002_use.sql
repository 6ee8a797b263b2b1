-- The last use of each secret in each organization, to the minute. Written in batches; no change, no audit.
CREATE TABLE secret_use (
    authorization BLOB NOT NULL REFERENCES authorization (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    organization BLOB NOT NULL REFERENCES organization (id),
    minute INTEGER NOT NULL,
    address TEXT,
    PRIMARY KEY (authorization, generation, organization)
) STRICT, WITHOUT ROWID;

-- The PAT that the actor called with.
ALTER TABLE audit ADD COLUMN pat_id BLOB;
-- What a record is about: the authorization or owner; nothing: the organization. It repeats what `data` says, so
-- the chain does not cover it.
ALTER TABLE audit ADD COLUMN subject BLOB;

-- Records of before tell the id as text.
CREATE TABLE id_by_text (text TEXT NOT NULL PRIMARY KEY, id BLOB NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO id_by_text (text, id) SELECT lower(hex(id)), id FROM authorization;
UPDATE audit SET subject = (
    SELECT id FROM id_by_text WHERE text = replace(json_extract(data, '$.AuthorizationId'), '-', '')
);
DROP TABLE id_by_text;

CREATE INDEX audit_by_subject ON audit (organization, subject, sequence);

DROP TRIGGER creation_insert;
DROP VIEW creation;

-- As before, with the new columns of the audit.
CREATE VIEW creation AS
SELECT
    a.id, a.cohort, a.display_name, a.scope, a.all_organizations, a.valid_from, a.valid_to, a.date_key, a.name_key,
    s.digest, s.pepper_number, s.generation, s.dies_at,
    u.organization, u.sequence AS audit_sequence, u.id AS audit_id, u.at, u.action, u.object_id, u.user_name,
    u.application_id, u.pat_id, u.address, u.user_agent, u.activity_id, u.data, u.previous_hash, u.hash,
    l.sequence AS change_sequence, l.kind, l.subject
FROM authorization AS a
JOIN secret AS s ON s.authorization = a.id
JOIN change_log AS l ON l.subject = a.id
JOIN audit AS u ON u.organization = l.organization;

CREATE TRIGGER creation_insert INSTEAD OF INSERT ON creation
BEGIN
    INSERT INTO authorization (
        id, cohort, display_name, scope, all_organizations, valid_from, valid_to, date_key, name_key
    ) VALUES (
        NEW.id, NEW.cohort, NEW.display_name, NEW.scope, NEW.all_organizations, NEW.valid_from, NEW.valid_to,
        NEW.date_key, NEW.name_key
    );
    INSERT INTO secret (digest, authorization, pepper_number, generation, dies_at)
    VALUES (NEW.digest, NEW.id, NEW.pepper_number, NEW.generation, NEW.dies_at);
    INSERT INTO audit (
        organization, sequence, id, at, action, object_id, user_name, application_id, pat_id, address, user_agent,
        activity_id, data, previous_hash, hash, subject
    ) VALUES (
        NEW.organization, NEW.audit_sequence, NEW.audit_id, NEW.at, NEW.action, NEW.object_id, NEW.user_name,
        NEW.application_id, NEW.pat_id, NEW.address, NEW.user_agent, NEW.activity_id, NEW.data, NEW.previous_hash,
        NEW.hash, NEW.subject
    );
    INSERT INTO change_log (sequence, kind, organization, subject)
    VALUES (NEW.change_sequence, NEW.kind, NEW.organization, NEW.subject);
END;
