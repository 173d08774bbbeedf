using System.Globalization;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>What is left of the file and of its rows when runs are removed.</summary>
public sealed class PurgeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_table_is_one_that_a_purge_knows()
    {
        await new SqliteStateStore(_folder.File()).DisposeAsync();
        using var shell = new Shell(_folder.File());
        Assert.Equal(
            Tables.OfRuns.Concat(Tables.Others).Order(StringComparer.Ordinal),
            shell.Text("SELECT group_concat(name) FROM (SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name)")!.Split(','));
        foreach (var table in Tables.OfRuns)
        {
            Assert.True(shell.Number($"SELECT count(*) FROM pragma_table_info('{table}') WHERE name = 'run_key'") == 1, $"{table} has no run_key");
        }
    }

    [Fact]
    public async Task What_a_process_that_died_left_of_a_purge_goes_with_the_next_one_for_whatever_runs()
    {
        RunId other;
        await using (var store = new SqliteStateStore(_folder.File()))
        {
            await CreateEndedAsync(store, "run", facts: 500);
            other = await CreateEndedAsync(store, "other", facts: 5);
            Assert.False((await store.PurgeAsync(new PurgeRequest([new RunId("run")], TimeSpan.FromTicks(1)), Journal.Ct)).IsDone);
        }

        using (var shell = new Shell(_folder.File()))
        {
            Assert.Equal(500, shell.Number("SELECT count(*) FROM run_events WHERE run_key IN (SELECT run_key FROM purges)"));
        }

        await using (var next = new SqliteStateStore(_folder.File()))
        {
            Assert.Null(await next.FindAsync(new RunId("run"), Journal.Ct));
            await PurgeAllAsync(next, [other]);
        }

        using var after = new Shell(_folder.File());
        Assert.Equal(0, Tables.OfRuns.Sum(table => after.Number($"SELECT count(*) FROM {table}")));
    }

    [Fact]
    public async Task The_space_of_removed_runs_goes_back_to_the_file_system()
    {
        var file = new FileInfo(_folder.File());
        await using var store = new SqliteStateStore(file.FullName);
        var kept = await CreateEndedAsync(store, "kept", facts: 50);
        for (var i = 0; i < 20; i++)
        {
            await CreateEndedAsync(store, $"run {i}", facts: 500);
        }

        var full = Checkpointed(file);
        Assert.False(await store.CompactAsync(TimeSpan.FromSeconds(1), Journal.Ct));
        await PurgeAllAsync(store, [.. Enumerable.Range(0, 20).Select(i => new RunId($"run {i}"))]);
        var slices = 1;
        for (; await store.CompactAsync(TimeSpan.FromTicks(1), Journal.Ct); slices++)
        {
        }

        Assert.True(slices > 10, $"{slices} slices");
        Assert.InRange(Checkpointed(file), 1, full / 5);
        Assert.Equal(50, (await store.ReadAsync(kept)).Count);
        using var shell = new Shell(file.FullName);
        Assert.Equal("ok", shell.Text("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_file_of_an_older_version_gives_space_back_once_it_was_written_anew()
    {
        OldFile.Make(_folder.File(), unfinishedRuns: 0);
        await using (var store = new SqliteStateStore(_folder.File()))
        {
            await CreateEndedAsync(store, "run", facts: 2000);
            await PurgeAllAsync(store, [new RunId("run")]);
            Assert.False(await store.CompactAsync(TimeSpan.FromSeconds(1), Journal.Ct));
        }

        var file = new FileInfo(_folder.File());
        var full = Checkpointed(file);
        await using (var anew = new SqliteStateStore(new SqliteStateStoreOptions { FilePath = _folder.File(), VacuumOnOpen = true }))
        {
            Assert.InRange(Checkpointed(file), 1, full / 2);
            await CreateEndedAsync(anew, "run", facts: 2000);
            await PurgeAllAsync(anew, [new RunId("run")]);
            Assert.True(await anew.CompactAsync(TimeSpan.FromTicks(1), Journal.Ct));
        }
    }

    [Fact]
    public async Task The_payload_of_a_run_is_summed_as_it_grows()
    {
        await using var store = new SqliteStateStore(_folder.File());
        await CreateEndedAsync(store, "run", facts: 7);
        using var shell = new Shell(_folder.File());
        var bytes = shell.Number("SELECT sum(length(CAST(payload AS BLOB))) FROM run_events");
        Assert.Equal([new PlanStorage("plan", 1, 7, bytes)], await store.GetStorageAsync(Journal.Ct));
    }

    private static long Checkpointed(FileInfo file)
    {
        using (var shell = new Shell(file.FullName))
        {
            shell.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        file.Refresh();
        return file.Length;
    }

    internal static async Task<RunId> CreateEndedAsync(IStateStore store, string id, int facts)
    {
        var run = await store.CreateAsync(id);
        var text = new string('x', 200);
        var events = Enumerable.Range(0, facts - 1).Select(i => (RunEvent)new RunPaused { Reason = text + i.ToString(CultureInfo.InvariantCulture) });
        await store.AppendAsync(Journal.Append(run, 1, [.. events]) with { Status = RunStatus.Succeeded }, Journal.Ct);
        return run;
    }

    private static async Task PurgeAllAsync(SqliteStateStore store, IReadOnlyList<RunId> runs)
    {
        while (!(await store.PurgeAsync(new PurgeRequest(runs, TimeSpan.FromMilliseconds(20)), Journal.Ct)).IsDone)
        {
        }
    }
}
