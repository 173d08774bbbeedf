namespace OrchestrationEngine.Sqlite;

/// <summary>How a <see cref="SqliteStateStore"/> keeps its file. Read once, when the store is made.</summary>
public sealed class SqliteStateStoreOptions
{
    /// <summary>The database file; created when it does not exist, its folder must exist. SQLite keeps <c>-wal</c> and <c>-shm</c> files beside it, each node that has joined a <c>.node-….lock</c> file. A local disk: all processes on the file must be of one machine.</summary>
    /// <value>There is no default. <c>:memory:</c> and <c>file:</c> addresses are refused: a journal that is lost with the process is <see cref="State.InMemoryStateStore"/>'s work.</value>
    public string FilePath { get; set; } = "";

    /// <summary>What a commit waits for before it counts.</summary>
    /// <value>The default is <see cref="SqliteSynchronous.Full"/>: what was acknowledged survives a power cut.</value>
    public SqliteSynchronous Synchronous { get; set; } = SqliteSynchronous.Full;

    /// <summary>How long a call waits for its turn to write, while another process commits or another program holds the file locked (a backup, a shell), before it fails with a transient error.</summary>
    /// <value>The default is 5 seconds. Zero fails at once.</value>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many appends share one commit at most. More of them wait for the next.</summary>
    /// <value>The default is 1,000.</value>
    public int MaxGroupSize { get; set; } = 1_000;

    /// <summary>How many bytes of payload share one commit at most. An append that is larger has a commit of its own.</summary>
    /// <value>The default is 16 MiB.</value>
    public int MaxGroupBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many connections for reading are kept open. More reads at the same time open one each for as long as they take.</summary>
    /// <value>The default is 4.</value>
    public int ReadConnections { get; set; } = 4;

    /// <summary>Whether the whole file is checked when it is opened. Without it, damage is found when the damaged part is read or written.</summary>
    /// <value>The default is false: the check reads the whole file, which takes about six seconds a gigabyte from memory, and longer from a disk.</value>
    public bool CheckIntegrityOnOpen { get; set; }

    /// <summary>
    /// Whether the whole file is written anew when it is opened, which gives the space of removed rows back. A file that was made before version 2 of its schema
    /// needs this once: from then on <see cref="SqliteStateStore.CompactAsync"/> does it in slices. Nobody can write meanwhile.
    /// </summary>
    /// <value>The default is false: it takes seconds a gigabyte, and room for a second file.</value>
    public bool VacuumOnOpen { get; set; }

    /// <summary>The store's clock, by which leases end and runs are due.</summary>
    /// <value>The default is the system's. <c>UseSqlite</c> takes the one of the services, where there is one.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The largest file, in pages of 4 KiB; null for what the disk holds. Stands in for a full disk in tests.</summary>
    internal int? MaxPages { get; set; }

    /// <summary>Refuses values that make no sense, all at once.</summary>
    /// <exception cref="OrchestrationConfigurationException">There are such values.</exception>
    internal void Validate()
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(FilePath))
        {
            problems.Add("SqliteStateStoreOptions.FilePath is empty. Give the path of the database file.");
        }
        else if (FilePath == ":memory:" || FilePath.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add($"SqliteStateStoreOptions.FilePath is '{FilePath}', which is not a file path. Give the path of a file, or use InMemoryStateStore where nothing needs to outlive the process.");
        }

        if (TimeProvider is null)
        {
            problems.Add("SqliteStateStoreOptions.TimeProvider is null. Give a clock; the default is TimeProvider.System.");
        }

        if (!Enum.IsDefined(Synchronous))
        {
            problems.Add($"SqliteStateStoreOptions.Synchronous is {Synchronous}. Choose Normal, Full or Extra.");
        }

        if (BusyTimeout < TimeSpan.Zero || BusyTimeout > TimeSpan.FromHours(1))
        {
            problems.Add($"SqliteStateStoreOptions.BusyTimeout is {BusyTimeout}. Give a time from zero to one hour.");
        }

        RequireAtLeast(nameof(MaxGroupSize), MaxGroupSize, 1, problems);
        RequireAtLeast(nameof(MaxGroupBytes), MaxGroupBytes, 1, problems);
        RequireAtLeast(nameof(ReadConnections), ReadConnections, 0, problems);
        if (problems.Count > 0)
        {
            throw new OrchestrationConfigurationException(problems);
        }
    }

    private static void RequireAtLeast(string name, int value, int least, List<string> problems)
    {
        if (value < least)
        {
            problems.Add($"SqliteStateStoreOptions.{name} is {value}. Give a number from {least}.");
        }
    }
}
