-- Which peppers the digests were made with: what only the pepper gives, and what leads to neither pepper nor digest.
CREATE TABLE pepper_mark (
    number INTEGER NOT NULL PRIMARY KEY,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32)
) STRICT;
