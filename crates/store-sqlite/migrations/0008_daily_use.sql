-- How often secrets were used in each organization, by day and address, for as long as it is remembered. `secret_use`
-- keeps the last use for good. Days are counted from 1970-01-01 in UTC; an empty address stands for all uses whose
-- address is not known or not told apart.
CREATE TABLE daily_use (
    authorization BLOB NOT NULL REFERENCES authorization (id) ON DELETE CASCADE,
    organization BLOB NOT NULL REFERENCES organization (id),
    day INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    address TEXT NOT NULL,
    uses INTEGER NOT NULL CHECK (uses > 0),
    PRIMARY KEY (authorization, organization, day, generation, address)
) STRICT, WITHOUT ROWID;

CREATE INDEX daily_use_by_day ON daily_use (day);

-- Of what was before, at least the last use is known.
INSERT INTO daily_use (authorization, organization, day, generation, address, uses)
SELECT authorization, organization, minute / 86400000000, generation, coalesce(address, ''), 1 FROM secret_use;
