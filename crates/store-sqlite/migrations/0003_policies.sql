-- Policies by their names on the wire; what was never set has no entry. A tenant without a row has set none.
CREATE TABLE tenant (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    policies TEXT NOT NULL
) STRICT, WITHOUT ROWID;

UPDATE organization SET policies = CASE policies ->> '$.permitGlobalPats'
    WHEN 1 THEN '{"Policy.BlockGlobalPATCreation":{"value":false},"Policy.RetireGlobalPATs":{"value":false}}'
    ELSE '{}'
END;

-- The ids of groups, blank-separated, as an access token of the person named them last.
ALTER TABLE person ADD COLUMN member_of TEXT NOT NULL DEFAULT '';
