-- The log is read by time, the newest record first.
CREATE INDEX audit_by_time ON audit (organization, at, sequence);
