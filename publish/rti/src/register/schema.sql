-- The register of the desk. Who asked is not here: see rti/applicants/.

CREATE TABLE request (
    reference TEXT PRIMARY KEY,
    year      INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    -- The request as JSON; the columns below are read off it.
    body      TEXT NOT NULL,
    -- How many acts the audit trail has of it.
    acts      INTEGER NOT NULL,
    state     TEXT GENERATED ALWAYS AS (body ->> '$.state') VIRTUAL,
    received  TEXT GENERATED ALWAYS AS (body ->> '$.received') VIRTUAL,
    due       TEXT GENERATED ALWAYS AS (body ->> '$.due') VIRTUAL,
    UNIQUE (year, number)
) STRICT;
CREATE TRIGGER request_stays BEFORE DELETE ON request
BEGIN SELECT RAISE(ABORT, 'requests are kept'); END;

-- Answers with figures, kept for ever by their question.
CREATE TABLE answer (
    question  TEXT PRIMARY KEY,
    canonical TEXT NOT NULL,
    at        TEXT NOT NULL,
    body      TEXT NOT NULL,
    sha256    TEXT NOT NULL
) STRICT;
CREATE TRIGGER answer_stays_as_it_is BEFORE UPDATE ON answer
BEGIN SELECT RAISE(ABORT, 'answers are kept as they are'); END;
CREATE TRIGGER answer_stays BEFORE DELETE ON answer
BEGIN SELECT RAISE(ABORT, 'answers are kept'); END;

-- The audit trail, each act sealed by the one before.
CREATE TABLE act (
    seq       INTEGER PRIMARY KEY,
    at        TEXT NOT NULL,
    reference TEXT NOT NULL,
    officer   TEXT NOT NULL,
    act       TEXT NOT NULL,
    "on"      TEXT NOT NULL,
    detail    TEXT NOT NULL,
    record    TEXT NOT NULL,
    hash      TEXT NOT NULL
) STRICT;
CREATE TRIGGER act_is_append_only_update BEFORE UPDATE ON act
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER act_is_append_only_delete BEFORE DELETE ON act
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
