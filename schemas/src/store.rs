//! The tables of a home's `shumar.db`. Written by ingest (batches, records) and transform
//! (ledger, releases); the contract between them.

/// Version of the tables, in SQLite's `user_version`.
pub const VERSION: i32 = 2;

/// File name of the database inside a home.
pub const DATABASE: &str = "shumar.db";

/// File in the lake that names the lineage it belongs to; the database holds the same name.
pub const LINEAGE: &str = "lineage";

/// Makes every table of version [`VERSION`].
pub const DDL: &str = "
-- Facts about the home itself: its lineage.
CREATE TABLE home (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Accepted files. rows = accepted + folded + rejected, always. The profile is JSON: rows by month
-- and area and blanks by field, by which later files are found to drift.
CREATE TABLE batch (
    id        INTEGER PRIMARY KEY,
    provider  TEXT NOT NULL,
    kind      TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    mapping   TEXT NOT NULL,
    arrived   TEXT NOT NULL,
    rows      INTEGER NOT NULL,
    accepted  INTEGER NOT NULL,
    folded    INTEGER NOT NULL,
    rejected  INTEGER NOT NULL,
    state     TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'withdrawn', 'replaced')),
    profile   TEXT,
    CHECK (rows = accepted + folded + rejected),
    UNIQUE (provider, sha256)
) STRICT;

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

-- How many records of a person have their place, by reporting year and kind.
CREATE TABLE place (
    person  BLOB NOT NULL,
    year    INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (person, year, kind)
) STRICT, WITHOUT ROWID;

-- Every record in the lake: its keyed identity and a keyed digest of its content.
CREATE TABLE record (
    id      BLOB PRIMARY KEY,
    content BLOB NOT NULL,
    batch   INTEGER NOT NULL REFERENCES batch (id)
) STRICT, WITHOUT ROWID;

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
    at      TEXT NOT NULL
) STRICT;
";
