using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

public sealed class LimitTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public async Task Twenty_runs_together_never_have_more_attempts_under_way_than_allowed_and_all_end(int capacity)
    {
        await using var engine = new TestEngine(configure: options => options.MaxConcurrentAttempts = capacity);
        var plan = Plan(each => each.Phase("one", phase =>
        {
            phase.Parallel();
            for (var i = 0; i < 30; i++)
            {
                phase.Task($"t{i}", "x", task =>
                {
                    if (i > 9)
                    {
                        task.After($"t{i - 10}", $"t{(i * 7) % 10}");
                    }
                });
                engine.Agent.On($"t{i}").Does(async (_, _, _) =>
                {
                    await Task.Yield();
                    return AgentResult.Succeeded();
                });
            }
        }));
        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => engine.Orchestrator.StartAsync(plan, null, Ending)))).Soon();
        Assert.All(await Task.WhenAll(runs.Select(EndOf)), end => Assert.Equal(RunStatus.Succeeded, end.Status));
        Assert.Equal(600, engine.Agent.Calls.Count);
        Assert.InRange(engine.Agent.MostRunning, 1, capacity);
    }

    [Fact]
    public async Task Room_that_a_held_run_no_longer_wants_goes_to_the_next_in_line()
    {
        await using var engine = new TestEngine(configure: options => options.MaxConcurrentAttempts = 1);
        var hold = new TaskCompletionSource();
        var (first, held, next) = await ThreeInLineAsync(engine, hold.Task);
        await engine.Orchestrator.PauseAsync(held.Id, "Held.", Ending).Soon();
        hold.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(first)).Status);
        Assert.Equal(RunStatus.Succeeded, (await EndOf(next)).Status);
        await engine.Orchestrator.ResumeAsync(held.Id, "Goes on.", Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(held)).Status);
    }

    [Fact]
    public async Task Room_that_a_held_run_no_longer_wants_is_not_kept_though_it_has_an_attempt_under_way()
    {
        await using var engine = new TestEngine(configure: options => options.MaxConcurrentAttempts = 2);
        var (hold, rest) = (new TaskCompletionSource(), new TaskCompletionSource());
        engine.Agent.On("busy").After(hold.Task).Succeeds();
        engine.Agent.On("under way").After(rest.Task).Succeeds();
        var busy = await engine.StartAsync(Together("busy"));
        await engine.Agent.WaitForCallAsync("busy", 1, Ending).Soon();
        var held = await engine.StartAsync(Together("under way", "waits"));
        await engine.Agent.WaitForCallAsync("under way", 1, Ending).Soon();
        var next = await engine.StartAsync(Together("next"));
        await engine.Orchestrator.GetAsync(next.Id, Ending).Soon();
        await engine.Orchestrator.PauseAsync(held.Id, "Held.", Ending).Soon();
        hold.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(busy)).Status);
        Assert.Equal(RunStatus.Succeeded, (await EndOf(next)).Status);
        rest.SetResult();
        await engine.Orchestrator.ResumeAsync(held.Id, "Goes on.", Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(held)).Status);
    }

    [Fact]
    public async Task Room_that_a_canceled_run_no_longer_wants_goes_to_the_next_in_line()
    {
        await using var engine = new TestEngine(configure: options => options.MaxConcurrentAttempts = 1);
        var hold = new TaskCompletionSource();
        var (first, canceled, next) = await ThreeInLineAsync(engine, hold.Task);
        await engine.Orchestrator.CancelAsync(canceled.Id, "No more.", Ending).Soon();
        Assert.Equal(RunStatus.Canceled, (await EndOf(canceled)).Status);
        hold.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(first)).Status);
        Assert.Equal(RunStatus.Succeeded, (await EndOf(next)).Status);
    }

    [Fact]
    public async Task A_run_that_asked_for_room_many_times_takes_no_turn_from_others()
    {
        await using var engine = new TestEngine(configure: options => options.MaxConcurrentAttempts = 2);
        var (one, two) = (new TaskCompletionSource(), new TaskCompletionSource());
        engine.Agent.On("one").After(one.Task).Succeeds();
        engine.Agent.On("two").After(two.Task).Succeeds();
        var busy = await engine.StartAsync(Together("one", "two"));
        await engine.Agent.WaitForCallAsync("two", 1, Ending).Soon();
        var eager = await engine.StartAsync(Together("eager"));
        for (var i = 0; i < 10; i++)
        {
            // Each look is a step that finds no room.
            await engine.Orchestrator.GetAsync(eager.Id, Ending).Soon();
        }

        var patient = new List<RunHandle>();
        for (var i = 0; i < 5; i++)
        {
            engine.Agent.On($"patient {i}").Hangs();
            patient.Add(await engine.StartAsync(Together($"patient {i}")));
            await engine.Orchestrator.GetAsync(patient[i].Id, Ending).Soon();
        }

        one.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(eager)).Status);

        // The eager one is gone, and the room that it leaves goes on to the first of the patient ones.
        await engine.Agent.WaitForCallAsync("patient 0", 1, Ending).Soon();
        two.SetResult();
        await engine.Agent.WaitForCallAsync("patient 1", 1, Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(busy)).Status);
        for (var i = 0; i < 5; i++)
        {
            await engine.Orchestrator.CancelAsync(patient[i].Id, "Enough.", Ending).Soon();
            Assert.Equal(RunStatus.Canceled, (await EndOf(patient[i])).Status);
        }
    }

    [Fact]
    public async Task Runs_that_are_held_resumed_and_canceled_at_random_strand_no_other()
    {
        for (var seed = 0; seed < 15; seed++)
        {
            var random = new Random(seed);
            await using var engine = new TestEngine(configure: options => options.MaxConcurrentAttempts = 1 + (seed % 3));
            foreach (var task in "abcdef")
            {
                engine.Agent.On(task.ToString()).Does(async (_, _, _) =>
                {
                    await Task.Yield();
                    return AgentResult.Succeeded();
                });
            }

            var runs = new List<RunHandle>();
            for (var i = 0; i < 12; i++)
            {
                runs.Add(await engine.StartAsync(Together("a", "b", "c", "d", "e", "f")));
            }

            await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => (Run: runs[random.Next(runs.Count)], Act: random.Next(10))).Select(async each =>
            {
                await Task.Yield();
                try
                {
                    await (each.Act switch
                    {
                        0 => engine.Orchestrator.CancelAsync(each.Run.Id, "No more.", Ending),
                        < 6 => engine.Orchestrator.PauseAsync(each.Run.Id, "Held.", Ending),
                        _ => engine.Orchestrator.ResumeAsync(each.Run.Id, "Goes on.", Ending),
                    });
                }
                catch (RunRefusedException)
                {
                    // It has ended already.
                }
            })).Soon();
            foreach (var run in runs)
            {
                try
                {
                    await engine.Orchestrator.ResumeAsync(run.Id, "Goes on.", Ending).Soon();
                }
                catch (RunRefusedException)
                {
                    // It has ended already.
                }
            }

            try
            {
                await Task.WhenAll(runs.Select(EndOf));
            }
            catch (TimeoutException)
            {
                var open = await engine.Orchestrator.ListAsync(new RunQuery { Statuses = [RunStatus.Running, RunStatus.Paused] }, Ending).Soon();
                Assert.Fail($"Seed {seed}: {string.Join(", ", open.Items)}");
            }

            Assert.InRange(engine.Agent.MostRunning, 1, 1 + (seed % 3));
        }
    }

    private static async Task<(RunHandle First, RunHandle Second, RunHandle Third)> ThreeInLineAsync(TestEngine engine, Task hold)
    {
        engine.Agent.On("first").After(hold).Succeeds();
        var first = await engine.StartAsync(Together("first"));
        await engine.Agent.WaitForCallAsync("first", 1, Ending).Soon();
        var second = await engine.StartAsync(Together("second"));
        await engine.Orchestrator.GetAsync(second.Id, Ending).Soon();
        var third = await engine.StartAsync(Together("third"));
        await engine.Orchestrator.GetAsync(third.Id, Ending).Soon();
        return (first, second, third);
    }
}
