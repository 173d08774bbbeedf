using System.Buffers.Binary;
using Npgsql;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.PostgreSql.Artifacts;

/// <summary>The statements about contents.</summary>
/// <remarks>
/// Whoever links a content or removes it locks its row in a statement of its own first: the next statement then sees what others have committed before they
/// let go of the lock. A condition on another table in the statement that waits would be looked up as it was before the wait.
/// </remarks>
internal sealed class ContentSql(Names names)
{
    public NpgsqlBatchCommand Find(ContentDigest digest) => Statement.Of($"SELECT content_key, size FROM {names.Contents} WHERE digest = $1", Statement.Text(digest.Hex));

    public NpgsqlBatchCommand ReadPiece(long content, int number)
        => Statement.Of($"SELECT bytes FROM {names.Pieces} WHERE content_key = $1 AND number = $2", Statement.Number(content), Statement.Small(number));

    /// <summary>Begins a content with its first piece; answers with its key.</summary>
    public NpgsqlBatchCommand Begin(ReadOnlyMemory<byte> piece) => Statement.Of(
        $"""
        WITH content AS (INSERT INTO {names.Contents} (state, size, touched_at) VALUES ('writing', 0, {StoredTime.Now}) RETURNING content_key)
        INSERT INTO {names.Pieces} (content_key, number, bytes) SELECT content_key, 0, $1 FROM content RETURNING content_key
        """,
        Statement.Bytes(piece));

    /// <summary>Writes a piece; answers with a row, unless the content was taken for abandoned.</summary>
    public NpgsqlBatchCommand Write(long content, int number, ReadOnlyMemory<byte> piece) => Statement.Of(
        $"""
        WITH content AS (UPDATE {names.Contents} SET touched_at = {StoredTime.Now} WHERE content_key = $1 AND state = 'writing' RETURNING content_key)
        INSERT INTO {names.Pieces} (content_key, number, bytes) SELECT content_key, $2, $3 FROM content RETURNING content_key
        """,
        Statement.Number(content),
        Statement.Small(number),
        Statement.Bytes(piece));

    /// <summary>Links a content that was found to be there; answers with its key as the first of the answers.</summary>
    public NpgsqlBatchCommand[] LinkFound(RunId run, ContentDigest digest, long found) =>
    [
        Statement.Of($"SELECT content_key FROM {names.Contents} WHERE digest = $1 FOR UPDATE", Statement.Text(digest.Hex)),
        Link(run, [digest], $"content_key = {FormattableString.Invariant($"{found}")}"),
        Touch([digest], "true"),
    ];

    /// <summary>Gives a content its digest and links it, unless another has the digest; answers with the key of the one that has it now.</summary>
    public NpgsqlBatchCommand[] Finish(RunId run, StoredContent stored, long content, long? damaged) =>
    [
        // One after the other where the same content is put by several: the second would be refused for the digest.
        Statement.Of("SELECT pg_advisory_xact_lock($1)", Statement.Number(LockOf(stored.Digest))),
        Statement.Of($"UPDATE {names.Contents} SET digest = NULL, state = 'going' WHERE content_key = $1 AND digest = $2", Statement.Number(damaged), Statement.Text(stored.Digest.Hex)),
        Statement.Of(
            $"""
            UPDATE {names.Contents} SET digest = $2, state = 'kept', size = $3, touched_at = {StoredTime.Now}
            WHERE content_key = $1 AND state = 'writing' AND NOT EXISTS (SELECT 1 FROM {names.Contents} other WHERE other.digest = $2)
            """,
            Statement.Number(content),
            Statement.Text(stored.Digest.Hex),
            Statement.Number(stored.Size)),
        Link(run, [stored.Digest], $"content_key = {FormattableString.Invariant($"{content}")}"),
        Statement.Of($"SELECT content_key FROM {names.Contents} WHERE digest = $1", Statement.Text(stored.Digest.Hex)),
    ];

    /// <summary>Links contents that are all there; answers first with those that are.</summary>
    public NpgsqlBatchCommand[] Link(RunId run, IReadOnlyCollection<ContentDigest> digests)
    {
        var all = FormattableString.Invariant($"(SELECT count(*) FROM {names.Contents} WHERE digest = ANY ($1)) = {digests.Count}");
        return
        [
            Statement.Of($"SELECT digest FROM {names.Contents} WHERE digest = ANY ($1) ORDER BY digest FOR UPDATE", Hex(digests)),
            Link(run, digests, all),
            Touch(digests, all),
        ];
    }

    public NpgsqlBatchCommand Confirm(RunId run, IReadOnlyCollection<ContentDigest> digests) => Statement.Of(
        $"UPDATE {names.Links} SET is_confirmed = true WHERE digest = ANY ($1) AND run_id = $2", Hex(digests), Statement.Text(run.Value));

    /// <summary>Removes links; answers with how many, in the second of the answers.</summary>
    public NpgsqlBatchCommand[] Unlink(RunId run, IReadOnlyCollection<ContentDigest>? digests, long before)
    {
        const string These = "run_id = $1 AND ($2::text[] IS NULL OR digest = ANY ($2)) AND linked_at < $3";
        NpgsqlParameter[] Parameters() => [Statement.Text(run.Value), Statement.Texts(digests?.Select(static digest => digest.Hex)), Statement.Number(before)];
        return
        [
            // Changes nothing: it locks the contents in the order in which all do, so that nobody waits in a circle.
            Statement.Of(
                $"""
                UPDATE {names.Contents} SET touched_at = touched_at
                WHERE content_key IN (SELECT content_key FROM {names.Contents} WHERE digest IN (SELECT digest FROM {names.Links} WHERE {These}) ORDER BY digest FOR UPDATE)
                """,
                Parameters()),
            Statement.Of($"WITH gone AS (DELETE FROM {names.Links} WHERE {These} RETURNING 1) SELECT count(*) FROM gone", Parameters()),
        ];
    }

    public NpgsqlBatchCommand ListLinks(ArtifactLink? after, int most) => Statement.Of(
        $"SELECT run_id, digest, linked_at, is_confirmed FROM {names.Links} WHERE (run_id, digest) > ($1, $2) ORDER BY run_id, digest LIMIT $3",
        Statement.Text(after?.Run.Value ?? ""),
        Statement.Text(after?.Digest.Hex ?? ""),
        Statement.Small(most));

    /// <summary>Contents that nobody needs and nobody has since a time.</summary>
    public NpgsqlBatchCommand FindUnneeded(long before, int most) => Statement.Of(
        $"SELECT content_key, size FROM {names.Contents} c WHERE state = 'kept' AND touched_at < $1 AND NOT EXISTS (SELECT 1 FROM {names.Links} l WHERE l.digest = c.digest) ORDER BY content_key LIMIT $2",
        Statement.Number(before),
        Statement.Small(most));

    /// <summary>Contents that are being removed, and those that nobody has written to since a time; answers with their keys.</summary>
    public NpgsqlBatchCommand FindLeft(long before, TimeSpan silence) => Statement.Of(
        $"SELECT content_key FROM {names.Contents} WHERE state = 'going' OR (state = 'writing' AND touched_at < LEAST($1, {StoredTime.Now} - $2))",
        Statement.Number(before),
        Statement.Number(silence.Ticks));

    /// <summary>A content is not there any more where nobody needs it and nobody has since a time; answers with a row in the second of the answers.</summary>
    public NpgsqlBatchCommand[] DismissUnneeded(long content, long before) =>
    [
        Lock(content),
        Statement.Of(
            $"""
            UPDATE {names.Contents} c SET digest = NULL, state = 'going'
            WHERE content_key = $1 AND state = 'kept' AND touched_at < $2 AND NOT EXISTS (SELECT 1 FROM {names.Links} l WHERE l.digest = c.digest)
            RETURNING 1
            """,
            Statement.Number(content),
            Statement.Number(before)),
    ];

    /// <summary>Gives up a content that is being written; one that is there stays.</summary>
    public NpgsqlBatchCommand Abandon(long content) => Statement.Of($"UPDATE {names.Contents} SET state = 'going' WHERE content_key = $1 AND state = 'writing'", Statement.Number(content));

    /// <summary>The same where nobody has written to it for some time.</summary>
    public NpgsqlBatchCommand AbandonSilent(long content, long before, TimeSpan silence) => Statement.Of(
        $"UPDATE {names.Contents} SET state = 'going' WHERE content_key = $1 AND state = 'writing' AND touched_at < LEAST($2, {StoredTime.Now} - $3)",
        Statement.Number(content),
        Statement.Number(before),
        Statement.Number(silence.Ticks));

    /// <summary>Removes some pieces of a content that is going; answers with how many.</summary>
    public NpgsqlBatchCommand RemovePieces(long content, int most) => Statement.Of(
        $"""
        WITH next AS MATERIALIZED (
            SELECT p.content_key, p.number FROM {names.Pieces} p JOIN {names.Contents} c ON c.content_key = p.content_key
            WHERE p.content_key = $1 AND c.state = 'going' ORDER BY p.number LIMIT $2
        ), gone AS (
            DELETE FROM {names.Pieces} p USING next WHERE p.content_key = next.content_key AND p.number = next.number RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        Statement.Number(content),
        Statement.Small(most));

    public NpgsqlBatchCommand End(long content) => Statement.Of(
        $"DELETE FROM {names.Contents} c WHERE content_key = $1 AND state = 'going' AND NOT EXISTS (SELECT 1 FROM {names.Pieces} p WHERE p.content_key = c.content_key)",
        Statement.Number(content));

    private static NpgsqlParameter Hex(IEnumerable<ContentDigest> digests) => Statement.Texts(digests.Select(static digest => digest.Hex));

    private NpgsqlBatchCommand Lock(long content) => Statement.Of($"SELECT 1 FROM {names.Contents} WHERE content_key = $1 FOR UPDATE", Statement.Number(content));

    private NpgsqlBatchCommand Link(RunId run, IEnumerable<ContentDigest> digests, string condition) => Statement.Of(
        $"""
        INSERT INTO {names.Links} (run_id, digest, linked_at)
        SELECT $2, digest, {StoredTime.Now} FROM {names.Contents} WHERE digest = ANY ($1) AND {condition} ORDER BY digest
        ON CONFLICT (run_id, digest) DO UPDATE SET linked_at = excluded.linked_at
        """,
        Hex(digests),
        Statement.Text(run.Value));

    private NpgsqlBatchCommand Touch(IEnumerable<ContentDigest> digests, string condition)
        => Statement.Of($"UPDATE {names.Contents} SET touched_at = {StoredTime.Now} WHERE digest = ANY ($1) AND {condition}", Hex(digests));

    private long LockOf(ContentDigest digest) => names.Lock ^ BinaryPrimitives.ReadInt64LittleEndian(Convert.FromHexString(digest.Hex));
}
