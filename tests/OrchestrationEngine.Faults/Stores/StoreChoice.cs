using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Faults.Disturbing;
using OrchestrationEngine.Faults.Workload;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Faults.Stores;

/// <summary>The stores by their names on the command line.</summary>
internal static class StoreChoice
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    /// <summary>Makes the store of a trial ready.</summary>
    /// <exception cref="NotSupportedException">There is no such store on this machine.</exception>
    public static async Task<ITestedStore> StartAsync(TrialSettings trial, TrialLog log)
        => trial.Store == Sqlite ? new SqliteFile(log.Folder) : await PostgreSqlCluster.StartAsync(trial.Nodes, log);

    public static void Use(IOrchestrationBuilder builder, string store, string connection)
    {
        switch (store)
        {
            case Sqlite:
                builder.UseSqlite(connection);
                break;
            case Postgres:
                builder.UsePostgreSql(connection);
                break;
            default:
                throw new NotSupportedException($"There is no store '{store}'.");
        }
    }

    /// <summary>Opens a store as a node does, for who looks at it from outside. Disposing of the services closes it.</summary>
    public static ServiceProvider Open(string store, string connection, out IStateStore opened)
    {
        var services = new ServiceCollection();
        Use(services.AddOrchestration(), store, connection);
        var provider = services.BuildServiceProvider();
        opened = provider.GetRequiredService<IStateStore>();
        return provider;
    }
}
