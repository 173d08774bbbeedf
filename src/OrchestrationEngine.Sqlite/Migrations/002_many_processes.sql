-- Times of leases are of the store's clock, in the same form as all times.

-- The sets of agents that runs need, each kept once: there are as many as there are kinds of plans. A set is never changed or removed.
CREATE TABLE agent_sets (
    agent_set INTEGER PRIMARY KEY AUTOINCREMENT,
    agents    TEXT NOT NULL UNIQUE
);

INSERT INTO agent_sets (agents) VALUES ('[]');

-- The stays of nodes. AUTOINCREMENT, because a number that was given once is never given again.
CREATE TABLE nodes (
    node_key     INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL UNIQUE,
    lock_file    TEXT NOT NULL,
    lease        INTEGER NOT NULL,
    joined_at    INTEGER NOT NULL,
    renewed_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    max_runs     INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    is_draining  INTEGER NOT NULL DEFAULT 0
);

-- due_at is null for never, and while a node has the run.
ALTER TABLE runs ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN node_key INTEGER;
ALTER TABLE runs ADD COLUMN due_at INTEGER;
ALTER TABLE runs ADD COLUMN agent_set INTEGER NOT NULL DEFAULT 1;
ALTER TABLE runs ADD COLUMN payload_bytes INTEGER NOT NULL DEFAULT 0;

-- Messages to runs, kept with their answers.
CREATE TABLE inbox (
    message_key INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id  TEXT NOT NULL UNIQUE,
    run_key     INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    payload     TEXT NOT NULL,
    posted_at   INTEGER NOT NULL,
    answered_at INTEGER,
    refusal     TEXT
);

CREATE INDEX inbox_by_run ON inbox (run_key);
CREATE INDEX inbox_open ON inbox (run_key) WHERE answered_at IS NULL;
CREATE INDEX inbox_answered ON inbox (answered_at) WHERE answered_at IS NOT NULL;

-- The folded state of runs: a cache.
CREATE TABLE snapshots (
    run_key INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    format  INTEGER NOT NULL,
    content BLOB NOT NULL
);

-- Runs that have vanished and whose rows are being removed.
CREATE TABLE purges (
    run_key INTEGER PRIMARY KEY
);

-- Grows with every commit that other processes should look at soon.
CREATE TABLE bell (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    rings INTEGER NOT NULL
);

INSERT INTO bell (id, rings) VALUES (1, 0);

UPDATE runs
SET payload_bytes = journal.bytes
FROM (SELECT run_key, sum(length(CAST(payload AS BLOB))) AS bytes FROM run_events GROUP BY +run_key) AS journal
WHERE journal.run_key = runs.run_key;

-- Runs that have not ended go on at once, wherever the agents are that their plans name. A plan that can't be read names none.
CREATE TEMP TABLE needed AS
SELECT
    r.run_key,
    (
        SELECT json_group_array(agent)
        FROM (
            SELECT DISTINCT COALESCE(
                (SELECT json_extract(a.value, '$.uses') FROM json_each(e.payload, '$.plan.agents') a WHERE json_extract(a.value, '$.id') = json_extract(t.value, '$.agent')),
                json_extract(t.value, '$.agent')) AS agent
            FROM json_each(e.payload, '$.plan.phases') p, json_each(p.value, '$.tasks') t
            ORDER BY agent
        )
        WHERE agent IS NOT NULL
    ) AS agents
FROM runs r
JOIN run_events e ON e.run_key = r.run_key AND e.sequence = 1
WHERE r.status NOT IN ('succeeded', 'failed', 'quarantined', 'canceled') AND e.type = 'run.created' AND json_valid(e.payload);

INSERT INTO agent_sets (agents) SELECT agents FROM temp.needed GROUP BY agents ON CONFLICT (agents) DO NOTHING;

UPDATE runs
SET agent_set = s.agent_set
FROM temp.needed n
JOIN agent_sets s ON s.agents = n.agents
WHERE n.run_key = runs.run_key;

DROP TABLE temp.needed;

UPDATE runs
SET due_at = 0
WHERE status NOT IN ('succeeded', 'failed', 'quarantined', 'canceled');

-- Partial, and on columns that an append within a lease does not name: it touches none of them.
CREATE INDEX runs_due ON runs (agent_set, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX runs_by_node ON runs (node_key) WHERE node_key IS NOT NULL;

CREATE VIEW node_list AS
SELECT
    n.name || '/' || n.node_key AS node,
    strftime('%Y-%m-%dT%H:%M:%S', n.joined_at / 10000000, 'unixepoch') || printf('.%07dZ', n.joined_at % 10000000) AS joined,
    strftime('%Y-%m-%dT%H:%M:%S', n.renewed_at / 10000000, 'unixepoch') || printf('.%07dZ', n.renewed_at % 10000000) AS renewed,
    strftime('%Y-%m-%dT%H:%M:%S', n.expires_at / 10000000, 'unixepoch') || printf('.%07dZ', n.expires_at % 10000000) AS expires,
    (SELECT count(*) FROM runs r WHERE r.node_key = n.node_key) AS runs,
    n.attempts,
    n.is_draining
FROM nodes n
ORDER BY n.name;

CREATE VIEW messages AS
SELECT
    r.run_id,
    i.message_id,
    i.kind,
    strftime('%Y-%m-%dT%H:%M:%S', i.posted_at / 10000000, 'unixepoch') || printf('.%07dZ', i.posted_at % 10000000) AS posted,
    strftime('%Y-%m-%dT%H:%M:%S', i.answered_at / 10000000, 'unixepoch') || printf('.%07dZ', i.answered_at % 10000000) AS answered,
    i.refusal,
    i.payload
FROM inbox i
JOIN runs r ON r.run_key = i.run_key
ORDER BY i.message_key;
