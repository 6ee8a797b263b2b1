-- Instants are microseconds UTC, ids 16 bytes. "PTCY" in the file's header tells our databases from others.
PRAGMA application_id = 1347699545;

CREATE TABLE organization (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
    membership TEXT NOT NULL,
    administrators TEXT NOT NULL,
    policies TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    id BLOB NOT NULL CHECK (length(id) = 16),
    tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
    user_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    PRIMARY KEY (id, tenant_id)
) STRICT, WITHOUT ROWID;

-- The current epochs; no row: 0. An empty owner stands for the organization itself.
CREATE TABLE epoch (
    organization BLOB NOT NULL REFERENCES organization (id),
    owner BLOB NOT NULL CHECK (length(owner) IN (0, 16)),
    value INTEGER NOT NULL CHECK (value > 0),
    PRIMARY KEY (organization, owner)
) STRICT, WITHOUT ROWID;

-- PATs of one owner that were issued in the same epochs and are revoked, or not, one by one. A raised epoch
-- ends whole cohorts and touches none of their rows; a list reads the few cohorts that can match and nothing else.
CREATE TABLE cohort (
    number INTEGER NOT NULL PRIMARY KEY,
    organization BLOB NOT NULL REFERENCES organization (id),
    owner BLOB NOT NULL CHECK (length(owner) = 16),
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    organization_epoch INTEGER NOT NULL CHECK (organization_epoch >= 0),
    owner_epoch INTEGER NOT NULL CHECK (owner_epoch >= 0),
    UNIQUE (organization, owner, revoked, organization_epoch, owner_epoch)
) STRICT;

-- Stored in the order of its most common list.
CREATE TABLE authorization (
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    cohort INTEGER NOT NULL REFERENCES cohort (number),
    display_name TEXT NOT NULL,
    scope TEXT NOT NULL,
    all_organizations INTEGER NOT NULL CHECK (all_organizations IN (0, 1)),
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL,
    revoked_at INTEGER,
    revocation_reason TEXT,
    date_key BLOB NOT NULL,
    name_key BLOB NOT NULL,
    PRIMARY KEY (cohort, date_key),
    CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL))
) STRICT, WITHOUT ROWID;

-- Holds whole rows, so that a page by name is one run through one index, however many PATs there are.
CREATE UNIQUE INDEX authorization_by_name ON authorization (
    cohort, name_key, valid_to, id, display_name, scope, all_organizations, valid_from, revoked_at, revocation_reason
);

CREATE TABLE secret (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    authorization BLOB NOT NULL REFERENCES authorization (id),
    pepper_number INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    dies_at INTEGER
) STRICT, WITHOUT ROWID;

-- One row.
CREATE TABLE change_head (
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 16),
    sequence INTEGER NOT NULL
) STRICT;

CREATE TABLE change_log (
    sequence INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    organization BLOB NOT NULL REFERENCES organization (id),
    subject BLOB
) STRICT;

CREATE TABLE audit (
    organization BLOB NOT NULL REFERENCES organization (id),
    sequence INTEGER NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    object_id BLOB,
    user_name TEXT,
    application_id BLOB,
    address TEXT,
    user_agent TEXT,
    activity_id BLOB,
    data TEXT NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (organization, sequence)
) STRICT, WITHOUT ROWID;

-- All that creating a PAT writes, as one row: one statement instead of four, which SQLite undoes wholly when a
-- part of it fails. Only INSERT has a use.
CREATE VIEW creation AS
SELECT
    a.id, a.cohort, a.display_name, a.scope, a.all_organizations, a.valid_from, a.valid_to, a.date_key, a.name_key,
    s.digest, s.pepper_number, s.generation, s.dies_at,
    u.organization, u.sequence AS audit_sequence, u.id AS audit_id, u.at, u.action, u.object_id, u.user_name,
    u.application_id, u.address, u.user_agent, u.activity_id, u.data, u.previous_hash, u.hash,
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
        organization, sequence, id, at, action, object_id, user_name, application_id, address, user_agent,
        activity_id, data, previous_hash, hash
    ) VALUES (
        NEW.organization, NEW.audit_sequence, NEW.audit_id, NEW.at, NEW.action, NEW.object_id, NEW.user_name,
        NEW.application_id, NEW.address, NEW.user_agent, NEW.activity_id, NEW.data, NEW.previous_hash, NEW.hash
    );
    INSERT INTO change_log (sequence, kind, organization, subject)
    VALUES (NEW.change_sequence, NEW.kind, NEW.organization, NEW.subject);
END;
