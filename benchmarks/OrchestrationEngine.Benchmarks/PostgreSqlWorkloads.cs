using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.PostgreSql;
using OrchestrationEngine.Shared;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Benchmarks;

/// <summary>The workloads on a PostgreSQL of their own, which waits for its disk at every commit.</summary>
internal sealed class PostgreSqlWorkloads : IAsyncDisposable
{
    private readonly PostgreSqlServer _server;

    private PostgreSqlWorkloads(PostgreSqlServer server) => _server = server;

    /// <summary>Starts the server.</summary>
    /// <returns>Null where there is no PostgreSQL, which is said.</returns>
    public static async Task<PostgreSqlWorkloads?> StartAsync()
    {
        try
        {
            return new PostgreSqlWorkloads(await PostgreSqlServer.StartAsync(durable: true));
        }
        catch (NotSupportedException e)
        {
            Console.WriteLine($"SKIPPED: nothing is measured on PostgreSQL. {e.Message}");
            return null;
        }
    }

    /// <summary>Opens a store on an empty database.</summary>
    public async Task<PostgreSqlStateStore> OpenAsync() => Open(await _server.CreateDatabaseAsync());

    public async Task MeasureAsync(Workload workload, int times)
    {
        var database = await _server.CreateDatabaseAsync();
        var commits = 0L;
        var repetitions = 0;
        Measurement engine;
        await using (var store = Open(database))
        {
            await store.OpenAsync();
            engine = await Measurement.MedianAsync(times, async () =>
            {
                repetitions++;
                var before = store.Commits;
                var elapsed = await EngineRunner.RunAsync(workload, builder => builder.Services.AddSingleton<IStateStore>(store));
                commits = store.Commits - before;
                return elapsed;
            });
        }

        var stored = (long)(await PostgreSqlServer.ExecuteAsync(database, "SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'orchestration' AND c.relkind = 'r'"))! / repetitions;
        await using var inserts = await BarePostgreSqlInserts.CreateAsync(database, workload.Runs);
        var bare = await Measurement.MedianAsync(times, () => inserts.RunAsync(commits));
        Harness.Print(workload, "bare inserts of the same rows, PostgreSQL", bare, null, stored, commits);
        Harness.Print(workload, "engine, PostgreSQL, synchronous commit", engine, bare, stored, commits);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static PostgreSqlStateStore Open(string connectionString) => new(new PostgreSqlStateStoreOptions { ConnectionString = connectionString });
}
