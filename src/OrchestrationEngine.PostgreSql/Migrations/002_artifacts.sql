-- Contents that are kept beside the journals, by their SHA-256, and which runs need them. A run is named by its id and not by its key: a link may be made
-- before its run is there, and is removed some time after it has gone.

-- A content is 'writing' until all of it is there; only then it has its digest. 'going' are those that are being removed.
CREATE TABLE contents (
    content_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest      text COLLATE "C" UNIQUE,
    state       text COLLATE "C" NOT NULL,
    size        bigint NOT NULL,
    touched_at  bigint NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX contents_by_state ON contents (state, content_key) WHERE state <> 'kept';

CREATE TABLE content_pieces (
    content_key bigint NOT NULL,
    number      integer NOT NULL,
    bytes       bytea NOT NULL,
    PRIMARY KEY (content_key, number)
);

-- Most contents are compressed already, or small.
ALTER TABLE content_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE artifact_links (
    run_id       text COLLATE "C" NOT NULL,
    digest       text COLLATE "C" NOT NULL,
    linked_at    bigint NOT NULL,
    is_confirmed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, digest)
);

CREATE INDEX artifact_links_by_digest ON artifact_links (digest);

-- Results of tasks by what they depend on: a cache.
CREATE TABLE memos (
    memo_key  text COLLATE "C" PRIMARY KEY,
    run_id    text COLLATE "C" NOT NULL,
    task      text NOT NULL,
    item      integer,
    attempt   integer NOT NULL,
    agent     text NOT NULL,
    output    text NOT NULL,
    artifacts text NOT NULL,
    made_at   bigint NOT NULL
);

CREATE INDEX memos_by_time ON memos (made_at);

CREATE VIEW artifacts AS
SELECT
    l.run_id,
    'sha256:' || l.digest AS digest,
    c.size,
    ticks_as_text(l.linked_at) AS linked,
    l.is_confirmed
FROM artifact_links l
JOIN contents c ON c.digest = l.digest
ORDER BY l.run_id, l.digest;
