using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OrchestrationEngine.Shared;

/// <summary>
/// A PostgreSQL server of its own for tests and measurements, from the packages of the distribution: a new cluster in a temporary folder on a free port.
/// It ends with <see cref="DisposeAsync"/>, and also when this process dies in whatever way: a shell waits for the end of its input and then stops it.
/// </summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    /// <summary>A user whom the server asks for a password, once a test has made one.</summary>
    public const string UserWithPassword = "with_password";

    private static readonly string[] Fast = ["fsync=off", "synchronous_commit=on", "full_page_writes=off"];
    private static readonly string[] Durable = ["fsync=on", "synchronous_commit=on"];
    private readonly string _programs;
    private readonly string _folder;
    private readonly string[] _settings;
    private readonly Process _guard;
    private int _databases;

    private PostgreSqlServer(string programs, string folder, string[] settings)
    {
        _programs = programs;
        _folder = folder;
        _settings = settings;

        // "immediate": what is in it is not needed any more. The trap: whoever interrupts the tests must not interrupt this.
        _guard = Start("sh", "-c", $"trap '' INT TERM HUP; cat > /dev/null; {As(string.Join(' ', PgCtl("stop", "-m", "immediate")))}; rm -rf '{folder}'");
    }

    public int Port { get; private set; }

    /// <summary>Starts a server.</summary>
    /// <param name="durable">Whether it waits for its disk, as in production; without, it is only as durable as the machine stays up, which is enough for a kill.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="NotSupportedException">There is no PostgreSQL on this machine; the message says what was tried.</exception>
    public static async Task<PostgreSqlServer> StartAsync(bool durable = false, CancellationToken cancellationToken = default)
    {
        var programs = await FindProgramsAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("orchestration-postgresql-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", ["postgres", folder], cancellationToken);
        }

        var server = new PostgreSqlServer(programs, folder, durable ? Durable : Fast);
        try
        {
            await RunAsUserAsync([Path.Combine(programs, "initdb"), "-D", server.Data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], cancellationToken);
            await server.RequirePasswordAsync(cancellationToken);
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = $"test_{Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture)}";
        await ExecuteAsync(ConnectionString("postgres"), $"CREATE DATABASE {name} STRATEGY = wal_log", cancellationToken);
        return ConnectionString(name);
    }

    public string ConnectionString(string database, string user = "postgres") => $"Host=127.0.0.1;Port={Port.ToString(CultureInfo.InvariantCulture)};Username={user};Database={database};Include Error Detail=true";

    /// <summary>Does a statement on a connection of its own.</summary>
    /// <returns>The first value that it answers, if any.</returns>
    public static async Task<object?> ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Ends the server as a power cut of its process would: nothing is written any more, nobody is told.</summary>
    public void Kill()
    {
        var pid = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        using var postmaster = Process.GetProcessById(pid);
        postmaster.Kill();
    }

    /// <summary>Stops the server in order; connections end at once.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => RunAsUserAsync(PgCtl("stop", "-m", "fast", "-w"), cancellationToken);

    /// <summary>Starts the server on its port, as soon as what is left of the one before it has gone.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = Port == 0 ? FreePort() : Port;
            try
            {
                var options = string.Concat(_settings.Append("listen_addresses=127.0.0.1").Append($"unix_socket_directories={_folder}").Append("max_connections=200").Select(setting => $" -c {setting}"));
                await RunAsUserAsync(PgCtl("start", "-w", "-l", Path.Combine(_folder, "log"), "-o", $"-p {Port.ToString(CultureInfo.InvariantCulture)}{options}"), cancellationToken);
                return;
            }
            catch (InvalidOperationException) when (attempt < 100 && !cancellationToken.IsCancellationRequested)
            {
                // After a kill, orphaned sessions hold the memory for about a second; at first, somebody else may have taken the port.
                Port = attempt % 20 == 0 && _databases == 0 ? 0 : Port;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    // Everybody is trusted but this one user.
    private async Task RequirePasswordAsync(CancellationToken cancellationToken)
    {
        var rules = Path.Combine(Data, "pg_hba.conf");
        await File.WriteAllTextAsync(rules, $"host all {UserWithPassword} 127.0.0.1/32 scram-sha-256\n{await File.ReadAllTextAsync(rules, cancellationToken)}", cancellationToken);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> FindProgramsAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new NotSupportedException("These tests start PostgreSQL from the packages of a Linux distribution; this is another system.");
        }

        if (Find() is { } found)
        {
            return found;
        }

        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
        {
            throw new NotSupportedException("There is no PostgreSQL on this machine (initdb, in /usr/lib/postgresql/*/bin or the PATH), and no right to install it. Install the package 'postgresql'.");
        }

        try
        {
            await RunAsync("apt-get", ["install", "-y", "postgresql"], cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new NotSupportedException($"There is no PostgreSQL on this machine, and installing it failed: {e.Message}", e);
        }

        return Find() ?? throw new NotSupportedException("The package 'postgresql' was installed, but there is no initdb in /usr/lib/postgresql/*/bin.");
    }

    private static string? Find()
    {
        const string Packages = "/usr/lib/postgresql";
        var folders = Directory.Exists(Packages)
            ? Directory.GetDirectories(Packages).OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))
            : [];
        return folders.Concat(Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? []).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private string[] PgCtl(string verb, params string[] arguments) => [Path.Combine(_programs, "pg_ctl"), "-D", Data, verb, .. arguments];

    // initdb and the server refuse to run as root.
    private static string As(string command) => Environment.IsPrivilegedProcess ? "runuser -u postgres -- " + command : command;

    private static Task RunAsUserAsync(string[] command, CancellationToken cancellationToken)
        => Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", .. command], cancellationToken) : RunAsync(command[0], command[1..], cancellationToken);

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}.");
        }
    }

    // What they say goes nowhere: a server that is left behind would hold a pipe open for ever. Its log is in its folder.
    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", "exec \"$@\" > /dev/null 2>&1", "sh", program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
