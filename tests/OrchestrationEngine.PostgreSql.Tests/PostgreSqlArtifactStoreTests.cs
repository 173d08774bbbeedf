using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Shared;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.PostgreSql.Tests;

public class PostgreSqlArtifactStoreTests : ArtifactStoreConformance
{
    private const int Piece = 1024 * 1024;
    private static readonly RunId Run = new("run");
    private readonly Dictionary<IArtifactStore, string> _databases = [];
    private readonly List<PostgreSqlStateStore> _stores = [];

    [Theory]
    [InlineData(0)]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    [InlineData((20 * Piece) + 3)]
    public async Task A_content_is_the_same_however_many_pieces_it_has_and_nothing_is_left_of_it_when_it_is_collected(int size)
    {
        var store = await CreateEmptyAsync();
        var content = new byte[size];
        new Random(size).NextBytes(content);
        var stored = await store.PutAsync(Run, new MemoryStream(content), long.MaxValue, Cluster.Ct);
        Assert.Equal(stored, await store.PutAsync(Run, new MemoryStream(content), long.MaxValue, Cluster.Ct));
        Assert.Equal(Math.Max(1L, (size + Piece - 1) / Piece), await ExecuteAsync(store, "SELECT count(*) FROM orchestration.content_pieces"));
        await using (var stream = await store.OpenReadAsync(stored.Digest, Cluster.Ct))
        {
            var copy = new MemoryStream();
            await stream.CopyToAsync(copy, Cluster.Ct);
            Assert.Equal(content, copy.ToArray());
        }

        await store.UnlinkAsync(Run, null, DateTimeOffset.MaxValue, Cluster.Ct);
        Assert.Equal(new CollectedContents(1, size), await store.CollectAsync(DateTimeOffset.MaxValue, 10, Cluster.Ct));
        Assert.Equal(0L, await RowsAsync(store));
    }

    [Fact]
    public async Task Nothing_is_left_in_the_database_of_a_content_that_was_too_large()
    {
        var store = await CreateEmptyAsync();
        var content = new byte[10 * Piece];
        await Assert.ThrowsAsync<ArtifactTooLargeException>(async () => await store.PutAsync(Run, new MemoryStream(content), content.Length - 1, Cluster.Ct));
        Assert.Equal(0L, await RowsAsync(store));
    }

    [Fact]
    public async Task What_a_process_left_that_died_while_it_wrote_or_removed_a_content_goes_with_a_later_collection()
    {
        var store = await CreateEmptyAsync();
        var kept = await store.PutAsync(Run, new MemoryStream([1]), long.MaxValue, Cluster.Ct);
        await ExecuteAsync(store, "INSERT INTO orchestration.contents (state, size, touched_at) VALUES ('writing', 0, 1), ('going', 7, 9223372036854775807)");
        await ExecuteAsync(store, "INSERT INTO orchestration.content_pieces SELECT content_key, n, '\\x00' FROM orchestration.contents, generate_series(1, 40) n WHERE state <> 'kept'");
        Assert.Equal(default, await store.CollectAsync(DateTimeOffset.MaxValue, 10, Cluster.Ct));
        Assert.Equal(3L, await RowsAsync(store));
        Assert.NotNull(await store.FindAsync(kept.Digest, Cluster.Ct));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected virtual void Configure(PostgreSqlStateStoreOptions options)
    {
    }

    protected override async Task<IArtifactStore> CreateEmptyAsync() => Open(await Cluster.CreateDatabaseAsync());

    protected override Task<IArtifactStore> OpenAnotherAsync(IArtifactStore store) => Task.FromResult<IArtifactStore>(Open(_databases[store]));

    protected override async Task<bool> TryDamageAsync(IArtifactStore store, ContentDigest digest, ContentDamage damage)
    {
        var bytes = damage switch
        {
            ContentDamage.FlippedBit => "set_byte(bytes, length(bytes) - 1, get_byte(bytes, length(bytes) - 1) # 4)",
            ContentDamage.Truncated => "substr(bytes, 1, length(bytes) - 1)",
            _ => "bytes || '\\x00'::bytea",
        };
        await ExecuteAsync(store, $"UPDATE orchestration.content_pieces SET bytes = {bytes} WHERE (content_key, number) = (SELECT content_key, max(number) FROM orchestration.content_pieces JOIN orchestration.contents USING (content_key) WHERE digest = '{digest.Hex}' GROUP BY content_key)");
        return true;
    }

    private Task<object?> ExecuteAsync(IArtifactStore store, string sql) => PostgreSqlServer.ExecuteAsync(_databases[store], sql, Cluster.Ct);

    private Task<object?> RowsAsync(IArtifactStore store)
        => ExecuteAsync(store, "SELECT (SELECT count(*) FROM orchestration.contents) + (SELECT count(*) FROM orchestration.content_pieces) + (SELECT count(*) FROM orchestration.artifact_links)");

    private PostgreSqlArtifactStore Open(string database)
    {
        var options = new PostgreSqlStateStoreOptions { ConnectionString = database };
        Configure(options);
        _stores.Add(new PostgreSqlStateStore(options));
        var store = new PostgreSqlArtifactStore(_stores[^1]);
        _databases[store] = database;
        return store;
    }
}

/// <summary>The same with nothing kept in a session, as behind a proxy that pools transactions.</summary>
public sealed class PostgreSqlArtifactStoreBehindPoolingTests : PostgreSqlArtifactStoreTests
{
    protected override void Configure(PostgreSqlStateStoreOptions options) => options.BehindTransactionPooling = true;
}

public sealed class PostgreSqlMemoStoreTests : MemoStoreConformance, IAsyncDisposable
{
    private readonly List<PostgreSqlStateStore> _stores = [];
    private string _database = "";

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }
    }

    protected override async Task<IMemoStore> CreateEmptyAsync()
    {
        _database = await Cluster.CreateDatabaseAsync();
        return Open();
    }

    protected override Task<IMemoStore> OpenAnotherAsync(IMemoStore store) => Task.FromResult<IMemoStore>(Open());

    private PostgreSqlMemoStore Open()
    {
        _stores.Add(new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = _database }));
        return new PostgreSqlMemoStore(_stores[^1]);
    }
}
