-- Runs and notices; acts are sealed by the one before and by the ledger. The rows of `act_4` are sealed
-- by the program, which also drops it.
CREATE TABLE run (
    id      INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    ended   TEXT,
    outcome TEXT CHECK (outcome IN ('done', 'waiting', 'refused', 'broken')),
    report  TEXT
) STRICT;
CREATE TABLE notice (
    event   TEXT NOT NULL,
    subject TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (event, subject)
) STRICT, WITHOUT ROWID;
DROP TRIGGER act_is_append_only_update;
DROP TRIGGER act_is_append_only_delete;
ALTER TABLE act RENAME TO act_4;
CREATE TABLE act (
    seq    INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,
    who    TEXT NOT NULL,
    what   TEXT NOT NULL,
    batch  INTEGER REFERENCES batch (id),
    detail TEXT NOT NULL,
    ledger TEXT NOT NULL,
    prev   TEXT NOT NULL,
    hash   TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER act_is_append_only_update BEFORE UPDATE ON act
    BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER act_is_append_only_delete BEFORE DELETE ON act
    BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
