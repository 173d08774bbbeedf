using OrchestrationEngine.Bundles;
using OrchestrationEngine.Retention;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;
using OrchestrationEngine.Tests.Runs;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Retention;

public sealed class RunRetentionTests : IDisposable
{
    private static readonly DateTimeOffset Now = EndedRuns.Start.AddDays(10);

    private readonly InMemoryStateStore _store = new();
    private readonly TemporaryFolder _folder = new();
    private readonly RunRetention _retention;

    public RunRetentionTests() => _retention = new RunRetention(_store, new ManualTimeProvider(Now));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_runs_that_ended_long_enough_ago_are_removed()
    {
        await _store.CreateEndedAsync("old", Now.AddDays(-2));
        await _store.CreateEndedAsync("older", Now.AddDays(-1).AddTicks(-1));
        await _store.CreateEndedAsync("young", Now.AddDays(-1));
        await _store.CreateLivingAsync("living", Now.AddDays(-9));
        var report = await _retention.ApplyAsync(new RetentionRule { After = TimeSpan.FromDays(1) }, Ending);
        Assert.Equal(["living", "young"], await _store.RunsAsync());
        Assert.Equal((2, 14, 0, 1, TimeSpan.Zero), (report.Runs, report.Rows, report.Archived, report.Slices, report.LongestSlice));
        Assert.Empty(report.Problems);
    }

    [Fact]
    public async Task A_rule_may_be_about_one_plan_and_some_ends()
    {
        await _store.CreateEndedAsync("1", planId: "a");
        await _store.CreateEndedAsync("2", planId: "b");
        await _store.CreateEndedAsync("3", planId: "b", status: RunStatus.Failed);
        await _retention.ApplyAsync(new RetentionRule { PlanId = "b", Statuses = [RunStatus.Succeeded, RunStatus.Canceled], After = TimeSpan.Zero }, Ending);
        Assert.Equal(["1", "3"], await _store.RunsAsync());
        await _retention.ApplyAsync(new RetentionRule { PlanId = "b", After = TimeSpan.Zero }, Ending);
        Assert.Equal(["1"], await _store.RunsAsync());
    }

    [Fact]
    public async Task A_rule_is_applied_to_all_pages()
    {
        for (var i = 0; i < 250; i++)
        {
            await _store.CreateEndedAsync($"run {i}");
            await _store.CreateLivingAsync($"living {i}");
        }

        Assert.Equal(250, (await _retention.ApplyAsync(new RetentionRule { After = TimeSpan.Zero }, Ending)).Runs);
        Assert.Equal(250, (await _store.RunsAsync()).Count);
    }

    [Fact]
    public async Task An_age_longer_than_time_removes_nothing()
    {
        await _store.CreateEndedAsync("run");
        Assert.Equal(0, (await _retention.ApplyAsync(new RetentionRule { After = TimeSpan.MaxValue }, Ending)).Runs);
    }

    [Fact]
    public async Task A_rule_that_makes_no_sense_is_refused()
    {
        RetentionRule[] rules =
        [
            new() { After = TimeSpan.FromTicks(-1) },
            new() { After = TimeSpan.Zero, Statuses = [RunStatus.Failed, RunStatus.Running] },
            new() { After = TimeSpan.Zero, ArchiveFolder = " " },
        ];
        foreach (var rule in rules)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => _retention.ApplyAsync(rule, Ending));
        }

        var error = Assert.Throws<OrchestrationConfigurationException>(() => new TestEngine(configure: options =>
        {
            options.Retention.Add(new RetentionRule { After = TimeSpan.Zero });
            options.Retention.Add(rules[1]);
            options.RetentionInterval = TimeSpan.Zero;
        }));
        Assert.Equal(
            ["RetentionInterval is 00:00:00; expected more than zero, at most 31 days.", "Retention[1]: Statuses has Running; expected only Succeeded, Failed, Quarantined, Canceled, for a run that has not ended is never removed."],
            error.Problems);
    }

    [Fact]
    public async Task A_store_that_can_not_remove_runs_says_so_when_the_engine_is_made()
    {
        var store = new CrashingStateStore(_store, int.MaxValue, written: true);
        var error = Assert.Throws<OrchestrationConfigurationException>(() => new TestEngine(store, configure: options => options.Retention.Add(new RetentionRule { After = TimeSpan.Zero })));
        Assert.Contains("The store CrashingStateStore can't remove runs", error.Message, StringComparison.Ordinal);
        await using var engine = new TestEngine(store);
        var retention = new RunRetention(store, engine.Time);
        await Assert.ThrowsAsync<OrchestrationConfigurationException>(() => retention.ApplyAsync(new RetentionRule { After = TimeSpan.Zero }, Ending));
        await Assert.ThrowsAsync<OrchestrationConfigurationException>(() => retention.GetStorageAsync(Ending));
        await Assert.ThrowsAsync<OrchestrationConfigurationException>(() => retention.CompactAsync(Ending));
    }

    [Fact]
    public async Task A_run_is_removed_only_when_its_bundle_is_in_the_folder()
    {
        var folder = Path.Combine(_folder.Path, "made", "as needed");
        var run = await _store.CreateEndedAsync("run/../1", key: "key");
        var facts = (await _store.ReadAsync(run, 0, Ending).ToListAsync(Ending)).Select(FactText.Of);
        var report = await _retention.ApplyAsync(new RetentionRule { After = TimeSpan.Zero, ArchiveFolder = folder }, Ending);
        Assert.Equal((1, 1), (report.Runs, report.Archived));
        Assert.Empty(await _store.RunsAsync());
        await using var file = File.OpenRead(Assert.Single(Directory.GetFiles(folder)));
        Assert.Equal(run, await _retention.RestoreAsync(file, Ending));
        Assert.Equal(facts, (await _store.ReadAsync(run, 0, Ending).ToListAsync(Ending)).Select(FactText.Of));
    }

    [Fact]
    public async Task A_folder_that_can_not_be_written_to_keeps_every_run()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", Ending);
        await _store.CreateEndedAsync("1");
        await _store.CreateEndedAsync("2");
        var error = await Assert.ThrowsAsync<RunArchiveException>(() => _retention.ApplyAsync(new RetentionRule { After = TimeSpan.Zero, ArchiveFolder = file }, Ending));
        Assert.StartsWith($"Archives can't be written to '{file}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], await _store.RunsAsync());
    }

    [Fact]
    public async Task A_run_that_can_not_be_archived_is_kept_and_the_others_go()
    {
        await _store.CreateEndedAsync("1");
        var odd = await _store.CreateEndedAsync("2");
        await _store.CreateEndedAsync("3");
        var store = new StoreWith(_store) { Reading = run => run == odd ? 3 : long.MaxValue };
        var report = await new RunRetention(store, TimeProvider.System).ApplyAsync(new RetentionRule { After = TimeSpan.Zero, ArchiveFolder = _folder.Path }, Ending);
        Assert.Equal((2, 2), (report.Runs, report.Archived));
        Assert.Equal(new RetentionProblem(odd, "Run '2' changed while it was archived: 7 facts were expected, 3 were read. Archive it again."), Assert.Single(report.Problems));
        Assert.Equal(["2"], await _store.RunsAsync());
        Assert.Equal(2, _folder.Files.Length);
    }

    [Fact]
    public async Task A_run_that_another_node_removes_meanwhile_is_no_problem()
    {
        await _store.CreateEndedAsync("1");
        var other = await _store.CreateEndedAsync("2");
        var store = new StoreWith(_store);
        store.BeforeReading = async run =>
        {
            if (run == other)
            {
                await _store.PurgeAsync(new PurgeRequest([other], TimeSpan.FromSeconds(1)), Ending);
            }
        };
        var report = await new RunRetention(store, TimeProvider.System).ApplyAsync(new RetentionRule { After = TimeSpan.Zero, ArchiveFolder = _folder.Path }, Ending);
        Assert.Equal((1, 1, 0), (report.Runs, report.Archived, report.Problems.Count));
        Assert.Single(_folder.Files);
    }

    [Fact]
    public async Task A_run_that_was_restarted_after_it_was_archived_is_kept()
    {
        var first = await _store.CreateEndedAsync("1");
        var second = await _store.CreateEndedAsync("2");
        var store = new StoreWith(_store);
        store.BeforeReading = async run =>
        {
            // The newest comes first: it is archived when the other one is read.
            if (run == first)
            {
                await _store.AppendAsync(new RunAppend(second, 7, new[] { new RecordedEvent(8, Now, new AttemptIgnored { Task = "a", Attempt = 1, Reason = "late" }) }, RunStatus.Succeeded), Ending);
            }
        };
        var report = await new RunRetention(store, TimeProvider.System).ApplyAsync(new RetentionRule { After = TimeSpan.Zero, ArchiveFolder = _folder.Path }, Ending);
        Assert.Equal((1, 2), (report.Runs, report.Archived));
        Assert.Equal(["2"], await _store.RunsAsync());
    }

    [Fact]
    public async Task Between_two_slices_is_a_pause()
    {
        await _store.CreateEndedAsync("run");
        var time = new ManualTimeProvider(Now);
        var store = new StoreWith(_store) { Slices = 5, Slice = () => time.Advance(TimeSpan.FromMilliseconds(30)) };
        var applying = new RunRetention(store, time).ApplyAsync(new RetentionRule { After = TimeSpan.Zero }, Ending);
        for (var pause = 0; pause < 4; pause++)
        {
            Assert.False(applying.IsCompleted);
            Assert.Equal(TimeSpan.FromMilliseconds(30), time.NextDue - time.GetUtcNow());
            Assert.True(time.AdvanceToNext());
        }

        var report = await applying.Soon();
        Assert.Equal((1, 5, TimeSpan.FromMilliseconds(30)), (report.Runs, report.Slices, report.LongestSlice));
    }

    [Fact]
    public async Task The_business_key_of_a_removed_run_can_be_used_again()
    {
        await using var engine = new TestEngine(_store);
        var options = new StartRunOptions { BusinessKey = "nightly" };
        var first = await engine.StartAsync(Single(), options);
        await EndOf(first);
        Assert.Equal(first.Id, (await engine.StartAsync(Single(), options)).Id);
        var retention = (IRunRetention)engine.Services.GetService(typeof(IRunRetention))!;
        await retention.ApplyAsync(new RetentionRule { After = TimeSpan.Zero }, Ending);
        engine.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, (await retention.ApplyAsync(new RetentionRule { After = TimeSpan.Zero }, Ending)).Runs);
        var second = await engine.StartAsync(Single(), options);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(RunStatus.Succeeded, (await EndOf(second)).Status);
        Assert.Equal(new PlanStorage("plan", 1, 7, 0), Assert.Single(await retention.GetStorageAsync(Ending)));
    }

    [Fact]
    public async Task A_node_removes_old_runs_by_itself_from_time_to_time_and_survives_a_store_that_fails()
    {
        var time = new ManualTimeProvider(Now);
        var store = new StoreWith(_store);
        await _store.CreateEndedAsync("old", Now.AddDays(-1));
        await _store.CreateEndedAsync("young", Now.AddMinutes(-35));
        await using var engine = new TestEngine(store, time: time, configure: options => options.Retention.Add(new RetentionRule { After = TimeSpan.FromHours(1) }));
        await engine.Orchestrator.StartNodeAsync(Ending);
        Assert.Equal(["old", "young"], await _store.RunsAsync());
        store.Failing = true;
        await PassUntilAsync(time, () => store.Failures > 0);
        store.Failing = false;
        await PassUntilAsync(time, async () => (await _store.RunsAsync()) is ["young"]);
        await PassUntilAsync(time, async () => (await _store.RunsAsync()) is []);
        Assert.InRange(time.GetUtcNow(), Now.AddMinutes(30), Now.AddMinutes(50));
    }

    private static Task PassUntilAsync(ManualTimeProvider time, Func<bool> condition) => PassUntilAsync(time, () => Task.FromResult(condition()));

    private static async Task PassUntilAsync(ManualTimeProvider time, Func<Task<bool>> condition)
    {
        for (var minutes = 0; !await condition(); minutes++)
        {
            Assert.True(minutes < 60, "It does not come.");
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>A store in which things happen that a test wants.</summary>
    private sealed class StoreWith(InMemoryStateStore inner) : DelegatingStateStore(inner), IRetentionStore
    {
        public Func<RunId, long> Reading { get; init; } = _ => long.MaxValue;

        public Func<RunId, Task> BeforeReading { get; set; } = _ => Task.CompletedTask;

        public int Slices { get; set; } = 1;

        public Action Slice { get; init; } = () => { };

        public bool Failing { get; set; }

        public int Failures { get; private set; }

        public override async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await BeforeReading(run);
            await foreach (var recorded in Inner.ReadAsync(run, afterSequence, cancellationToken))
            {
                if (recorded.Sequence <= Reading(run))
                {
                    yield return recorded;
                }
            }
        }

        public async ValueTask<PurgeSlice> PurgeAsync(PurgeRequest request, CancellationToken cancellationToken)
        {
            if (Failing)
            {
                Failures++;
                throw new StateStoreException("The store is out of reach.", isTransient: true);
            }

            Slice();
            var slice = await inner.PurgeAsync(request, cancellationToken);
            return --Slices > 0 ? slice with { Rows = Math.Max(1, slice.Rows), IsDone = false } : slice with { Rows = Math.Max(1, slice.Rows) };
        }

        public ValueTask<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken) => inner.GetStorageAsync(cancellationToken);

        public ValueTask<bool> CompactAsync(TimeSpan budget, CancellationToken cancellationToken) => inner.CompactAsync(budget, cancellationToken);
    }
}
