-- Times are UTC, in ticks of 100 nanoseconds since 1970-01-01; the views at the end show them as text.

-- One narrow row a run: lists read these rows and never a payload. AUTOINCREMENT, because a key that was given once
-- is never given again: keys are the order of creation and the position in a list.
CREATE TABLE runs (
    run_key      INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id       TEXT NOT NULL UNIQUE,
    plan_id      TEXT NOT NULL,
    plan_version TEXT NOT NULL,
    business_key TEXT UNIQUE,
    status       TEXT NOT NULL,
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);

CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX runs_by_plan ON runs (plan_id, status);

-- The journal. Rows lie in the order of their commits, so that the facts of many runs in one commit share pages.
CREATE TABLE run_events (
    position       INTEGER PRIMARY KEY,
    run_key        INTEGER NOT NULL,
    sequence       INTEGER NOT NULL,
    timestamp      INTEGER NOT NULL,
    type           TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    payload        TEXT NOT NULL
);

CREATE UNIQUE INDEX run_events_by_run ON run_events (run_key, sequence);

-- A projection of the journal. An attempt has the position of its attempt.started, so that the attempts of a run are
-- found through the index of its journal and need none of their own. The store remembers which attempts are open.
CREATE TABLE step_attempts (
    position   INTEGER PRIMARY KEY,
    run_key    INTEGER NOT NULL,
    task       TEXT NOT NULL,
    attempt    INTEGER NOT NULL,
    agent      TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    outcome    TEXT,
    error      TEXT
);

CREATE VIEW run_list AS
SELECT
    run_id,
    plan_id,
    plan_version,
    business_key,
    status,
    version,
    strftime('%Y-%m-%dT%H:%M:%S', created_at / 10000000, 'unixepoch') || printf('.%07dZ', created_at % 10000000) AS created,
    strftime('%Y-%m-%dT%H:%M:%S', updated_at / 10000000, 'unixepoch') || printf('.%07dZ', updated_at % 10000000) AS updated
FROM runs
ORDER BY run_key DESC;

CREATE VIEW journal AS
SELECT
    r.run_id,
    e.sequence,
    strftime('%Y-%m-%dT%H:%M:%S', e.timestamp / 10000000, 'unixepoch') || printf('.%07dZ', e.timestamp % 10000000) AS time,
    e.type,
    e.schema_version,
    e.payload
FROM runs r
JOIN run_events e ON e.run_key = r.run_key
ORDER BY e.run_key, e.sequence;

CREATE VIEW attempts AS
SELECT
    r.run_id,
    a.task,
    a.attempt,
    a.agent,
    strftime('%Y-%m-%dT%H:%M:%S', a.started_at / 10000000, 'unixepoch') || printf('.%07dZ', a.started_at % 10000000) AS started,
    strftime('%Y-%m-%dT%H:%M:%S', a.ended_at / 10000000, 'unixepoch') || printf('.%07dZ', a.ended_at % 10000000) AS ended,
    (a.ended_at - a.started_at) / 10000000.0 AS seconds,
    COALESCE(a.outcome, 'running') AS outcome,
    a.error
FROM runs r
JOIN run_events e ON e.run_key = r.run_key
JOIN step_attempts a ON a.position = e.position
ORDER BY e.run_key, e.sequence;
