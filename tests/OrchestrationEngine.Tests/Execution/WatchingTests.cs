using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

public sealed class WatchingTests
{
    [Fact]
    public async Task Watchers_see_exactly_the_journal_while_it_grows()
    {
        await using var engine = new TestEngine();
        var hold = new TaskCompletionSource();
        engine.Agent.On("t0").After(hold.Task).Succeeds();
        var run = await engine.StartAsync(plan => plan
            .Phase("one", phase => phase.Task("t0", "x"))
            .Phase("two", phase =>
            {
                phase.Parallel();
                for (var i = 1; i < 300; i++)
                {
                    phase.Task($"t{i}", "x", task => task.After(i < 20 ? "t0" : $"t{i - 17}"));
                }
            }));
        var watchers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => engine.Orchestrator.WatchAsync(run.Id, 0, Ending).ToListAsync(Ending).AsTask(), Ending)).ToList();
        await engine.Agent.WaitForCallAsync("t0", 1, Ending).Soon();
        hold.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        var journal = await engine.FactsOf(run.Id);
        foreach (var seen in await Task.WhenAll(watchers).Soon())
        {
            Assert.Equal(journal, seen);
        }
    }

    [Fact]
    public async Task A_slow_watcher_holds_up_nothing_and_misses_nothing()
    {
        await using var engine = new TestEngine();
        var hold = new TaskCompletionSource();
        engine.Agent.On("a").After(hold.Task).Succeeds();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x").Task("c", "x")));
        await using var slow = engine.Orchestrator.WatchAsync(run.Id, 0, Ending).GetAsyncEnumerator(Ending);
        Assert.True(await slow.MoveNextAsync().AsTask().Soon());
        hold.SetResult();

        // Nobody takes the next fact before all is over.
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        var seen = new List<RecordedEvent> { slow.Current };
        while (await slow.MoveNextAsync().AsTask().Soon())
        {
            seen.Add(slow.Current);
        }

        Assert.Equal(await engine.FactsOf(run.Id), seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(99)]
    public async Task A_watcher_of_a_run_that_has_ended_gets_what_came_after_its_cursor(long after)
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(Single());
        await EndOf(run);
        var seen = await engine.Orchestrator.WatchAsync(run.Id, after, Ending).ToListAsync(Ending).AsTask().Soon();
        Assert.Equal((await engine.FactsOf(run.Id)).Where(fact => fact.Sequence > after), seen);
    }

    [Fact]
    public async Task Watching_from_a_cursor_on_joins_what_was_seen_before()
    {
        await using var engine = new TestEngine();
        var hold = new TaskCompletionSource();
        engine.Agent.On("b").After(hold.Task).Succeeds();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
        var seen = await engine.Orchestrator.WatchAsync(run.Id, 0, Ending).Take(6).ToListAsync(Ending).AsTask().Soon();
        var rest = engine.Orchestrator.WatchAsync(run.Id, seen[^1].Sequence, Ending).ToListAsync(Ending).AsTask();
        hold.SetResult();
        Assert.Equal(await engine.FactsOf((await EndOf(run)).Id), seen.Concat(await rest.Soon()));
    }

    [Fact]
    public async Task Watching_ends_when_the_watcher_wants_no_more()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Hangs();
        var run = await engine.StartAsync(Single());
        using var stop = new CancellationTokenSource();
        var watching = engine.Orchestrator.WatchAsync(run.Id, 0, stop.Token).ToListAsync(Ending).AsTask();
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.Soon());
    }

    [Fact]
    public async Task Watching_and_waiting_end_with_an_error_when_the_node_stops()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Hangs();
        var run = await engine.StartAsync(Single());
        var watching = engine.Orchestrator.WatchAsync(run.Id, 0, Ending).ToListAsync(Ending).AsTask();
        var waiting = run.WaitAsync(Ending);
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.Orchestrator.StopNodeAsync(Ending).Soon();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.Soon());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => watching.Soon());
    }

    [Fact]
    public async Task Watching_and_waiting_end_with_an_error_when_the_container_is_disposed_of()
    {
        var engine = new TestEngine();
        engine.Agent.On("a").Hangs();
        var run = await engine.StartAsync(Single());
        var watching = engine.Orchestrator.WatchAsync(run.Id, 0, Ending).ToListAsync(Ending).AsTask();
        var waiting = run.WaitAsync(Ending);
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        engine.DisposeAtOnce();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.Soon());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => watching.Soon());
    }

    [Fact]
    public async Task Waiting_works_before_during_and_after_a_run_and_for_many_at_once()
    {
        await using var engine = new TestEngine();
        var hold = new TaskCompletionSource();
        engine.Agent.On("a").After(hold.Task).Succeeds();
        var run = await engine.StartAsync(Single());
        var waiters = Enumerable.Range(0, 20).Select(_ => run.WaitAsync(Ending)).ToList();
        using var impatient = new CancellationTokenSource();
        var canceled = run.WaitAsync(impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled.Soon());
        hold.SetResult();
        Assert.All(await Task.WhenAll(waiters).Soon(), end => Assert.Equal(RunStatus.Succeeded, end.Status));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
    }

    [Fact]
    public async Task Waiting_for_a_run_that_has_ended_does_not_hang_however_often_it_is_read_meanwhile()
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(Single());
        await EndOf(run);
        for (var i = 0; i < 300; i++)
        {
            var reading = engine.Orchestrator.GetAsync(run.Id, Ending);
            Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
            Assert.Equal(RunStatus.Succeeded, (await reading.Soon())!.Status);
        }
    }

    [Fact]
    public async Task Waiting_while_a_run_ends_does_not_hang()
    {
        await using var engine = new TestEngine();
        var plan = Plan(Single());
        for (var i = 0; i < 300; i++)
        {
            var run = await engine.Orchestrator.StartAsync(plan, null, Ending).Soon();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => EndOf(run), Ending)));
        }
    }

    [Fact]
    public async Task Waiting_for_nobody_does_not_hang_while_somebody_else_asks_for_it()
    {
        await using var engine = new TestEngine();
        for (var i = 0; i < 300; i++)
        {
            var nobody = new RunId($"nobody {i}");
            var reading = engine.Orchestrator.GetAsync(nobody, Ending);
            await Assert.ThrowsAsync<RunNotFoundException>(() => engine.Orchestrator.WaitAsync(nobody, Ending).Soon());
            Assert.Null(await reading.Soon());
        }
    }
}
