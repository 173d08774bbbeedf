using OrchestrationEngine.State;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.Sqlite.Tests;

public class SqliteStateStoreConformanceTests : StateStoreConformance
{
    private readonly TemporaryFolder _folder = new();
    private int _files;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(Open(_folder.File($"{++_files}.db")));

    protected override async Task<IStateStore> ReopenAsync(IStateStore store)
    {
        var file = ((SqliteStateStore)store).FilePath;
        await DisposeOfAsync(store);
        return Open(file);
    }

    protected virtual SqliteStateStore Open(string file) => new(file);
}

/// <summary>The same with groups of two at most, of few bytes, and no reader kept open: every bound is met all the time.</summary>
public sealed class SqliteStateStoreWithTightBoundsConformanceTests : SqliteStateStoreConformanceTests
{
    protected override SqliteStateStore Open(string file)
        => new(new SqliteStateStoreOptions { FilePath = file, MaxGroupSize = 2, MaxGroupBytes = 64, ReadConnections = 0, Synchronous = SqliteSynchronous.Normal });
}
