//! The tables of a home's `shumar.db`. Written by ingest (batches, records) and transform
//! (ledger, releases); the contract between them.

/// Version of the tables, in SQLite's `user_version`.
pub const VERSION: i32 = 5;

/// File name of the database inside a home.
pub const DATABASE: &str = "shumar.db";

/// File in the lake that names the lineage it belongs to; the database holds the same name.
pub const LINEAGE: &str = "lineage";

/// File in the lake that says how far the ledger had come: written before noise is drawn, so that an
/// older database that is put back is recognised.
pub const LEDGER_HEAD: &str = "ledger-head";

/// File in the lake that is locked while the lake changes, and shared while it is counted.
pub const LAKE_LOCK: &str = ".lock";

/// Makes every table of version [`VERSION`].
pub const DDL: &str = "
-- Facts about the home itself: its lineage.
CREATE TABLE home (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Accepted files. rows = accepted + folded + rejected, always. Traced to the file's hash and to
-- digests of the mapping and of the record kind's declarations it was read with. The profile is
-- JSON: rows by month and area and blanks by field, by which later files are found to drift.
CREATE TABLE batch (
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
    -- active, withdrawn or replaced; the records of an active batch are in the lake.
    state    TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'withdrawn', 'replaced')),
    profile  TEXT,
    replaces INTEGER REFERENCES batch (id),
    CHECK (rows = accepted + folded + rejected)
) STRICT;
-- The same file is one batch, unless that was withdrawn or replaced; a file without a row, which
-- says that there was nothing to report, may come again for another month.
CREATE UNIQUE INDEX batch_once ON batch (provider, sha256) WHERE state = 'active' AND rows > 0;

-- Which facility reported which month in a batch; no rows where a file only says that it covers it.
CREATE TABLE coverage (
    batch    INTEGER NOT NULL REFERENCES batch (id),
    facility TEXT NOT NULL,
    month    TEXT NOT NULL,
    rows     INTEGER NOT NULL CHECK (rows >= 0),
    PRIMARY KEY (batch, facility, month)
) STRICT, WITHOUT ROWID;

-- Reports that a facility had no case, by the first month of the period.
CREATE TABLE nil_return (
    provider TEXT NOT NULL,
    facility TEXT NOT NULL,
    month    TEXT NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (provider, facility, month)
) STRICT, WITHOUT ROWID;

-- Parquet files of the lake. A file that is not listed here is not part of the lake.
CREATE TABLE lake_file (
    path    TEXT PRIMARY KEY,
    batch   INTEGER NOT NULL REFERENCES batch (id),
    kind    TEXT NOT NULL,
    year    INTEGER NOT NULL,
    records INTEGER NOT NULL,
    sha256  TEXT NOT NULL
) STRICT;

-- Files that left the lake and are still to be deleted.
CREATE TABLE gone_file (
    path TEXT PRIMARY KEY
) STRICT;

-- Runs of the register of places: which records every person has, and their places by arrival.
CREATE TABLE place_run (
    id      INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL
) STRICT;

-- What was done in the home, by whom: append-only, each row sealed by the hash of the one before and
-- of the ledger's last row at that time. `batch` is set for acts that change the lake.
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

-- The ledger: append-only, each row sealed by the hash of the one before.
CREATE TABLE ledger (
    seq  INTEGER PRIMARY KEY,
    at   TEXT NOT NULL,
    act  TEXT NOT NULL,
    year INTEGER NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER ledger_is_append_only_update BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_append_only_delete BEFORE DELETE ON ledger
    BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;

-- Published releases; their folders are final.
CREATE TABLE release (
    id      TEXT PRIMARY KEY,
    release TEXT NOT NULL,
    period  TEXT NOT NULL,
    sha256  TEXT NOT NULL,
    at      TEXT NOT NULL,
    act     INTEGER NOT NULL
) STRICT;

-- Runs of whatever was due: when, how they ended, and their report as JSON. About work, not persons.
CREATE TABLE run (
    id      INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    -- Empty while it works, and for ever when it was killed.
    ended   TEXT,
    outcome TEXT CHECK (outcome IN ('done', 'waiting', 'refused', 'broken')),
    report  TEXT
) STRICT;

-- What hooks were told: an event about one subject is told once.
CREATE TABLE notice (
    event   TEXT NOT NULL,
    subject TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (event, subject)
) STRICT, WITHOUT ROWID;
";
