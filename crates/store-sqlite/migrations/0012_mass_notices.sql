-- A notice about so many PATs of its owner that ended together; `authorization` is zero then.
ALTER TABLE outbox ADD COLUMN pats INTEGER CHECK (pats > 0);

-- Revocation rules whose owners are told one after the other: those with an id up to `owner` were. `raised` and `before`
-- are pairs of scope and instant: what the rule raised, and all that held before it.
CREATE TABLE rule_announcement (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization BLOB NOT NULL REFERENCES organization (id),
    at INTEGER NOT NULL,
    raised TEXT NOT NULL,
    before TEXT NOT NULL,
    owner BLOB NOT NULL CHECK (length(owner) = 16)
) STRICT, WITHOUT ROWID;
