using System.Buffers;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Artifacts;

/// <summary>
/// Keeps contents as files in a folder: <c>objects/ab/cdef...</c> by the digits of their digest, beside the links of the runs that need them. Any number of
/// processes may have the folder open.
/// </summary>
/// <remarks>
/// A content is written to a file in <c>temp</c>, flushed to the disk and renamed; so after a crash it is there as a whole or not at all, and what was not
/// renamed is removed by a later collection. Content that was there already is replaced by what was written, so a damaged file is mended by writing it again.
/// The files are for nobody to change; whoever does is found out when they are read. Processes take turns by a lock on the file <c>lock</c>: the file system must
/// know such locks, and .NET's must not be switched off (<c>DOTNET_SYSTEM_IO_DISABLEFILELOCKING</c>).
/// </remarks>
public sealed class FileArtifactStore : IArtifactStore
{
    private const int BlockSize = 256 * 1024;
    private readonly TimeProvider _time;
    private readonly FolderLock _lock;
    private readonly FileLinks _links;
    private readonly FileContents _contents;
    private readonly string _temp;

    /// <summary>Takes a folder; it is made when something is written.</summary>
    /// <param name="folder">The folder. A local disk, or one whose file system knows locks.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public FileArtifactStore(string folder, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Folder = Path.GetFullPath(folder);
        _time = timeProvider ?? TimeProvider.System;
        _temp = Path.Combine(Folder, "temp");
        _contents = new FileContents(Folder);
        _lock = new FolderLock(Path.Combine(Folder, "lock"));
        _links = new FileLinks(Folder);
    }

    /// <summary>The full path of the folder.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public async ValueTask<StoredContent> PutAsync(RunId run, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var intake = new ContentIntake(content, maxBytes);
        try
        {
            Directory.CreateDirectory(_temp);
            var temp = Path.Combine(_temp, Path.GetRandomFileName());
            try
            {
                // Open until it has its name: what nobody has open is what a process has left. Made under the lock, for it is not locked at once.
                FileStream file;
                using (await _lock.TakeAsync(cancellationToken).ConfigureAwait(false))
                {
                    file = new FileStream(temp, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous });
                }

                await using var fileScope = file.ConfigureAwait(false);
                await WriteAsync(intake, file, cancellationToken).ConfigureAwait(false);
                var stored = intake.Complete();
                using (await _lock.TakeAsync(cancellationToken).ConfigureAwait(false))
                {
                    _contents.Place(temp, stored);
                    Renew(run, stored.Digest);
                }

                FlushNames(run, [stored.Digest]);
                return stored;
            }
            finally
            {
                File.Delete(temp);
            }
        }
        catch (Exception e) when (IsOfFolder(e) && !intake.IsReading)
        {
            throw Unusable(e);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = _contents.FileOf(digest);
        _contents.RequireNoFolder(digest);
        _contents.RequireNoLink(digest);
        try
        {
            var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
            return ValueTask.FromResult<Stream>(new VerifiedStream(stream, digest, place: file));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ArtifactNotFoundException.Of(digest);
        }
        catch (Exception e) when (IsOfFolder(e))
        {
            throw Unusable(e);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long?> FindAsync(ContentDigest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = new FileInfo(_contents.FileOf(digest));
        return ValueTask.FromResult(file.Exists ? file.Length : (long?)null);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ContentDigest>> LinkAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digests);
        List<ContentDigest> missing = [], made = [];
        await ChangeAsync(
            () =>
            {
                missing.AddRange(digests.Where(digest => !File.Exists(_contents.FileOf(digest))).Distinct());
                if (missing.Count == 0)
                {
                    made.AddRange(digests.Where(digest => Renew(run, digest)));
                }
            },
            cancellationToken).ConfigureAwait(false);
        FlushNames(run, made);
        return missing;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ArtifactLink>> ListLinksAsync(ArtifactLink? after, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<ArtifactLink>>(_links.List(after, most));
    }

    /// <inheritdoc/>
    public ValueTask ConfirmAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digests);
        return ChangeAsync(
            () =>
            {
                foreach (var digest in digests)
                {
                    _links.Confirm(run, digest);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<int> UnlinkAsync(RunId run, IReadOnlyCollection<ContentDigest>? digests, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var removed = 0;
        await ChangeAsync(
            () =>
            {
                removed = _links.Remove(run, digests, before);
            },
            cancellationToken).ConfigureAwait(false);
        return removed;
    }

    /// <inheritdoc/>
    public async ValueTask<CollectedContents> CollectAsync(DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var collected = new CollectedContents(0, 0);
        if (!Directory.Exists(Folder))
        {
            return collected;
        }

        await RemoveAbandonedAsync(before, cancellationToken).ConfigureAwait(false);
        foreach (var file in _contents.All().Where(file => file.LastWriteTimeUtc < before.UtcDateTime && !_links.IsNeeded(FileContents.DigestOf(file))))
        {
            // Each by itself, so that others get their turn; what was linked meanwhile has another time.
            await ChangeAsync(
                () =>
                {
                    file.Refresh();
                    if (file.Exists && file.LastWriteTimeUtc < before.UtcDateTime && !_links.RemoveLeft(FileContents.DigestOf(file)))
                    {
                        var size = file.Length;
                        file.Delete();
                        collected = new CollectedContents(collected.Contents + 1, collected.Bytes + size);
                    }
                },
                cancellationToken).ConfigureAwait(false);
            if (collected.Contents == most)
            {
                break;
            }
        }

        return collected;
    }

    private static async Task WriteAsync(ContentIntake intake, FileStream file, CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            int count;
            while ((count = await intake.ReadAsync(block.AsMemory(0, BlockSize), cancellationToken).ConfigureAwait(false)) > 0)
            {
                await file.WriteAsync(block.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            file.Flush(flushToDisk: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private bool Renew(RunId run, ContentDigest digest)
    {
        var now = _time.GetUtcNow();
        _contents.Touch(digest, now);
        return _links.Renew(run, digest, now);
    }

    // Journaling file systems write the names with what is flushed under them.
    private void FlushNames(RunId run, IReadOnlyList<ContentDigest> made)
    {
        foreach (var file in made.SelectMany(digest => new[] { _links.FileOf(run, digest), _contents.FileOf(digest) }))
        {
            using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
            stream.Flush(flushToDisk: true);
        }
    }

    private static void RemoveIfAbandoned(FileInfo file)
    {
        try
        {
            file.Open(FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            file.Delete();
        }
        catch (IOException)
        {
            // It is being written, or has got its name meanwhile.
        }
    }

    /// <summary>Removes what processes left in <c>temp</c> that died while they wrote.</summary>
    private async ValueTask RemoveAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_temp))
        {
            return;
        }

        foreach (var file in new DirectoryInfo(_temp).EnumerateFiles().Where(file => file.LastWriteTimeUtc < before.UtcDateTime))
        {
            await ChangeAsync(() => RemoveIfAbandoned(file), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ChangeAsync(Action change, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            using (await _lock.TakeAsync(cancellationToken).ConfigureAwait(false))
            {
                change();
            }
        }
        catch (Exception e) when (IsOfFolder(e))
        {
            throw Unusable(e);
        }
    }

    private static bool IsOfFolder(Exception e) => e is IOException or UnauthorizedAccessException;

    private StateStoreException Unusable(Exception cause)
        => new($"The artifacts in '{Folder}' can't be read or written: {cause.Message} Check the disk and the rights of this process.", isTransient: cause is IOException, cause);
}
