-- Contents that are kept beside the journals, by their SHA-256, and which runs need them. A run is named by its id and not by its key: a link may be made
-- before its run is there, and is removed some time after it has gone.

-- A content is 'writing' until all of it is there; only then it has its digest. 'going' are those that are being removed.
CREATE TABLE contents (
    content_key INTEGER PRIMARY KEY AUTOINCREMENT,
    digest      TEXT UNIQUE,
    state       TEXT NOT NULL,
    size        INTEGER NOT NULL,
    touched_at  INTEGER NOT NULL
);

CREATE INDEX contents_by_time ON contents (state, touched_at);

-- The key of a piece is the key of its content, times 2^24, and its number: so the pieces of a content lie together and need no index.
CREATE TABLE content_pieces (
    piece_key INTEGER PRIMARY KEY,
    bytes     BLOB NOT NULL
);

CREATE TABLE artifact_links (
    run_id       TEXT NOT NULL,
    digest       TEXT NOT NULL,
    linked_at    INTEGER NOT NULL,
    is_confirmed INTEGER NOT NULL,
    PRIMARY KEY (run_id, digest)
) WITHOUT ROWID;

CREATE INDEX artifact_links_by_digest ON artifact_links (digest);

-- Results of tasks by what they depend on: a cache.
CREATE TABLE memos (
    memo_key  TEXT PRIMARY KEY,
    run_id    TEXT NOT NULL,
    task      TEXT NOT NULL,
    item      INTEGER,
    attempt   INTEGER NOT NULL,
    agent     TEXT NOT NULL,
    output    TEXT NOT NULL,
    artifacts TEXT NOT NULL,
    made_at   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX memos_by_time ON memos (made_at);

CREATE VIEW artifacts AS
SELECT
    l.run_id,
    'sha256:' || l.digest AS digest,
    c.size,
    strftime('%Y-%m-%dT%H:%M:%S', l.linked_at / 10000000, 'unixepoch') || printf('.%07dZ', l.linked_at % 10000000) AS linked,
    l.is_confirmed
FROM artifact_links l
JOIN contents c ON c.digest = l.digest
ORDER BY l.run_id, l.digest;
