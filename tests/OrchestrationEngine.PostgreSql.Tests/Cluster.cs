using OrchestrationEngine.Shared;

[assembly: AssemblyFixture(typeof(OrchestrationEngine.PostgreSql.Tests.Cluster))]

namespace OrchestrationEngine.PostgreSql.Tests;

/// <summary>The server that the tests of this process share; started when the first of them needs it, stopped after the last.</summary>
public sealed class Cluster : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgreSqlServer>> Started = new(() => PostgreSqlServer.StartAsync());

    /// <summary>Gives an empty database of its own to a test, or skips the test where there is no PostgreSQL.</summary>
    /// <returns>The connection string.</returns>
    public static async Task<string> CreateDatabaseAsync() => await (await ServerAsync(() => Started.Value)).CreateDatabaseAsync(Ct);

    /// <summary>Starts a server that a test has for itself, to kill and to restart.</summary>
    internal static Task<PostgreSqlServer> StartOwnAsync(bool durable = false) => ServerAsync(() => PostgreSqlServer.StartAsync(durable, Ct));

    internal static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (Started.IsValueCreated && Started.Value.IsCompletedSuccessfully)
        {
            await (await Started.Value).DisposeAsync();
        }
    }

    private static async Task<PostgreSqlServer> ServerAsync(Func<Task<PostgreSqlServer>> start)
    {
        try
        {
            return await start();
        }
        catch (NotSupportedException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
