using Npgsql;
using OrchestrationEngine.Faults.Disturbing;
using OrchestrationEngine.Shared;

namespace OrchestrationEngine.Faults.Stores;

/// <summary>A PostgreSQL server of its own. The first node reaches it directly, the others each through a proxy.</summary>
internal sealed class PostgreSqlCluster : ITestedStore
{
    private readonly PostgreSqlServer _server;
    private readonly List<TcpProxy> _proxies;
    private readonly TrialLog _log;
    private readonly SemaphoreSlim _turn = new(1);

    private PostgreSqlCluster(PostgreSqlServer server, string connection, int nodes, TrialLog log)
    {
        _server = server;
        _log = log;
        Connection = connection;
        _proxies = [.. Enumerable.Range(1, nodes - 1).Select(_ => new TcpProxy(server.Port))];
    }

    public string Connection { get; }

    public IReadOnlyList<FaultKind> Faults
        => [FaultKind.RestartStore, FaultKind.KillStore, FaultKind.CutSessions, .. _proxies.Count > 0 ? [FaultKind.DropConnections, FaultKind.StallConnections] : Array.Empty<FaultKind>()];

    /// <summary>Starts the server, which waits for its disk as in production.</summary>
    /// <exception cref="NotSupportedException">There is no PostgreSQL on this machine.</exception>
    public static async Task<PostgreSqlCluster> StartAsync(int nodes, TrialLog log)
    {
        var server = await PostgreSqlServer.StartAsync(durable: true);
        return new PostgreSqlCluster(server, await server.CreateDatabaseAsync(), nodes, log);
    }

    public string ConnectionOf(int slot) => slot == 0 ? Connection : new NpgsqlConnectionStringBuilder(Connection) { Port = _proxies[slot - 1].Port }.ConnectionString;

    public async Task DisturbAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.DropConnections:
                ProxyOf(fault).Drop();
                break;
            case FaultKind.StallConnections:
                await ProxyOf(fault).StallAsync(fault.For);
                break;
            default:
                await DisturbServerAsync(fault);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        await _server.DisposeAsync();
        _turn.Dispose();
    }

    private TcpProxy ProxyOf(Fault fault) => _proxies[fault.Node % _proxies.Count];

    private async Task DisturbServerAsync(Fault fault)
    {
        await _turn.WaitAsync();
        try
        {
            switch (fault.Kind)
            {
                case FaultKind.CutSessions:
                    await PostgreSqlServer.ExecuteAsync(Connection, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
                    break;
                case FaultKind.KillStore:
                    _server.Kill();
                    await Task.Delay(fault.For, TimeProvider.System);
                    await _server.StartAgainAsync();
                    break;
                case FaultKind.RestartStore:
                    await _server.StopAsync();
                    await Task.Delay(fault.For, TimeProvider.System);
                    await _server.StartAgainAsync();
                    break;
                default:
                    throw new NotSupportedException($"PostgreSQL can't have the fault '{fault.Kind}'.");
            }

            _log.Note($"{fault.Kind} is over");
        }
        finally
        {
            _turn.Release();
        }
    }
}
