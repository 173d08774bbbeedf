using System.Text;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>What goes wrong while a store is in use: each fault is said clearly, and whatever was acknowledged before is still there.</summary>
public sealed class FaultTests : IDisposable
{
    private const int PageSize = 4096;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task While_another_program_holds_the_file_appends_fail_for_now_and_reads_go_on()
    {
        await using var store = Open();
        var run = await store.CreateAsync("run");
        using (var shell = new Shell(store.FilePath))
        {
            shell.Run("BEGIN EXCLUSIVE");
            var refusal = await Assert.ThrowsAsync<StateStoreException>(async () => await store.AppendAsync(Journal.Note(run, 1, "blocked"), Journal.Ct));
            Assert.True(refusal.IsTransient);
            Assert.Contains("locked by another program", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(store.FilePath, refusal.Message, StringComparison.Ordinal);
            Assert.Single(await store.ReadAsync(run));
            await Assert.ThrowsAsync<StateStoreException>(() => store.CreateAsync("other"));
            shell.Run("COMMIT");
        }

        await store.AppendAsync(Journal.Note(run, 1, "after"), Journal.Ct);
        Assert.Equal([new RunStarted(), new RunPaused { Reason = "after" }], await store.ReadAsync(run));
        await store.CreateAsync("other");
    }

    [Fact]
    public async Task A_lock_that_is_given_back_in_time_is_waited_for()
    {
        await using var store = new SqliteStateStore(new SqliteStateStoreOptions { FilePath = _folder.File(), BusyTimeout = TimeSpan.FromSeconds(30) });
        var run = await store.CreateAsync("run");
        using var shell = new Shell(store.FilePath);
        shell.Run("BEGIN EXCLUSIVE");
        var append = Task.Run(async () => await store.AppendAsync(Journal.Note(run, 1, "waited"), Journal.Ct), Journal.Ct);
        shell.Run("COMMIT");
        await append.WaitAsync(TimeSpan.FromSeconds(60), Journal.Ct);
        Assert.Equal(2, (await store.ReadAsync(run)).Count);
    }

    [Fact]
    public async Task A_full_disk_refuses_what_does_not_fit_loses_nothing_and_is_used_again_when_there_is_room()
    {
        RunId run;
        long version;
        await using (var store = Open(maxPages: 60))
        {
            run = await store.CreateAsync("run");
            (version, var refusal) = await store.FillAsync(run, 1);
            Assert.True(refusal.IsTransient);
            Assert.Contains("disk is full", refusal.Message, StringComparison.Ordinal);
            Assert.True(version > 50);
            Assert.Equal(version, (await store.ReadAsync(run)).Count);
            Assert.Equal(version, (await store.FindAsync(run, Journal.Ct))?.Version);
        }

        await using var reopened = Open();
        Assert.Equal(version, (await reopened.ReadAsync(run)).Count);
        await reopened.AppendAsync(Journal.Note(run, version, "room"), Journal.Ct);
        Assert.Equal(version + 1, (await reopened.ReadAsync(run)).Count);
    }

    [Fact]
    public async Task One_append_that_does_not_fit_leaves_room_for_those_that_share_its_commit()
    {
        await using var store = Open(maxPages: 60);
        var runs = new List<RunId>();
        for (var i = 0; i < 30; i++)
        {
            runs.Add(await store.CreateAsync($"run {i}"));
        }

        var failures = await Task.WhenAll(runs.Select((run, i) => Task.Run(() => Record.ExceptionAsync(async () =>
            await store.AppendAsync(Journal.Note(run, 1, i == 7 ? new string('x', 1_000_000) : "fits"), Journal.Ct)).AsTask()))).WaitAsync(TimeSpan.FromSeconds(30), Journal.Ct);
        for (var i = 0; i < runs.Count; i++)
        {
            Assert.Equal(i == 7, failures[i] is StateStoreException);
            Assert.Equal(i == 7 ? 1 : 2, (await store.ReadAsync(runs[i])).Count);
        }
    }

    [Fact]
    public async Task A_file_that_became_damaged_is_reported_and_not_written_to()
    {
        var run = await FillFileAsync();
        var bytes = await File.ReadAllBytesAsync(_folder.File(), Journal.Ct);

        foreach (var page in await PagesOfDataAsync(bytes.Length / PageSize))
        {
            for (var i = 0; i < PageSize; i += 64)
            {
                bytes[((page - 1) * PageSize) + i] ^= 0xFF;
            }
        }

        await File.WriteAllBytesAsync(_folder.File(), bytes, Journal.Ct);
        await using (var store = Open())
        {
            RequireDamaged(await Assert.ThrowsAsync<StateStoreException>(() => store.ReadAsync(run)));
            RequireDamaged(await Assert.ThrowsAsync<StateStoreException>(async () => await store.FindAsync(run, Journal.Ct)));
            RequireDamaged(await Assert.ThrowsAsync<StateStoreException>(async () => await store.AppendAsync(Journal.Note(run, 101, "x"), Journal.Ct)));
        }

        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder.File(), Journal.Ct));
    }

    [Fact]
    public async Task Damage_to_one_run_leaves_the_others_usable()
    {
        var run = await FillFileAsync();
        using (var shell = new Shell(_folder.File()))
        {
            shell.Run("UPDATE run_events SET payload = '{\"reason\":' WHERE sequence = 50; DELETE FROM run_events WHERE sequence = 60");
        }

        await using var store = Open();
        var read = await Assert.ThrowsAsync<JournalFormatException>(() => store.ReadAsync(run));
        Assert.Contains("run.paused", read.Message, StringComparison.Ordinal);
        var gap = await Assert.ThrowsAsync<StateStoreException>(async () =>
        {
            await foreach (var _ in store.ReadAsync(run, 50, Journal.Ct))
            {
            }
        });
        Assert.Contains("fact 60 of run 'run' is missing", gap.Message, StringComparison.Ordinal);
        Assert.False(gap.IsTransient);
        var other = await store.CreateAsync("other");
        Assert.Single(await store.ReadAsync(other));
    }

    [Fact]
    public async Task A_check_when_the_file_is_opened_finds_damage_at_once()
    {
        await FillFileAsync();
        var bytes = await File.ReadAllBytesAsync(_folder.File(), Journal.Ct);
        bytes.AsSpan(bytes.Length - 4096, 100).Fill(0xFF);
        await File.WriteAllBytesAsync(_folder.File(), bytes, Journal.Ct);
        RequireDamaged(Assert.Throws<StateStoreException>(() => new SqliteStateStore(new SqliteStateStoreOptions { FilePath = _folder.File(), CheckIntegrityOnOpen = true })));
    }

    [Fact]
    public async Task A_row_that_another_program_changed_refuses_the_append_with_the_version_it_has_now()
    {
        await using var store = Open();
        var run = await store.CreateAsync("run");
        using (var shell = new Shell(store.FilePath))
        {
            shell.Run("UPDATE runs SET version = 9");
        }

        var refusal = await Assert.ThrowsAsync<ConcurrentAppendException>(async () => await store.AppendAsync(Journal.Note(run, 1, "x"), Journal.Ct));
        Assert.Equal(9, refusal.ActualVersion);
        using (var shell = new Shell(store.FilePath))
        {
            shell.Run("UPDATE runs SET version = 1");
        }

        await Assert.ThrowsAsync<ConcurrentAppendException>(async () => await store.AppendAsync(Journal.Note(run, 9, "x"), Journal.Ct));
        await store.AppendAsync(Journal.Note(run, 1, "x"), Journal.Ct);
    }

    [Fact]
    public async Task A_state_that_this_version_does_not_know_is_reported()
    {
        await using var store = Open();
        var run = await store.CreateAsync("run");
        using var shell = new Shell(store.FilePath);
        shell.Run("UPDATE runs SET status = 'dreaming'");
        var refusal = await Assert.ThrowsAsync<StateStoreException>(async () => await store.FindAsync(run, Journal.Ct));
        Assert.Contains("'dreaming'", refusal.Message, StringComparison.Ordinal);
        Assert.False(refusal.IsTransient);
    }

    [Fact]
    public async Task What_was_acknowledged_before_a_kill_is_there_afterwards()
    {
        // A copy of the files while the store is open is what a killed process leaves behind: the log has not been folded into the database.
        await using var store = Open();
        var run = await store.CreateAsync("run");
        for (var version = 1; version < 50; version++)
        {
            await store.AppendAsync(Journal.Note(run, version, $"fact {version}"), Journal.Ct);
        }

        File.Copy(store.FilePath, _folder.File("copy.db"));
        File.Copy(store.FilePath + "-wal", _folder.File("copy.db-wal"));
        await using var next = new SqliteStateStore(_folder.File("copy.db"));
        Assert.Equal(await store.ReadAsync(run), await next.ReadAsync(run));
        await next.AppendAsync(Journal.Note(run, 50, "next life"), Journal.Ct);
    }

    private static void RequireDamaged(StateStoreException refusal)
    {
        Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("backup", refusal.Message, StringComparison.Ordinal);
        Assert.False(refusal.IsTransient);
    }

    /// <summary>The pages where tables and indexes begin, and all that an empty store does not have; those that hold the schema itself stay sound.</summary>
    private async Task<IReadOnlyList<int>> PagesOfDataAsync(int count)
    {
        await new SqliteStateStore(_folder.File("empty.db")).DisposeAsync();
        var empty = (int)(new FileInfo(_folder.File("empty.db")).Length / PageSize);
        using var shell = new Shell(_folder.File());
        var roots = shell.Text("SELECT group_concat(rootpage) FROM sqlite_master WHERE rootpage > 0")!.Split(',').Select(int.Parse);
        return [.. roots, .. Enumerable.Range(empty + 1, count - empty)];
    }

    private SqliteStateStore Open(int? maxPages = null)
        => new(new SqliteStateStoreOptions { FilePath = _folder.File(), BusyTimeout = TimeSpan.Zero, MaxPages = maxPages });

    private async Task<RunId> FillFileAsync()
    {
        await using var store = Open();
        var run = await store.CreateAsync("run");
        await store.AppendAsync(Journal.Append(run, 1, [.. Enumerable.Range(0, 100).Select(_ => new RunPaused { Reason = new string('x', 500) })]), Journal.Ct);
        return run;
    }
}
