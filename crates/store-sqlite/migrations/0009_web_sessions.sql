-- Sessions of the web console. The key is SHA-256 of what the browser holds; the content is sealed with a key that is
-- kept elsewhere. No change, no audit: they are nobody's data but the console's own.
CREATE TABLE web_session (
    key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    sealed BLOB NOT NULL,
    idle_end INTEGER NOT NULL,
    absolute_end INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX web_session_by_idle_end ON web_session (idle_end);
CREATE INDEX web_session_by_absolute_end ON web_session (absolute_end);
