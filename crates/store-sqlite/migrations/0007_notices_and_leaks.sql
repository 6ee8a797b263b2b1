-- What waits to be told, one row for each channel. A row that was told stays for a while, so that its key stays taken.
CREATE TABLE outbox (
    key TEXT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    stage TEXT NOT NULL,
    organization BLOB NOT NULL REFERENCES organization (id),
    owner BLOB NOT NULL CHECK (length(owner) = 16),
    authorization BLOB NOT NULL CHECK (length(authorization) = 16),
    at INTEGER NOT NULL,
    due_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    done_at INTEGER,
    CHECK ((due_at IS NULL) <> (done_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;

-- How far each job got that looks at ranges of ends. Everything up to `seen` was looked at; while `target` is there, so
-- was the range from `seen` to `target` up to and including the PAT at (`cohort`, `date_key`).
CREATE TABLE job (
    name TEXT NOT NULL PRIMARY KEY,
    seen INTEGER NOT NULL,
    target INTEGER,
    cohort INTEGER,
    date_key BLOB,
    CHECK ((target IS NULL) = (cohort IS NULL) AND (target IS NULL) = (date_key IS NULL))
) STRICT, WITHOUT ROWID;

-- PATs that were found where secrets must not be.
CREATE TABLE exposure (
    authorization BLOB NOT NULL PRIMARY KEY CHECK (length(authorization) = 16),
    at INTEGER NOT NULL,
    place TEXT
) STRICT, WITHOUT ROWID;
