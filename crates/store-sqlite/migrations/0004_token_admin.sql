-- The place of each PAT in its owner's list: administrators page by it, since their continuation tokens have room
-- for a number only. A number never changes, and the next one is always larger than all that are there.
CREATE TABLE pat_number (
    organization BLOB NOT NULL REFERENCES organization (id),
    owner BLOB NOT NULL CHECK (length(owner) = 16),
    number INTEGER NOT NULL CHECK (number > 0),
    authorization BLOB NOT NULL,
    PRIMARY KEY (organization, owner, number)
) STRICT, WITHOUT ROWID;

INSERT INTO pat_number (organization, owner, number, authorization)
SELECT
    c.organization,
    c.owner,
    row_number() OVER (PARTITION BY c.organization, c.owner ORDER BY a.valid_from, a.id),
    a.id
FROM authorization AS a
JOIN cohort AS c ON c.number = a.cohort;

CREATE TRIGGER authorization_is_numbered AFTER INSERT ON authorization
BEGIN
    INSERT INTO pat_number (organization, owner, number, authorization)
    SELECT
        c.organization,
        c.owner,
        1 + coalesce(
            (
                SELECT last.number FROM pat_number AS last
                WHERE last.organization = c.organization AND last.owner = c.owner
                ORDER BY last.number DESC
                LIMIT 1
            ),
            0
        ),
        NEW.id
    FROM cohort AS c
    WHERE c.number = NEW.cohort;
END;

-- What the revocation rules of an organization come to: of all rules that name a scope, the latest instant.
CREATE TABLE revocation_rule (
    organization BLOB NOT NULL REFERENCES organization (id),
    scope TEXT NOT NULL,
    created_before INTEGER NOT NULL,
    PRIMARY KEY (organization, scope)
) STRICT, WITHOUT ROWID;
