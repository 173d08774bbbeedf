using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>Two stores on one file, as two processes have them.</summary>
public sealed class TwoStoresTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly SqliteStateStore _one;
    private readonly SqliteStateStore _other;

    public TwoStoresTests()
    {
        _one = Open();
        _other = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_one_store_remembers_of_a_run_is_not_believed_when_another_has_written()
    {
        var run = await _one.CreateAsync("run");
        for (var version = 1; version < 21; version++)
        {
            await (version % 3 == 0 ? _one : _other).AppendAsync(Journal.Note(run, version, $"{version}") with { Status = version % 2 == 0 ? RunStatus.Running : RunStatus.Paused }, Journal.Ct);
        }

        var stale = await Assert.ThrowsAsync<ConcurrentAppendException>(async () => await _other.AppendAsync(Journal.Note(run, 5, "stale"), Journal.Ct));
        Assert.Equal(21, stale.ActualVersion);
        Assert.Equal(21, (await _one.ReadAsync(run)).Count);
        Assert.Equal(RunStatus.Running, (await _other.FindAsync(run, Journal.Ct))!.Status);
    }

    [Fact]
    public async Task An_attempt_that_one_store_started_is_ended_by_another()
    {
        var run = await _one.CreateAsync("run");
        await _one.AppendAsync(Journal.Append(run, 1, new AttemptStarted { Task = "a", Attempt = 1, Agent = "x" }), Journal.Ct);
        await _other.AppendAsync(Journal.Append(run, 2, new AttemptSucceeded { Task = "a", Attempt = 1 }, new AttemptStarted { Task = "b", Attempt = 1, Agent = "x" }), Journal.Ct);
        await _one.AppendAsync(Journal.Append(run, 4, new AttemptSucceeded { Task = "b", Attempt = 1 }), Journal.Ct);
        using var shell = new Shell(_one.FilePath);
        Assert.Equal("a:succeeded,b:succeeded", shell.Text("SELECT group_concat(task || ':' || outcome) FROM (SELECT * FROM attempts ORDER BY task)"));
    }

    [Fact]
    public async Task A_run_that_was_purged_and_made_again_elsewhere_is_another_run()
    {
        var run = await _one.CreateAsync("run");
        await _one.AppendAsync(Journal.Note(run, 1, "first life"), Journal.Ct);
        await _other.AppendAsync(Journal.Note(run, 2, "its end") with { Status = RunStatus.Succeeded }, Journal.Ct);
        Assert.True((await _other.PurgeAsync(new PurgeRequest([run], TimeSpan.FromSeconds(1)), Journal.Ct)).IsDone);
        await Assert.ThrowsAsync<RunNotFoundException>(async () => await _one.AppendAsync(Journal.Note(run, 2, "late"), Journal.Ct));
        await _other.CreateAsync("run");
        await Assert.ThrowsAsync<ConcurrentAppendException>(async () => await _one.AppendAsync(Journal.Note(run, 2, "late"), Journal.Ct));
        await _one.AppendAsync(Journal.Note(run, 1, "second life"), Journal.Ct);
        Assert.Equal([new RunStarted(), new RunPaused { Reason = "second life" }], await _other.ReadAsync(run));
    }

    [Fact]
    public async Task Who_lost_a_lease_to_another_store_writes_nothing()
    {
        var (one, other) = (await JoinAsync(_one, "one"), await JoinAsync(_other, "other"));
        var run = await _one.CreateAsync(Journal.New("run") with { Owner = one }, Journal.Ct);
        await _one.AppendAsync(Journal.Note(run, 1, "mine") with { Epoch = 1 }, Journal.Ct);
        _time.Advance(TimeSpan.FromMinutes(2));
        var leased = Assert.Single((await AcquireAsync(_other, other)).Runs);
        Assert.Equal(new LeasedRun(run, 3), leased);
        var lost = await Assert.ThrowsAsync<LeaseLostException>(async () => await _one.AppendAsync(Journal.Note(run, 2, "late") with { Epoch = 1 }, Journal.Ct));
        Assert.Equal(3, lost.CurrentEpoch);
        await _other.AppendAsync(Journal.Note(run, 2, "theirs") with { Epoch = 3 }, Journal.Ct);
        Assert.False(await _one.RenewAsync(new NodeHeartbeat(one), Journal.Ct));
        Assert.Equal([new RunStarted(), new RunPaused { Reason = "mine" }, new RunPaused { Reason = "theirs" }], await _one.ReadAsync(run));
    }

    [Fact]
    public async Task A_node_whose_process_lives_keeps_its_runs_until_its_time_is_over()
    {
        var (one, other) = (await JoinAsync(_one, "one"), await JoinAsync(_other, "other"));
        await _one.CreateAsync(Journal.New("run") with { Owner = one }, Journal.Ct);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty((await AcquireAsync(_other, other)).Runs);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single((await AcquireAsync(_other, other)).Runs);
    }

    [Fact]
    public async Task A_node_whose_lock_nobody_holds_is_put_out_at_once()
    {
        var (one, other) = (await JoinAsync(_one, "one"), await JoinAsync(_other, "other"));
        var run = await _one.CreateAsync(Journal.New("run") with { Owner = one }, Journal.Ct);
        ReplaceLock(one, held: false);
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(_other, other)).Runs);
        Assert.Equal([other], (await _other.ListNodesAsync(Journal.Ct)).Select(node => node.Id));
        Assert.Single(LockFiles());
    }

    [Fact]
    public async Task A_lock_file_that_is_missing_proves_nothing()
    {
        var (one, other) = (await JoinAsync(_one, "one"), await JoinAsync(_other, "other"));
        await _one.CreateAsync(Journal.New("run") with { Owner = one }, Journal.Ct);
        ReplaceLock(one, held: true);
        Assert.Empty((await AcquireAsync(_other, other)).Runs);
    }

    [Fact]
    public async Task Lock_files_go_with_their_nodes()
    {
        var one = await JoinAsync(_one, "one");
        await JoinAsync(_one, "two");
        Assert.Equal(2, LockFiles().Length);
        await _one.LeaveAsync(one, Journal.Ct);
        Assert.Single(LockFiles());
        var again = await JoinAsync(_other, "two");
        Assert.Single(LockFiles());
        await _other.LeaveAsync(again, Journal.Ct);
        Assert.Empty(LockFiles());
        await JoinAsync(_other, "three");
        await _other.DisposeAsync();
        Assert.Empty(LockFiles());
    }

    [Fact]
    public async Task Another_store_is_heard_within_a_tenth_of_a_second_and_only_when_it_says_something()
    {
        var node = await JoinAsync(_one, "one");
        var rings = 0;
        using (_other.Subscribe(() => rings++))
        {
            var run = await _one.CreateAsync(Journal.New("run") with { Owner = node }, Journal.Ct);
            await _one.AppendAsync(Journal.Note(run, 1, "no news for others") with { Epoch = 1 }, Journal.Ct);
            await _one.RenewAsync(new NodeHeartbeat(node), Journal.Ct);
            _time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal(0, rings);
            await _one.PostAsync(new InboxMessage { Id = "1", Run = run, Kind = "signal" }, Journal.Ct);
            Assert.Equal(0, rings);
            _time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal(1, rings);
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(1, rings);
            await _other.PostAsync(new InboxMessage { Id = "2", Run = run, Kind = "signal" }, Journal.Ct);
            Assert.Equal(2, rings);
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(2, rings);
        }

        await _one.CreateAsync("another");
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, rings);
    }

    [Fact]
    public async Task Acquiring_writes_nothing_when_there_is_nothing_to_give()
    {
        var node = await JoinAsync(_one, "one");
        var commits = _one.Commits;
        for (var i = 0; i < 10; i++)
        {
            Assert.Empty((await AcquireAsync(_one, node)).Runs);
        }

        Assert.Equal(commits, _one.Commits);
    }

    private static Task<NodeId> JoinAsync(SqliteStateStore store, string name)
        => store.JoinAsync(new NodeRegistration { Name = name, LeaseDuration = TimeSpan.FromMinutes(1) }, Journal.Ct).AsTask();

    private static Task<LeasedRuns> AcquireAsync(SqliteStateStore store, NodeId node)
        => store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = 10 }, Journal.Ct).AsTask();

    private string[] LockFiles() => Directory.GetFiles(_folder.Path, "*.lock");

    /// <summary>Lets the row of a node name a file that nobody holds, as a killed process leaves it, or one that is not there.</summary>
    private void ReplaceLock(NodeId node, bool held)
    {
        using var shell = new Shell(_one.FilePath);
        var key = node.Value[(node.Value.LastIndexOf('/') + 1)..];
        var former = shell.Text($"SELECT lock_file FROM nodes WHERE node_key = {key}")!;
        shell.Run($"UPDATE nodes SET lock_file = 'left.lock' WHERE node_key = {key}");
        if (!held)
        {
            File.Delete(_folder.File(former));
            File.WriteAllBytes(_folder.File("left.lock"), []);
        }
    }

    private SqliteStateStore Open() => new(new SqliteStateStoreOptions { FilePath = _folder.File(), TimeProvider = _time });
}
