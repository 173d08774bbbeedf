using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Tests;

public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_does_not_exist_is_made()
    {
        await using (var store = new SqliteStateStore(_folder.File()))
        {
            Assert.Equal(_folder.File(), store.FilePath);
        }

        using var shell = new Shell(_folder.File());
        Assert.Equal(StoreFile.ApplicationId, shell.Number("PRAGMA application_id"));
        Assert.Equal(StoreFile.SchemaVersion, shell.Number("PRAGMA user_version"));
        Assert.Equal("wal", shell.Text("PRAGMA journal_mode"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(":memory:")]
    [InlineData("file:runs.db?mode=memory")]
    public void A_path_that_is_not_a_file_is_refused_when_the_store_is_configured(string path)
        => Assert.Contains("FilePath", Assert.Throws<OrchestrationConfigurationException>(() => new SqliteStateStore(path)).Message, StringComparison.Ordinal);

    [Fact]
    public void All_options_that_make_no_sense_are_named_at_once()
    {
        var options = new SqliteStateStoreOptions
        {
            Synchronous = (SqliteSynchronous)9,
            BusyTimeout = TimeSpan.FromSeconds(-1),
            MaxGroupSize = 0,
            MaxGroupBytes = 0,
            ReadConnections = -1,
        };
        Assert.Equal(6, Assert.Throws<OrchestrationConfigurationException>(() => new SqliteStateStore(options)).Problems.Count);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_named()
        => RequireRefusal(_folder.File("missing/runs.db"), isTransient: false, "'" + _folder.File("missing") + "' does not exist");

    [Fact]
    public void A_path_that_is_a_folder_is_refused() => RequireRefusal(_folder.Path, isTransient: false, "this is a folder");

    [Fact]
    public async Task A_file_that_is_not_a_database_is_refused_and_left_as_it_is()
    {
        await File.WriteAllTextAsync(_folder.File(), new string('x', 10_000), Journal.Ct);
        RequireRefusal(_folder.File(), isTransient: false, "is not an SQLite database");
        Assert.Equal(new string('x', 10_000), await File.ReadAllTextAsync(_folder.File(), Journal.Ct));
    }

    [Theory]
    [InlineData("CREATE TABLE runs (id INTEGER); INSERT INTO runs VALUES (7)")]
    [InlineData("PRAGMA application_id = 42")]
    [InlineData("PRAGMA user_version = 1")]
    public async Task A_database_of_another_application_is_refused_and_left_as_it_is(string sql)
    {
        using (var shell = new Shell(_folder.File()))
        {
            shell.Run(sql);
        }

        var before = await File.ReadAllBytesAsync(_folder.File(), Journal.Ct);
        RequireRefusal(_folder.File(), isTransient: false, "another application");
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.File(), Journal.Ct));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_with_both_versions()
    {
        await new SqliteStateStore(_folder.File()).DisposeAsync();
        using (var shell = new Shell(_folder.File()))
        {
            shell.Run("PRAGMA user_version = 999");
        }

        RequireRefusal(_folder.File(), isTransient: false, $"schema version 999; this version of OrchestrationEngine.Sqlite knows versions up to {StoreFile.SchemaVersion}");
    }

    [Fact]
    public async Task A_new_file_that_many_open_at_the_same_moment_is_made_once()
    {
        using var together = new Barrier(8);
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait(Journal.Ct);
                return new SqliteStateStore(_folder.File());
            },
            Journal.Ct,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))).WaitAsync(TimeSpan.FromSeconds(60), Journal.Ct);
        for (var i = 0; i < opened.Length; i++)
        {
            await opened[i].CreateAsync($"run {i}");
        }

        Assert.Equal(opened.Length, (await opened[0].QueryAsync(new State.RunQuery(), Journal.Ct)).Items.Count);
        foreach (var store in opened)
        {
            await store.DisposeAsync();
        }

        using var shell = new Shell(_folder.File());
        Assert.Equal(2, shell.Number("PRAGMA auto_vacuum"));
    }

    [Fact]
    public async Task A_store_that_could_not_be_opened_holds_nothing()
    {
        await File.WriteAllTextAsync(_folder.File(), new string('x', 10_000), Journal.Ct);
        RequireRefusal(_folder.File(), isTransient: false, "is not an SQLite database");
        File.Delete(_folder.File());
        await using var store = new SqliteStateStore(_folder.File());
        await store.CreateAsync("run");
    }

    [Fact]
    public async Task A_database_that_is_read_only_is_refused()
    {
        await new SqliteStateStore(_folder.File()).DisposeAsync();
        using var readOnly = ReadOnly.TryMake(_folder.File());
        Assert.SkipWhen(readOnly is null, "This user writes to read-only files, and the file system has no immutable ones.");
        RequireRefusal(_folder.File(), isTransient: false, "read-only");
    }

    [Fact]
    public void A_folder_that_is_read_only_is_refused()
    {
        using var readOnly = ReadOnly.TryMake(_folder.Path);
        Assert.SkipWhen(readOnly is null, "This user writes to read-only folders, and the file system has no immutable ones.");
        RequireRefusal(_folder.File(), isTransient: false, "write access");
    }

    [Fact]
    public async Task A_store_that_is_locked_while_it_is_opened_can_be_opened_later()
    {
        await new SqliteStateStore(_folder.File()).DisposeAsync();
        using (var shell = new Shell(_folder.File()))
        {
            shell.Run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
            RequireRefusal(_folder.File(), isTransient: true, "locked by another program");
        }

        await using var store = new SqliteStateStore(_folder.File());
        await store.CreateAsync("run");
    }

    [Fact]
    public async Task A_store_that_was_checked_when_it_was_opened_works()
    {
        await new SqliteStateStore(_folder.File()).DisposeAsync();
        await using var store = new SqliteStateStore(new SqliteStateStoreOptions { FilePath = _folder.File(), CheckIntegrityOnOpen = true });
        await store.CreateAsync("run");
    }

    [Theory]
    [InlineData(SqliteSynchronous.Normal, 1)]
    [InlineData(SqliteSynchronous.Full, 2)]
    [InlineData(SqliteSynchronous.Extra, 3)]
    public void A_commit_waits_for_what_the_options_say(SqliteSynchronous synchronous, long expected)
    {
        using var database = StoreFile.OpenForWriting(_folder.File(), new SqliteStateStoreOptions { Synchronous = synchronous });
        Assert.Equal(expected, database.QueryNumber("PRAGMA synchronous"));
    }

    [Fact]
    public async Task A_closed_store_refuses_everything()
    {
        var store = new SqliteStateStore(_folder.File());
        var run = await store.CreateAsync("run");
        await store.DisposeAsync();
        await store.DisposeAsync();
        store.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.AppendAsync(Journal.Note(run, 1, "late"), Journal.Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CreateAsync("late"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadAsync(run));
    }

    [Fact]
    public async Task Appends_under_way_when_the_store_is_closed_are_kept_or_refused_and_never_forgotten()
    {
        var store = new SqliteStateStore(_folder.File());
        var runs = new List<RunId>();
        for (var i = 0; i < 50; i++)
        {
            runs.Add(await store.CreateAsync($"run {i}"));
        }

        var appends = runs.Select(run => Task.Run(() => Record.ExceptionAsync(async () => await store.AppendAsync(Journal.Note(run, 1, "x"), Journal.Ct)).AsTask())).ToArray();
        await appends[0];
        await store.DisposeAsync();
        var failures = await Task.WhenAll(appends).WaitAsync(TimeSpan.FromSeconds(30), Journal.Ct);
        await using var reopened = new SqliteStateStore(_folder.File());
        for (var i = 0; i < runs.Count; i++)
        {
            Assert.True(failures[i] is null or ObjectDisposedException, failures[i]?.ToString());
            Assert.Equal(failures[i] is null ? 2 : 1, (await reopened.ReadAsync(runs[i])).Count);
        }
    }

    private static void RequireRefusal(string file, bool isTransient, string expected)
    {
        var refusal = Assert.Throws<StateStoreException>(() => new SqliteStateStore(new SqliteStateStoreOptions { FilePath = file, BusyTimeout = TimeSpan.Zero }));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(isTransient, refusal.IsTransient);
    }
}
