-- Batches get a state, are traced to declarations and may replace one another; coverage, withdrawals,
-- runs of places and the audit trail are new. Places of the first version are not carried over: a
-- database that has any is refused before.
CREATE TABLE new_batch (
    id       INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    kind     TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    mapping  TEXT NOT NULL,
    schema   TEXT NOT NULL,
    arrived  TEXT NOT NULL,
    rows     INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    folded   INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    state    TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'withdrawn', 'replaced')),
    profile  TEXT,
    replaces INTEGER REFERENCES batch (id),
    CHECK (rows = accepted + folded + rejected)
) STRICT;
INSERT INTO new_batch (id, provider, kind, sha256, mapping, schema, arrived, rows, accepted, folded, rejected)
    SELECT id, provider, kind, sha256, mapping, '', arrived, rows, accepted, folded, rejected FROM batch;
DROP TABLE batch;
ALTER TABLE new_batch RENAME TO batch;
CREATE UNIQUE INDEX batch_once ON batch (provider, sha256) WHERE state = 'active';
CREATE TABLE coverage (
    batch    INTEGER NOT NULL REFERENCES batch (id),
    facility TEXT NOT NULL,
    month    TEXT NOT NULL,
    rows     INTEGER NOT NULL CHECK (rows >= 0),
    PRIMARY KEY (batch, facility, month)
) STRICT, WITHOUT ROWID;
CREATE TABLE nil_return (
    provider TEXT NOT NULL,
    facility TEXT NOT NULL,
    month    TEXT NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (provider, facility, month)
) STRICT, WITHOUT ROWID;
CREATE TABLE gone_file (
    path TEXT PRIMARY KEY
) STRICT;
CREATE TABLE place_run (
    id      INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL
) STRICT;
CREATE TABLE act (
    seq    INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,
    who    TEXT NOT NULL,
    what   TEXT NOT NULL,
    batch  INTEGER REFERENCES batch (id),
    detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER act_is_append_only_update BEFORE UPDATE ON act
    BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER act_is_append_only_delete BEFORE DELETE ON act
    BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
DROP TABLE place;
DROP TABLE record;
