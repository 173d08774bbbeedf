using OrchestrationEngine.Bundles;
using OrchestrationEngine.Retention;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Retention;

public sealed class RestoringTests
{
    private readonly InMemoryStateStore _store = new();
    private readonly RunRetention _retention;

    public RestoringTests() => _retention = new RunRetention(_store, TimeProvider.System);

    [Fact]
    public async Task A_restored_run_has_ended_and_is_nobodys_work()
    {
        var (bundle, run) = await ArchivedAsync("run", "key");
        await _retention.RestoreAsync(bundle, Ending);
        var row = (await _store.FindAsync(run, Ending))!;
        Assert.Equal((RunStatus.Failed, 8, 0, null, "key"), (row.Status, row.Version, row.Epoch, row.Node, row.BusinessKey));
        Assert.Empty(await _store.ListNodesAsync(Ending));
        var node = await _store.JoinAsync(new NodeRegistration { Name = "a", LeaseDuration = TimeSpan.FromMinutes(1) }, Ending);
        var leased = await _store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = 9 }, Ending);
        Assert.Equal((0, false, null), (leased.Runs.Count, leased.MoreDue, leased.NextDue));
    }

    [Fact]
    public async Task A_restored_run_can_be_restarted()
    {
        var (bundle, run) = await ArchivedAsync("run");
        await _retention.RestoreAsync(bundle, Ending);
        await using var engine = new TestEngine(_store);
        var handle = await engine.Orchestrator.RestartFromAsync(run, RestartPoint.AtTask("a"), "again", Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(handle)).Status);
    }

    [Fact]
    public async Task A_run_that_is_there_is_not_restored()
    {
        var run = await _store.CreateEndedAsync("run");
        using var bundle = new MemoryStream();
        await _retention.ArchiveAsync(run, bundle, Ending);
        Assert.Equal(run, (await Assert.ThrowsAsync<RunExistsException>(() => _retention.RestoreAsync(bundle, Ending))).Run);
        Assert.Empty(await _store.ListNodesAsync(Ending));
    }

    [Fact]
    public async Task A_run_whose_business_key_is_anothers_now_is_not_restored()
    {
        var (bundle, run) = await ArchivedAsync("run", "key");
        await _store.CreateEndedAsync("next", key: "key");
        var error = await Assert.ThrowsAsync<RunArchiveException>(() => _retention.RestoreAsync(bundle, Ending));
        Assert.StartsWith("Run 'run' can't be restored: its business key 'key' is now that of run 'next'", error.Message, StringComparison.Ordinal);
        Assert.Null(await _store.FindAsync(run, Ending));
        Assert.Empty(await _store.ListNodesAsync(Ending));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_that_dies_has_restored_the_run_or_has_not(bool written)
    {
        var (bundle, run) = await ArchivedAsync("run", "key");
        var crashing = new CrashingStateStore(_store, 1, written);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => new RunRetention(crashing, TimeProvider.System).RestoreAsync(bundle, Ending));
        Assert.Equal(written ? RunStatus.Failed : null, (await _store.FindAsync(run, Ending))?.Status);
        if (written)
        {
            await Assert.ThrowsAsync<RunExistsException>(() => _retention.RestoreAsync(bundle, Ending));
        }
        else
        {
            Assert.Equal(run, await _retention.RestoreAsync(bundle, Ending));
        }
    }

    private async Task<(MemoryStream Bundle, RunId Run)> ArchivedAsync(string id, string? key = null)
    {
        var run = await _store.CreateEndedAsync(id, key: key, status: RunStatus.Failed);
        var bundle = new MemoryStream();
        await _retention.ArchiveAsync(run, bundle, Ending);
        Assert.Equal(1, (await _store.PurgeAsync(new PurgeRequest([run], TimeSpan.FromSeconds(1)), Ending)).Runs);
        return (bundle, run);
    }
}
