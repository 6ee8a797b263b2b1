-- Instants are microseconds since 1970, UTC. Ids are the 16 bytes of a UUID. Secrets and codes are SHA-256 digests.

CREATE TABLE tenant (
    id                BLOB PRIMARY KEY NOT NULL,
    domain            TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name              TEXT NOT NULL,
    users_may_consent INTEGER NOT NULL
) STRICT;

CREATE TABLE application (
    id             BLOB PRIMARY KEY NOT NULL,
    tenant_id      BLOB NOT NULL REFERENCES tenant (id),
    name           TEXT NOT NULL,
    confidential   INTEGER NOT NULL,
    multi_tenant   INTEGER NOT NULL,
    needs_approval INTEGER NOT NULL,
    permissions    TEXT NOT NULL
) STRICT;

CREATE TABLE redirect_uri (
    application_id BLOB NOT NULL REFERENCES application (id),
    uri            TEXT NOT NULL,
    platform       TEXT NOT NULL,
    PRIMARY KEY (application_id, uri)
) STRICT;

CREATE TABLE client_secret (
    application_id BLOB NOT NULL REFERENCES application (id),
    digest         BLOB NOT NULL,
    expires_at     INTEGER,
    PRIMARY KEY (application_id, digest)
) STRICT;

CREATE TABLE client_certificate (
    application_id BLOB NOT NULL REFERENCES application (id),
    sha256         BLOB NOT NULL,
    sha1           BLOB NOT NULL,
    public_key     BLOB NOT NULL,
    PRIMARY KEY (application_id, sha256)
) STRICT;

CREATE TABLE person (
    id               BLOB PRIMARY KEY NOT NULL,
    tenant_id        BLOB NOT NULL REFERENCES tenant (id),
    user_name        TEXT NOT NULL UNIQUE COLLATE NOCASE,
    display_name     TEXT NOT NULL,
    given_name       TEXT NOT NULL,
    family_name      TEXT NOT NULL,
    password_hash    TEXT NOT NULL,
    administrator    INTEGER NOT NULL,
    disabled         INTEGER NOT NULL,
    totp_secret      BLOB,
    member_of        TEXT NOT NULL,
    -- Whatever was granted before is void: it moves when the password changes.
    grants_valid_from INTEGER NOT NULL
) STRICT;

-- An empty person_id is an administrator's consent for the whole tenant.
CREATE TABLE consent (
    tenant_id      BLOB NOT NULL REFERENCES tenant (id),
    application_id BLOB NOT NULL REFERENCES application (id),
    person_id      BLOB NOT NULL,
    scope          TEXT NOT NULL,
    PRIMARY KEY (tenant_id, application_id, person_id, scope)
) STRICT;

CREATE TABLE signing_key (
    id           TEXT PRIMARY KEY NOT NULL,
    pkcs8        BLOB NOT NULL,
    published_at INTEGER NOT NULL,
    signs_from   INTEGER NOT NULL
) STRICT;

CREATE TABLE authorization_code (
    digest      BLOB PRIMARY KEY NOT NULL,
    expires_at  INTEGER NOT NULL,
    redeemed_at INTEGER,
    content     TEXT NOT NULL
) STRICT;

CREATE TABLE device_grant (
    digest      BLOB PRIMARY KEY NOT NULL,
    user_code   BLOB NOT NULL UNIQUE,
    expires_at  INTEGER NOT NULL,
    request     TEXT NOT NULL,
    outcome     TEXT,
    redeemed_at INTEGER
) STRICT;

CREATE TABLE refresh_token (
    digest     BLOB PRIMARY KEY NOT NULL,
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    content    TEXT NOT NULL
) STRICT;

CREATE TABLE session_account (
    session      BLOB NOT NULL,
    person_id    BLOB NOT NULL REFERENCES person (id),
    sid          BLOB NOT NULL,
    signed_in_at INTEGER NOT NULL,
    multi_factor INTEGER NOT NULL,
    PRIMARY KEY (session, person_id)
) STRICT;
