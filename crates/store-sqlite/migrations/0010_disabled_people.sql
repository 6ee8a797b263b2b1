-- People whose access to an organization its administrators took away. It was kept per tenant before, where one
-- organization's administrators would have decided for all others.
CREATE TABLE disabled_person (
    organization BLOB NOT NULL REFERENCES organization (id),
    person BLOB NOT NULL CHECK (length(person) = 16),
    PRIMARY KEY (organization, person)
) STRICT, WITHOUT ROWID;

INSERT INTO disabled_person (organization, person)
SELECT o.id, p.id
FROM person AS p
JOIN organization AS o ON o.tenant_id = p.tenant_id
WHERE p.disabled = 1;

ALTER TABLE person DROP COLUMN disabled;
