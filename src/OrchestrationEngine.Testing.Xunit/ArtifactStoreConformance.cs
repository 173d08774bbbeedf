using System.Diagnostics;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

/// <summary>
/// What every <see cref="IArtifactStore"/> must do; the precise form of that contract. Derive a class from it in a test project and override
/// <see cref="CreateEmptyAsync"/>: the tests are inherited.
/// </summary>
/// <remarks>A store that is disposable is disposed of after the test that made it.</remarks>
public abstract partial class ArtifactStoreConformance : IAsyncDisposable
{
    private const long NoLimit = long.MaxValue;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);
    private static readonly RunId Run = new("run");
    private readonly List<IArtifactStore> _open = [];

    /// <summary>Sizes around those of blocks and pages.</summary>
    public static TheoryData<int> Sizes => [0, 1, 4096, 65_535, 65_536, 131_072, 262_143, 262_144, 262_145, 1_048_576, 3_145_735];

    /// <summary>Ways in which a content can be damaged.</summary>
    public static TheoryData<ContentDamage> Damages => [ContentDamage.FlippedBit, ContentDamage.Truncated, ContentDamage.Longer];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Makes a store without any contents, on a folder or a schema of its own.</summary>
    protected abstract Task<IArtifactStore> CreateEmptyAsync();

    /// <summary>Opens another store on the same data, as another process would. The default gives the same store, which is right for one that keeps nothing beyond the process.</summary>
    /// <param name="store">A store of <see cref="CreateEmptyAsync"/>.</param>
    protected virtual Task<IArtifactStore> OpenAnotherAsync(IArtifactStore store) => Task.FromResult(store);

    /// <summary>Damages a content behind the back of the store, where a test can. The default can't, and the tests that need it are skipped.</summary>
    /// <param name="store">The store.</param>
    /// <param name="digest">The content.</param>
    /// <param name="damage">How.</param>
    /// <returns>Whether it was damaged.</returns>
    protected virtual Task<bool> TryDamageAsync(IArtifactStore store, ContentDigest digest, ContentDamage damage) => Task.FromResult(false);

    /// <summary>Moves the clock of the stores on, where a test can. The default can't: the stores have the real clock, and the suite waits a few milliseconds.</summary>
    /// <param name="by">How far.</param>
    /// <returns>Whether the clock was moved.</returns>
    protected virtual Task<bool> TryAdvanceAsync(TimeSpan by) => Task.FromResult(false);

    /// <summary>Disposes of the stores of the test. An override calls this first, then deletes its files.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        foreach (var store in _open)
        {
            if (store is IAsyncDisposable disposable)
            {
                await disposable.DisposeAsync();
            }
            else
            {
                (store as IDisposable)?.Dispose();
            }
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What is read is what was put, in this store and in another on the same data.</summary>
    /// <param name="size">How large it is.</param>
    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_content_comes_back_as_it_was_put_whatever_its_size(int size)
    {
        var store = await EmptyAsync();
        var content = Bytes(size, seed: 1);
        var stored = await PutAsync(store, Run, content);
        Assert.Equal(new StoredContent(ContentDigest.Of(content), size), stored);
        Assert.Equal(size, await store.FindAsync(stored.Digest, Ct));
        Assert.Equal(content, await ReadAsync(store, stored.Digest));
        Assert.Equal(content, await ReadAsync(await AnotherAsync(store), stored.Digest));
    }

    /// <summary>The stream belongs to the caller.</summary>
    [Fact]
    public async Task A_content_is_read_from_where_the_stream_is_and_the_stream_is_not_disposed_of()
    {
        var store = await EmptyAsync();
        var source = new MemoryStream([1, 2, 3, 4]) { Position = 2 };
        var stored = await store.PutAsync(Run, source, NoLimit, Ct);
        Assert.Equal([3, 4], await ReadAsync(store, stored.Digest));
        Assert.True(source.CanRead);
    }

    /// <summary>An unknown content is an error that names it.</summary>
    [Fact]
    public async Task A_content_that_is_not_there_is_not_found()
    {
        var store = await EmptyAsync();
        var digest = ContentDigest.Of("nothing"u8);
        Assert.Null(await store.FindAsync(digest, Ct));
        var e = await Assert.ThrowsAsync<ArtifactNotFoundException>(async () => await store.OpenReadAsync(digest, Ct));
        Assert.Equal(digest, e.Digest);
        Assert.Contains(digest.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Empty(await LinksAsync(store));
        Assert.Equal(default, await store.CollectAsync(DateTimeOffset.MaxValue, 10, Ct));
    }

    /// <summary>Equal contents share their place, and it is free when the last run needs it no more.</summary>
    [Fact]
    public async Task The_same_content_from_many_at_once_is_kept_once()
    {
        var store = await EmptyAsync();
        var other = await AnotherAsync(store);
        var content = Bytes(700_000, seed: 2);
        var stored = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => PutAsync(i % 2 == 0 ? store : other, new RunId($"run-{i}"), content), Ct)));
        Assert.Single(stored.Distinct());
        Assert.Equal(12, (await LinksAsync(store)).Count);
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(content, await ReadAsync(store, stored[0].Digest));
            Assert.Equal(default, await store.CollectAsync(DateTimeOffset.MaxValue, 10, Ct));
            Assert.Equal(1, await other.UnlinkAsync(new RunId($"run-{i}"), null, DateTimeOffset.MaxValue, Ct));
        }

        Assert.Equal(new CollectedContents(1, content.Length), await store.CollectAsync(DateTimeOffset.MaxValue, 10, Ct));
        Assert.Null(await other.FindAsync(stored[0].Digest, Ct));
    }

    /// <summary>Many writers and readers do not disturb each other.</summary>
    [Fact]
    public async Task Contents_put_and_read_at_once_do_not_get_mixed_up()
    {
        var store = await EmptyAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            async () =>
            {
                for (var i = 0; i < 8; i++)
                {
                    var content = Bytes(50_000 * (1 + i), seed: (worker * 100) + i);
                    var stored = await PutAsync(store, new RunId($"run {worker}"), content);
                    Assert.Equal(content, await ReadAsync(store, stored.Digest));
                }
            },
            Ct)));
        Assert.Equal(64, (await LinksAsync(store)).Count);
    }

    /// <summary>The limit is exact, and beyond it nothing is stored.</summary>
    [Fact]
    public async Task A_content_may_be_as_large_as_is_allowed_and_not_a_byte_larger()
    {
        var store = await EmptyAsync();
        foreach (var size in new[] { 1000, 1_000_000 })
        {
            var content = Bytes(size, seed: size);
            var e = await Assert.ThrowsAsync<ArtifactTooLargeException>(async () => await store.PutAsync(Run, new MemoryStream(content), size - 1, Ct));
            Assert.Contains("nothing of it was stored", e.Message, StringComparison.Ordinal);
            await RequireEmptyAsync(store, content);
        }

        var exact = Bytes(1_000_000, seed: 9);
        Assert.Equal(exact.Length, (await store.PutAsync(Run, new MemoryStream(exact), exact.Length, Ct)).Size);
    }

    /// <summary>A content is there as a whole or not at all, and the error of its stream comes out as it is.</summary>
    [Fact]
    public async Task Nothing_of_a_content_is_left_that_is_canceled_or_fails_in_its_middle()
    {
        var store = await EmptyAsync();
        var content = Bytes(3_000_000, seed: 3);
        using var canceling = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.PutAsync(Run, new InterruptedStream(content, 1_500_000, canceling.Cancel), NoLimit, canceling.Token));
        await RequireEmptyAsync(store, content);
        var e = await Assert.ThrowsAsync<IOException>(async () => await store.PutAsync(Run, new InterruptedStream(content, 2_000_000, () => throw new IOException("gone")), NoLimit, Ct));
        Assert.Equal("gone", e.Message);
        await RequireEmptyAsync(store, content);
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.PutAsync(Run, new MemoryStream([1]), NoLimit, canceled.Token));
        await RequireEmptyAsync(store, [1]);
        Assert.Equal(content, await ReadAsync(store, (await PutAsync(store, Run, content)).Digest));
    }

    /// <summary>Damage is found while reading, before the end is given.</summary>
    /// <param name="damage">How it is damaged.</param>
    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_content_never_comes_to_its_end_and_is_mended_by_putting_it_again(ContentDamage damage)
    {
        foreach (var size in new[] { 10, 1_000_000 })
        {
            var store = await EmptyAsync();
            var content = Bytes(size, seed: 4);
            var digest = (await PutAsync(store, Run, content)).Digest;
            Assert.SkipUnless(await TryDamageAsync(store, digest, damage), "This store can't be damaged by a test.");
            var e = await Assert.ThrowsAsync<ArtifactDamagedException>(() => ReadAsync(store, digest));
            Assert.Equal(digest, e.Digest);
            Assert.Contains(digest.ToString(), e.Message, StringComparison.Ordinal);
            Assert.Equal(digest, (await PutAsync(store, Run, content)).Digest);
            Assert.Equal(content, await ReadAsync(store, digest));
        }
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<StoredContent> PutAsync(IArtifactStore store, RunId run, byte[] content)
        => await store.PutAsync(run, new MemoryStream(content), NoLimit, Ct);

    private static async Task<byte[]> ReadAsync(IArtifactStore store, ContentDigest digest)
    {
        await using var stream = await store.OpenReadAsync(digest, Ct);
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Ct);
        return copy.ToArray();
    }

    private static async Task<List<ArtifactLink>> LinksAsync(IArtifactStore store, int pageSize = 100)
    {
        var links = new List<ArtifactLink>();
        while (true)
        {
            var page = await store.ListLinksAsync(links.LastOrDefault(), pageSize, Ct);
            Assert.True(page.Count <= pageSize);
            links.AddRange(page);
            if (page.Count == 0)
            {
                return links;
            }
        }
    }

    private static async Task RequireEmptyAsync(IArtifactStore store, byte[] content)
    {
        Assert.Null(await store.FindAsync(ContentDigest.Of(content), Ct));
        Assert.Empty(await LinksAsync(store));
    }

    private async Task<IArtifactStore> EmptyAsync() => Keep(await CreateEmptyAsync());

    private async Task<IArtifactStore> AnotherAsync(IArtifactStore store) => Keep(await OpenAnotherAsync(store));

    private IArtifactStore Keep(IArtifactStore store)
    {
        if (!_open.Contains(store))
        {
            _open.Add(store);
        }

        return store;
    }

    /// <summary>Lets a moment pass on the store's clock.</summary>
    private async Task PassAsync()
    {
        if (!await TryAdvanceAsync(Moment))
        {
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Moment;)
            {
                await Task.Delay(Moment, TimeProvider.System);
            }
        }
    }

    /// <summary>A content during whose reading something happens.</summary>
    private sealed class InterruptedStream(byte[] content, int at, Action interrupt) : MemoryStream(content)
    {
        private bool _isInterrupted;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= at && !_isInterrupted)
            {
                _isInterrupted = true;
                interrupt();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 100_000)], cancellationToken);
        }
    }
}

/// <summary>A way in which a content is damaged.</summary>
public enum ContentDamage
{
    /// <summary>One bit is another.</summary>
    FlippedBit,

    /// <summary>The end is missing.</summary>
    Truncated,

    /// <summary>There is something after the end.</summary>
    Longer,
}
