-- Which of its PAT's secrets it is: 0 the present one, 1 the one that this superseded; NULL an earlier one, or one
-- whose rotation was undone, which is dead for good. So at most two of a PAT's secrets can work at any moment.
ALTER TABLE secret ADD COLUMN place INTEGER DEFAULT 0 CHECK (place IN (0, 1));

CREATE UNIQUE INDEX secret_by_place ON secret (authorization, place) WHERE place IS NOT NULL;

-- What each rotation made, and by which a repeated request is known: digests and nothing that leads to a secret.
CREATE TABLE rotation (
    authorization BLOB NOT NULL REFERENCES authorization (id),
    generation INTEGER NOT NULL CHECK (generation > 1),
    key_digest BLOB NOT NULL CHECK (length(key_digest) = 32),
    request_digest BLOB NOT NULL CHECK (length(request_digest) = 32),
    at INTEGER NOT NULL,
    old_valid_from INTEGER NOT NULL,
    old_valid_to INTEGER NOT NULL,
    valid_to INTEGER NOT NULL,
    answer TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (authorization, generation),
    UNIQUE (authorization, key_digest)
) STRICT, WITHOUT ROWID;
