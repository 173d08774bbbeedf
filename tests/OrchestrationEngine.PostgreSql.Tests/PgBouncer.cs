using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OrchestrationEngine.PostgreSql.Tests;

/// <summary>A PgBouncer before a database, with few server connections, each for one transaction only; ended with the test.</summary>
internal sealed class PgBouncer : IDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orchestration-pgbouncer-");
    private readonly Process _process;

    private PgBouncer(NpgsqlConnectionStringBuilder database)
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var settings = Path.Combine(_folder.FullName, "pgbouncer.ini");
        File.WriteAllText(settings, string.Create(
            CultureInfo.InvariantCulture,
            $"""
            [databases]
            {database.Database} = host=127.0.0.1 port={database.Port} dbname={database.Database} user=postgres
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {Port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 3
            max_client_conn = 200
            logfile = /dev/null
            """));
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            File.SetUnixFileMode(settings, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        // The shell ends the proxy when its input does, which is when this process is gone, however that happened.
        var user = Environment.IsPrivilegedProcess ? "-u postgres" : "";
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{Program} -q {user} {settings} < /dev/null > /dev/null 2>&1 & proxy=$!; cat > /dev/null; kill $proxy; wait $proxy");
        _process = Process.Start(start)!;
        ConnectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = Port }.ConnectionString;
    }

    public int Port { get; }

    public string ConnectionString { get; }

    /// <summary>Starts a proxy and waits until it answers, or skips the test where there is none.</summary>
    public static async Task<PgBouncer> StartAsync(string connectionString)
    {
        Assert.SkipUnless(File.Exists(Program), "There is no PgBouncer on this machine (/usr/sbin/pgbouncer). Install the package 'pgbouncer'.");
        var proxy = new PgBouncer(new NpgsqlConnectionStringBuilder(connectionString));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Cluster.Ct);
                return proxy;
            }
            catch (SocketException) when (attempt < 100_000 && !proxy._process.HasExited)
            {
                // Not yet.
            }
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
