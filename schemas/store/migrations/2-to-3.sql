-- A release says which act on the lake it had seen; of older ones that is not known.
CREATE TABLE new_release (
    id      TEXT PRIMARY KEY,
    release TEXT NOT NULL,
    period  TEXT NOT NULL,
    sha256  TEXT NOT NULL,
    at      TEXT NOT NULL,
    act     INTEGER NOT NULL
) STRICT;
INSERT INTO new_release (id, release, period, sha256, at, act)
    SELECT id, release, period, sha256, at, 0 FROM release;
DROP TABLE release;
ALTER TABLE new_release RENAME TO release;
