using System.Buffers;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>Keeps contents in the memory of the process: for tests, and for work that may be lost.</summary>
public sealed class InMemoryArtifactStore : IArtifactStore
{
    private const int BlockSize = 128 * 1024;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<ContentDigest, Kept> _contents = [];
    private readonly SortedDictionary<string, SortedDictionary<string, Link>> _links = new(StringComparer.Ordinal);

    /// <summary>Makes an empty store.</summary>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public InMemoryArtifactStore(TimeProvider? timeProvider = null) => _time = timeProvider ?? TimeProvider.System;

    /// <inheritdoc/>
    public async ValueTask<StoredContent> PutAsync(RunId run, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var intake = new ContentIntake(content, maxBytes);
        var blocks = new List<byte[]>();
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            int count;
            while ((count = await intake.ReadAsync(block.AsMemory(0, BlockSize), cancellationToken).ConfigureAwait(false)) > 0)
            {
                blocks.Add(block.AsSpan(0, count).ToArray());
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var stored = intake.Complete();
        lock (_gate)
        {
            _contents.TryAdd(stored.Digest, new Kept(blocks, stored.Size));
            Renew(run, stored.Digest, _time.GetUtcNow());
        }

        return stored;
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return _contents.TryGetValue(digest, out var kept)
                ? ValueTask.FromResult<Stream>(new VerifiedStream(new BlockStream(kept.Blocks), digest, kept.Size))
                : throw ArtifactNotFoundException.Of(digest);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long?> FindAsync(ContentDigest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_contents.TryGetValue(digest, out var kept) ? kept.Size : (long?)null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ContentDigest>> LinkAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digests);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var missing = digests.Where(digest => !_contents.ContainsKey(digest)).Distinct().ToList();
            if (missing.Count == 0)
            {
                var now = _time.GetUtcNow();
                foreach (var digest in digests)
                {
                    Renew(run, digest, now);
                }
            }

            return ValueTask.FromResult<IReadOnlyList<ContentDigest>>(missing);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ArtifactLink>> ListLinksAsync(ArtifactLink? after, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var page =
                from run in _links
                let place = after is null ? 1 : string.CompareOrdinal(run.Key, after.Run.Value)
                where place >= 0
                from link in run.Value
                where place > 0 || string.CompareOrdinal(link.Key, after!.Digest.Hex) > 0
                select new ArtifactLink(new RunId(run.Key), ContentDigest.Parse(link.Key), link.Value.At, link.Value.IsConfirmed);
            return ValueTask.FromResult<IReadOnlyList<ArtifactLink>>([.. page.Take(most)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask ConfirmAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digests);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_links.TryGetValue(run.Value, out var links))
            {
                foreach (var digest in digests)
                {
                    if (links.TryGetValue(digest.Hex, out var link))
                    {
                        links[digest.Hex] = link with { IsConfirmed = true };
                    }
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> UnlinkAsync(RunId run, IReadOnlyCollection<ContentDigest>? digests, DateTimeOffset before, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var removed = 0;
        lock (_gate)
        {
            if (!_links.TryGetValue(run.Value, out var links))
            {
                return ValueTask.FromResult(0);
            }

            foreach (var hex in digests is null ? [.. links.Keys] : digests.Select(digest => digest.Hex).ToList())
            {
                if (links.TryGetValue(hex, out var link) && link.At < before && links.Remove(hex))
                {
                    _contents[ContentDigest.Parse(hex)].Links--;
                    removed++;
                }
            }

            if (links.Count == 0)
            {
                _links.Remove(run.Value);
            }
        }

        return ValueTask.FromResult(removed);
    }

    /// <inheritdoc/>
    public ValueTask<CollectedContents> CollectAsync(DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var unwanted = _contents.Where(content => content.Value.Links == 0 && content.Value.TouchedAt < before).Take(most).ToList();
            foreach (var content in unwanted)
            {
                _contents.Remove(content.Key);
            }

            return ValueTask.FromResult(new CollectedContents(unwanted.Count, unwanted.Sum(content => content.Value.Size)));
        }
    }

    private void Renew(RunId run, ContentDigest digest, DateTimeOffset now)
    {
        if (!_links.TryGetValue(run.Value, out var links))
        {
            _links[run.Value] = links = new SortedDictionary<string, Link>(StringComparer.Ordinal);
        }

        var kept = _contents[digest];
        kept.TouchedAt = now;
        kept.Links += links.ContainsKey(digest.Hex) ? 0 : 1;
        links[digest.Hex] = new Link(now, links.TryGetValue(digest.Hex, out var link) && link.IsConfirmed);
    }

    private readonly record struct Link(DateTimeOffset At, bool IsConfirmed);

    private sealed class Kept(List<byte[]> blocks, long size)
    {
        public List<byte[]> Blocks { get; } = blocks;

        public long Size { get; } = size;

        public int Links { get; set; }

        public DateTimeOffset TouchedAt { get; set; }
    }
}
