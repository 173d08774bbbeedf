using System.Buffers;
using Npgsql;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.PostgreSql.Artifacts;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql;

/// <summary>Keeps contents in the schema of a <see cref="PostgreSqlStateStore"/>, in pieces of a mebibyte.</summary>
/// <remarks>
/// Each piece is a transaction of its own; a content is there when its last piece is. Streams of contents can only be read asynchronously. The server's clock
/// says when a link was made. The store of runs is disposed of by whoever made it.
/// </remarks>
public sealed class PostgreSqlArtifactStore : IArtifactStore
{
    private const int PieceSize = 1024 * 1024;
    private const int PiecesAtOnce = 16;

    // Nobody waits that long between two pieces of a content, whatever the grace period is.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromHours(1);

    private readonly Database _database;
    private readonly ContentSql _sql;

    /// <summary>Takes a store of runs, whose database and connections are used.</summary>
    /// <param name="store">The store of runs.</param>
    public PostgreSqlArtifactStore(PostgreSqlStateStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _database = store.Database;
        _sql = new ContentSql(_database.Names);
    }

    /// <inheritdoc/>
    public async ValueTask<StoredContent> PutAsync(RunId run, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var intake = new ContentIntake(content, maxBytes);
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        long? key = null;
        try
        {
            var number = 0;
            int count;
            while ((count = await intake.ReadAsync(piece.AsMemory(0, PieceSize), cancellationToken).ConfigureAwait(false)) == PieceSize)
            {
                key = await WriteAsync(key, number++, piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            var stored = intake.Complete();
            if (count > 0 || key is null)
            {
                key = await WriteAsync(key, number, piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            key = await FinishAsync(run, stored, key.Value, cancellationToken).ConfigureAwait(false);
            return stored;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
            if (key is { } left)
            {
                await TryRemoveAsync(left).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken)
        => Open(digest, await LookAsync(digest, cancellationToken).ConfigureAwait(false) ?? throw ArtifactNotFoundException.Of(digest));

    /// <inheritdoc/>
    public async ValueTask<long?> FindAsync(ContentDigest digest, CancellationToken cancellationToken)
        => (await LookAsync(digest, cancellationToken).ConfigureAwait(false))?.Size;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ContentDigest>> LinkAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digests);
        var wanted = digests.ToHashSet();
        var there = await _database.ChangeAsync(_sql.Link(run, wanted), ReadDigestsAsync, cancellationToken).ConfigureAwait(false);
        return [.. wanted.Except(there)];
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ArtifactLink>> ListLinksAsync(ArtifactLink? after, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return _database.AskAsync<IReadOnlyList<ArtifactLink>>(
            [_sql.ListLinks(after, most)],
            static async (reader, cancellation) =>
            {
                var links = new List<ArtifactLink>();
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    links.Add(new ArtifactLink(new RunId(reader.GetString(0)), ContentDigest.Parse(reader.GetString(1)), StoredTime.To(reader.GetInt64(2)), reader.GetBoolean(3)));
                }

                return links;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask ConfirmAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digests);
        return _database.ChangeAsync([_sql.Confirm(run, digests)], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<int> UnlinkAsync(RunId run, IReadOnlyCollection<ContentDigest>? digests, DateTimeOffset before, CancellationToken cancellationToken)
        => (int)await _database.ChangeAsync(_sql.Unlink(run, digests, StoredTime.From(before)), ReadNumberAsync, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<CollectedContents> CollectAsync(DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var time = StoredTime.From(before);
        foreach (var (key, _) in await _database.AskAsync([_sql.FindLeft(time, LongestSilence)], ReadContentsAsync, cancellationToken).ConfigureAwait(false))
        {
            await _database.ChangeAsync([_sql.AbandonSilent(key, time, LongestSilence)], cancellationToken).ConfigureAwait(false);
            await RemoveAsync(key, cancellationToken).ConfigureAwait(false);
        }

        var collected = new CollectedContents(0, 0);
        foreach (var (key, size) in await _database.AskAsync([_sql.FindUnneeded(time, most)], ReadContentsAsync, cancellationToken).ConfigureAwait(false))
        {
            // What was linked since it was found stays.
            if (await _database.ChangeAsync(_sql.DismissUnneeded(key, time), HasSecondAsync, cancellationToken).ConfigureAwait(false))
            {
                collected = new CollectedContents(collected.Contents + 1, collected.Bytes + size);
                await RemoveAsync(key, cancellationToken).ConfigureAwait(false);
            }
        }

        return collected;
    }

    private ValueTask<FoundContent?> LookAsync(ContentDigest digest, CancellationToken cancellationToken)
        => _database.AskAsync(
            [_sql.Find(digest)],
            static async (reader, cancellation) => await reader.ReadAsync(cancellation).ConfigureAwait(false) ? new FoundContent(reader.GetInt64(0), reader.GetInt64(1)) : (FoundContent?)null,
            cancellationToken);

    private async ValueTask<long> WriteAsync(long? key, int number, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        var written = await _database.ChangeAsync([key is { } content ? _sql.Write(content, number, piece) : _sql.Begin(piece)], ReadKeyAsync, cancellationToken).ConfigureAwait(false);
        return key is null || written is not null ? key ?? written!.Value : throw Abandoned();
    }

    /// <summary>Gives the content its digest and links it, unless it is there already.</summary>
    /// <returns>The key of what is to be removed: of this content, or of the damaged one that it replaces.</returns>
    private async ValueTask<long?> FinishAsync(RunId run, StoredContent stored, long key, CancellationToken cancellationToken)
    {
        // A damaged content is not one that is there already: it is replaced, so that doing the task again mends it.
        long? sound = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var there = await LookAsync(stored.Digest, cancellationToken).ConfigureAwait(false);
            if (there is { } found && (found.Key == sound || await IsSoundAsync(stored.Digest, found, cancellationToken).ConfigureAwait(false)))
            {
                sound = found.Key;
                if (await _database.ChangeAsync(_sql.LinkFound(run, stored.Digest, found.Key), ReadKeyAsync, cancellationToken).ConfigureAwait(false) == found.Key)
                {
                    return key;
                }

                continue;
            }

            var holder = await _database.ChangeAsync(_sql.Finish(run, stored, key, there?.Key), ReadLastKeyAsync, cancellationToken).ConfigureAwait(false);
            if (holder == key)
            {
                return there?.Key;
            }

            if (holder is null)
            {
                throw Abandoned();
            }
        }
    }

    private async ValueTask<bool> IsSoundAsync(ContentDigest digest, FoundContent content, CancellationToken cancellationToken)
    {
        try
        {
            var stream = Open(digest, content);
            await using var streamScope = stream.ConfigureAwait(false);
            await stream.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ArtifactDamagedException)
        {
            return false;
        }
    }

    /// <summary>Removes what is left of a content that failed or was there already.</summary>
    private async ValueTask TryRemoveAsync(long key)
    {
        try
        {
            await _database.ChangeAsync([_sql.Abandon(key)], CancellationToken.None).ConfigureAwait(false);
            await RemoveAsync(key, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StateStoreException)
        {
            // The caller's outcome stands, and a later collection removes it.
        }
    }

    /// <summary>Removes the pieces of a content that is going, in several transactions.</summary>
    private async ValueTask RemoveAsync(long key, CancellationToken cancellationToken)
    {
        while (await _database.ChangeAsync([_sql.RemovePieces(key, PiecesAtOnce)], ReadCountAsync, cancellationToken).ConfigureAwait(false) == PiecesAtOnce)
        {
        }

        await _database.ChangeAsync([_sql.End(key)], cancellationToken).ConfigureAwait(false);
    }

    private VerifiedStream Open(ContentDigest digest, FoundContent content)
        => new(new PieceStream(_database, _sql, content.Key, (int)Math.Clamp(content.Size + 1, 1, PieceSize)), digest, content.Size, FormattableString.Invariant($"content {content.Key}, {_database.Description}"));

    private StateStoreException Abandoned()
        => new($"{_database.Description} has taken a content that was being written for abandoned: nothing came for more than {LongestSilence}. Write it again.", isTransient: true);

    private static async ValueTask<List<ContentDigest>> ReadDigestsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var digests = new List<ContentDigest>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            digests.Add(ContentDigest.Parse(reader.GetString(0)));
        }

        return digests;
    }

    private static async ValueTask<List<FoundContent>> ReadContentsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var contents = new List<FoundContent>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            contents.Add(new FoundContent(reader.GetInt64(0), reader.FieldCount > 1 ? reader.GetInt64(1) : 0));
        }

        return contents;
    }

    private static async ValueTask<long?> ReadKeyAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
        => await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? reader.GetInt64(0) : null;

    private static async ValueTask<long> ReadCountAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
        => await ReadKeyAsync(reader, cancellationToken).ConfigureAwait(false) ?? 0;

    private static async ValueTask<long> ReadNumberAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
        => await ReadLastKeyAsync(reader, cancellationToken).ConfigureAwait(false) ?? 0;

    private static async ValueTask<bool> HasSecondAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The answer of the last statement that answers with a number.</summary>
    private static async ValueTask<long?> ReadLastKeyAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        long? last = null;
        do
        {
            last = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && reader.GetFieldType(0) == typeof(long) ? reader.GetInt64(0) : null;
        }
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
        return last;
    }

    /// <summary>A content that is there.</summary>
    private readonly record struct FoundContent(long Key, long Size);
}
