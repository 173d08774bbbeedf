using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.Sqlite.Tests;

public class SqliteArtifactStoreTests : ArtifactStoreConformance
{
    private const int Piece = 1024 * 1024;
    private static readonly RunId Run = new("run");
    private readonly StoreFiles _files = new();
    private readonly List<SqliteStateStore> _stores = [];
    private readonly Dictionary<IArtifactStore, string> _names = [];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Piece - 1)]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    [InlineData((7 * Piece) + 3)]
    public async Task A_content_is_the_same_however_many_pieces_it_has_and_nothing_is_left_of_it_when_it_is_collected(int size)
    {
        var store = (SqliteArtifactStore)await CreateEmptyAsync();
        var content = new byte[size];
        new Random(size).NextBytes(content);
        var stored = await store.PutAsync(Run, new MemoryStream(content), long.MaxValue, Journal.Ct);
        Assert.Equal(stored, await store.PutAsync(Run, new MemoryStream(content), long.MaxValue, Journal.Ct));
        using var shell = new Shell(_names[store]);
        Assert.Equal((size / Piece) + 1, shell.Number("SELECT count(*) FROM content_pieces"));
        await using (var stream = await store.OpenReadAsync(stored.Digest, Journal.Ct))
        {
            var copy = new MemoryStream();
            await stream.CopyToAsync(copy, Journal.Ct);
            Assert.Equal(content, copy.ToArray());
        }

        await store.UnlinkAsync(Run, null, DateTimeOffset.MaxValue, Journal.Ct);
        Assert.Equal(new CollectedContents(1, size), await store.CollectAsync(DateTimeOffset.MaxValue, 10, Journal.Ct));
        Assert.Equal(0, shell.Number("SELECT (SELECT count(*) FROM contents) + (SELECT count(*) FROM content_pieces) + (SELECT count(*) FROM artifact_links)"));
    }

    [Fact]
    public async Task Nothing_is_left_in_the_file_of_a_content_that_was_canceled_or_too_large()
    {
        var store = (SqliteArtifactStore)await CreateEmptyAsync();
        var content = new byte[10 * Piece];
        await Assert.ThrowsAsync<ArtifactTooLargeException>(async () => await store.PutAsync(Run, new MemoryStream(content), content.Length - 1, Journal.Ct));
        await Assert.ThrowsAsync<IOException>(async () => await store.PutAsync(Run, new FailingStream(content, 6 * Piece), long.MaxValue, Journal.Ct));
        using var shell = new Shell(_names[store]);
        Assert.Equal(0, shell.Number("SELECT (SELECT count(*) FROM contents) + (SELECT count(*) FROM content_pieces)"));
    }

    [Fact]
    public async Task What_a_process_left_that_died_while_it_wrote_or_removed_a_content_goes_with_a_later_collection()
    {
        var store = (SqliteArtifactStore)await CreateEmptyAsync();
        var kept = await store.PutAsync(Run, new MemoryStream([1]), long.MaxValue, Journal.Ct);
        using var shell = new Shell(_names[store]);
        shell.Run("INSERT INTO contents (content_key, state, size, touched_at) VALUES (50, 'writing', 0, 1), (51, 'going', 7, 9223372036854775807)");
        shell.Run("INSERT INTO content_pieces (piece_key, bytes) VALUES ((50 << 24) + 0, x'00'), ((50 << 24) + 1, x'00'), (51 << 24, x'00')");
        Assert.Equal(default, await store.CollectAsync(DateTimeOffset.MaxValue, 10, Journal.Ct));
        Assert.Equal(1, shell.Number("SELECT count(*) FROM contents"));
        Assert.Equal(1, shell.Number("SELECT count(*) FROM content_pieces"));
        Assert.NotNull(await store.FindAsync(kept.Digest, Journal.Ct));
    }

    [Fact]
    public async Task A_content_that_is_being_written_is_not_there_and_is_not_collected_while_something_comes()
    {
        var store = (SqliteArtifactStore)await CreateEmptyAsync();
        var gate = new TaskCompletionSource();
        var source = new FailingStream(new byte[3 * Piece], 2 * Piece) { Gate = gate.Task };
        var writing = Task.Run(async () => await store.PutAsync(Run, source, long.MaxValue, Journal.Ct), Journal.Ct);
        await source.Reached.WaitAsync(TimeSpan.FromSeconds(30), Journal.Ct);
        Assert.Equal(default, await store.CollectAsync(DateTimeOffset.MaxValue, 10, Journal.Ct));
        Assert.Null(await store.FindAsync(ContentDigest.Of(new byte[3 * Piece]), Journal.Ct));
        gate.SetResult();
        Assert.Equal(3 * Piece, await store.FindAsync((await writing).Digest, Journal.Ct));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        _files.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual SqliteStateStore OpenRuns(string file) => new(file);

    protected override Task<IArtifactStore> CreateEmptyAsync() => Task.FromResult<IArtifactStore>(Open(_files.Next()));

    protected override Task<IArtifactStore> OpenAnotherAsync(IArtifactStore store) => Task.FromResult<IArtifactStore>(Open(_names[store]));

    protected override Task<bool> TryDamageAsync(IArtifactStore store, ContentDigest digest, ContentDamage damage)
    {
        using var shell = new Shell(_names[store]);
        var last = $"(SELECT max(piece_key) FROM content_pieces WHERE piece_key >> 24 = (SELECT content_key FROM contents WHERE digest = '{digest.Hex}'))";
        var bytes = damage switch
        {
            ContentDamage.FlippedBit => "CAST(substr(bytes, 1, length(bytes) - 1) || CASE substr(bytes, -1) WHEN x'00' THEN x'01' ELSE x'00' END AS BLOB)",
            ContentDamage.Truncated => "substr(bytes, 1, length(bytes) - 1)",
            _ => "CAST(bytes || x'00' AS BLOB)",
        };
        shell.Run($"UPDATE content_pieces SET bytes = {bytes} WHERE piece_key = {last}");
        return Task.FromResult(true);
    }

    private SqliteArtifactStore Open(string file)
    {
        var runs = OpenRuns(file);
        _stores.Add(runs);
        var store = new SqliteArtifactStore(runs);
        _names[store] = file;
        return store;
    }

    private sealed class FailingStream(byte[] content, int at) : MemoryStream(content)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task? Gate { get; init; }

        public Task Reached => _reached.Task;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= at)
            {
                _reached.TrySetResult();
                await (Gate ?? throw new IOException("gone"));
            }

            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 100_000)], cancellationToken);
        }
    }
}

/// <summary>The same by a clock that the test moves, in groups of two at most, with no reader kept open.</summary>
public sealed class SqliteArtifactStoreWithTightBoundsTests : SqliteArtifactStoreTests
{
    private readonly ManualTimeProvider _time = new();

    protected override SqliteStateStore OpenRuns(string file)
        => new(new SqliteStateStoreOptions { FilePath = file, TimeProvider = _time, MaxGroupSize = 2, MaxGroupBytes = 64, ReadConnections = 0, Synchronous = SqliteSynchronous.Normal });

    protected override Task<bool> TryAdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        return Task.FromResult(true);
    }
}

public sealed class SqliteMemoStoreTests : MemoStoreConformance, IAsyncDisposable
{
    private readonly StoreFiles _files = new();
    private readonly List<SqliteStateStore> _stores = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        _files.Dispose();
    }

    protected override Task<IMemoStore> CreateEmptyAsync() => Task.FromResult<IMemoStore>(Open(_files.Next()));

    protected override Task<IMemoStore> OpenAnotherAsync(IMemoStore store) => Task.FromResult<IMemoStore>(Open(_stores[0].FilePath));

    private SqliteMemoStore Open(string file)
    {
        _stores.Add(new SqliteStateStore(file));
        return new SqliteMemoStore(_stores[^1]);
    }
}
