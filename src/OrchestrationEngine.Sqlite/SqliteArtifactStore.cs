using System.Buffers;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Artifacts;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.Sqlite.Writing;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite;

/// <summary>Keeps contents in the file of a <see cref="SqliteStateStore"/>, in pieces of a mebibyte.</summary>
/// <remarks>
/// Each piece is a write like any other and shares the file's commits, so that appends to journals get their turn between two of them. A content is there when its
/// last piece is. The file grows by the contents and shrinks with <see cref="SqliteStateStore.CompactAsync"/>; where there are many gigabytes of them, a folder
/// (<c>UseFileArtifacts</c>) is the better place. The store of runs is disposed of by whoever made it.
/// </remarks>
/// <param name="store">The store of runs, whose file and connections are used.</param>
public sealed class SqliteArtifactStore(SqliteStateStore store) : IArtifactStore
{
    private const int PieceSize = 1024 * 1024;

    // So that the freeing of its pages is a short transaction.
    private const int PiecesAtOnce = 4;

    // Nobody waits that long between two pieces of a content, whatever the grace period is.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromHours(1);

    private readonly SqliteStateStore _store = store ?? throw new ArgumentNullException(nameof(store));

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
                key ??= await _store.Write(static writer => writer.Contents.Begin(writer.Now), cancellationToken).ConfigureAwait(false);
                await WritePieceAsync(key.Value, number++, piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            var last = piece.AsMemory(0, count);
            var stored = intake.Complete();
            key = await FinishAsync(run, stored, key, number, last, cancellationToken).ConfigureAwait(false);
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
    public ValueTask<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = _store.Read(digest, static (reader, digest) => reader.Contents.Find(digest)) ?? throw ArtifactNotFoundException.Of(digest);
        return ValueTask.FromResult<Stream>(Open(digest, found));
    }

    /// <inheritdoc/>
    public ValueTask<long?> FindAsync(ContentDigest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_store.Read(digest, static (reader, digest) => reader.Contents.Find(digest)?.Size));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ContentDigest>> LinkAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digests);
        cancellationToken.ThrowIfCancellationRequested();
        return await _store.Write<IReadOnlyList<ContentDigest>>(
            writer =>
            {
                var missing = digests.Where(digest => writer.Contents.Find(digest) is null).Distinct().ToList();
                if (missing.Count == 0)
                {
                    foreach (var digest in digests)
                    {
                        writer.Links.Link(run, digest, writer.Now);
                    }
                }

                return missing;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ArtifactLink>> ListLinksAsync(ArtifactLink? after, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_store.Read((after, most), static (reader, page) => reader.Contents.ListLinks(page.after, page.most)));
    }

    /// <inheritdoc/>
    public async ValueTask ConfirmAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digests);
        cancellationToken.ThrowIfCancellationRequested();
        _ = await _store.Write(
            writer =>
            {
                foreach (var digest in digests)
                {
                    writer.Links.Confirm(run, digest);
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<int> UnlinkAsync(RunId run, IReadOnlyCollection<ContentDigest>? digests, DateTimeOffset before, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var time = StoredTime.From(before);
        return _store.Write(
            writer => digests is null
                ? writer.Links.UnlinkAll(run, time)
                : digests.Sum(digest => writer.Links.Unlink(run, digest, time)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<CollectedContents> CollectAsync(DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var time = StoredTime.From(before);
        await RemoveLeftAsync(time, cancellationToken).ConfigureAwait(false);
        var collected = new CollectedContents(0, 0);
        foreach (var content in _store.Read((time, most), static (reader, wanted) => reader.Contents.FindUnneeded(wanted.time, wanted.most)))
        {
            // What was linked since it was found stays.
            if (await _store.Write(writer => writer.Contents.DismissUnneeded(content.Key, time), cancellationToken).ConfigureAwait(false))
            {
                collected = new CollectedContents(collected.Contents + 1, collected.Bytes + content.Size);
                await RemoveAsync(content.Key, null, cancellationToken).ConfigureAwait(false);
            }
        }

        return collected;
    }

    /// <summary>Removes what a process left that died while it wrote or removed a content.</summary>
    private async ValueTask RemoveLeftAsync(long before, CancellationToken cancellationToken)
    {
        var silent = Math.Min(before, StoredTime.From(_store.Time.GetUtcNow() - LongestSilence));
        foreach (var key in _store.Read(silent, static (reader, before) => reader.Contents.FindLeft(before)))
        {
            await RemoveAsync(key, writer => writer.Contents.DismissUnneeded(key, silent), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the pieces of a content that is going, in several transactions.</summary>
    private async ValueTask RemoveAsync(long key, Action<StoreWriter>? first, CancellationToken cancellationToken)
    {
        while (await _store.Write(
            writer =>
            {
                first?.Invoke(writer);
                return writer.Contents.RemoveSome(key, PiecesAtOnce);
            },
            cancellationToken).ConfigureAwait(false))
        {
        }
    }

    /// <summary>Removes what is left of a content that failed or was there already.</summary>
    private async ValueTask TryRemoveAsync(long key)
    {
        try
        {
            await RemoveAsync(key, writer => writer.Contents.Abandon(key), CancellationToken.None).ConfigureAwait(false);
        }
        catch (StateStoreException)
        {
            // The caller's outcome stands, and a later collection removes it.
        }
    }

    private async ValueTask WritePieceAsync(long key, int number, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (number > PieceKey.MaxNumber)
        {
            throw ArtifactTooLargeException.Of((long)PieceSize * (PieceKey.MaxNumber + 1L));
        }

        if (!await _store.Write(writer => writer.Contents.Write(key, number, piece.Span, writer.Now), cancellationToken, piece.Length).ConfigureAwait(false))
        {
            throw Abandoned();
        }
    }

    /// <summary>Writes the last piece, gives the content its digest and links it, unless it is there already.</summary>
    /// <returns>The key of what is to be removed: of this content, or of the damaged one that it replaces.</returns>
    private async ValueTask<long?> FinishAsync(RunId run, StoredContent stored, long? key, int number, ReadOnlyMemory<byte> last, CancellationToken cancellationToken)
    {
        // A damaged content is not one that is there already: it is replaced, so that doing the task again mends it.
        long? sound = null;
        while (true)
        {
            var there = _store.Read(stored.Digest, static (reader, digest) => reader.Contents.Find(digest));
            var replaced = there is { } found && found.Key != sound && !await IsSoundAsync(stored.Digest, found, cancellationToken).ConfigureAwait(false) ? there?.Key : null;
            sound = replaced is null ? there?.Key : null;
            var outcome = await _store.Write(writer => Finish(writer, run, stored, key, number, last, sound, replaced), cancellationToken, last.Length).ConfigureAwait(false);
            if (outcome == Outcome.Gone)
            {
                throw Abandoned();
            }

            if (outcome != Outcome.LookAgain)
            {
                return outcome == Outcome.WasThere ? key : replaced;
            }
        }
    }

    private static Outcome Finish(StoreWriter writer, RunId run, StoredContent stored, long? key, int number, ReadOnlyMemory<byte> last, long? sound, long? replaced)
    {
        var there = writer.Contents.Find(stored.Digest);
        if (there != (sound ?? replaced))
        {
            // Another one has put it, mended it or removed it meanwhile.
            return Outcome.LookAgain;
        }

        var now = writer.Now;
        if (sound is not null)
        {
            if (key is { } own)
            {
                writer.Contents.Dismiss(own);
            }

            writer.Links.Link(run, stored.Digest, now);
            return Outcome.WasThere;
        }

        var content = key ?? writer.Contents.Begin(now);
        if (!writer.Contents.Write(content, number, last.Span, now))
        {
            return Outcome.Gone;
        }

        if (replaced is { } damaged)
        {
            writer.Contents.Dismiss(damaged);
        }

        writer.Contents.Finish(content, stored, now);
        writer.Links.Link(run, stored.Digest, now);
        return Outcome.IsThere;
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

    private VerifiedStream Open(ContentDigest digest, FoundContent content)
        => new(new PieceStream(_store, content.Key, (int)Math.Clamp(content.Size + 1, 1, PieceSize)), digest, content.Size, $"content {content.Key} in '{_store.FilePath}'");

    private StateStoreException Abandoned()
        => new($"A content that was being written to the store '{_store.FilePath}' was taken for abandoned: nothing came for more than {LongestSilence}. Write it again.", isTransient: true);

    private enum Outcome
    {
        IsThere,
        WasThere,
        LookAgain,
        Gone,
    }
}
