using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>The process dies just before or just after each of its commits, and the next one goes on.</summary>
public sealed class CrashTests
{
    private const string Key = "order/1";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_survives_a_crash_at_every_append(bool written)
    {
        var calm = new ManualTimeProvider();
        var undisturbed = await LiveAsync(new InMemoryStateStore(calm), calm);
        var crashes = 0;
        for (var at = 1; ; at++)
        {
            var time = new ManualTimeProvider();
            var inner = new InMemoryStateStore(time);
            var crashing = new CrashingStateStore(inner, at, written);
            await DieAsync(crashing, time);
            var journal = await LiveAsync(inner, time);

            RequireSound(journal, $"append {at}, written {written}");
            Assert.Equal(EndOf(undisturbed), EndOf(journal));
            if (!crashing.Crashed)
            {
                break;
            }

            crashes++;
        }

        // Outcomes that come together share a commit; creation, start, the retry, the time limit, the join and the last task do not.
        Assert.True(crashes >= 8, $"Only {crashes} appends were disturbed.");
    }

    // Two branches of which one fails at first and one takes too long at first, a join, a phase that is skipped and one that is not.
    private static OrchestrationPlan Plan() => TestEngine.Plan(plan => plan
        .Phase("work", phase => phase
            .Parallel()
            .Task("plain", "x")
            .Task("flaky", "x", task => task.Retry(maxAttempts: 3, initialDelay: TimeSpan.FromSeconds(10)))
            .Task("slow", "x", task => task.Timeout(TimeSpan.FromMinutes(5)).Retry(maxAttempts: 3, initialDelay: TimeSpan.FromSeconds(10)))
            .Task("join", "x", task => task.After("plain", "flaky", "slow")))
        .Phase("never", phase => phase.When("tasks.join.output == 'other'").Task("skipped", "x"))
        .Phase("end", phase => phase.When("tasks.join.output == 'join'").Task("last", "x", task => task.Bind("joined", "tasks.join.output"))));

    private static ScriptedAgent Agent()
    {
        var agent = new ScriptedAgent();
        foreach (var id in new[] { "plain", "join", "last" })
        {
            agent.On(id).Succeeds(id);
        }

        agent.On("flaky").Does((request, _, _) => Task.FromResult(request.Attempt == 1
            ? AgentResult.Failed(FailureClass.Unavailable, "Not yet.")
            : AgentResult.Succeeded("flaky")));
        agent.On("slow").Does(async (request, _, cancellationToken) =>
        {
            if (request.Attempt == 1)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return AgentResult.Succeeded("slow");
        });
        return agent;
    }

    /// <summary>One life of a process, until its run ends or its store dies.</summary>
    private static async Task DieAsync(CrashingStateStore store, ManualTimeProvider time)
    {
        await using var engine = new TestEngine(store, Agent(), time);
        try
        {
            var run = await engine.Orchestrator.StartAsync(Plan(), new StartRunOptions { BusinessKey = Key }, TestEngine.Ending).Soon();
            await DriveAsync(engine, run, () => store.Crashed).Soon();
        }
        catch (SimulatedCrashException)
        {
            // The store says so to everybody who asks after its death.
        }
    }

    /// <summary>Moves the clock on whenever nothing is under way but the attempt that hangs: time must not outrun the work.</summary>
    private static async Task DriveAsync(TestEngine engine, RunHandle run, Func<bool> dead)
    {
        var end = run.WaitAsync(TestEngine.Ending);
        while (!end.IsCompleted && !dead())
        {
            var now = await engine.Orchestrator.GetAsync(run.Id, TestEngine.Ending).Soon();
            if (now!.Tasks.All(task => task.Status != RunTaskStatus.Running || task is { Id: "slow", Attempts: 1 }))
            {
                engine.Time.AdvanceToNext();
            }

            await Task.Yield();
        }
    }

    /// <summary>A life in which nothing goes wrong: the same start, and the run goes on to its end.</summary>
    private static async Task<List<RecordedEvent>> LiveAsync(InMemoryStateStore store, ManualTimeProvider time)
    {
        await using var engine = new TestEngine(store, Agent(), time);
        var run = await engine.Orchestrator.StartAsync(Plan(), new StartRunOptions { BusinessKey = Key }, TestEngine.Ending).Soon();
        await DriveAsync(engine, run, () => false).Soon();
        return await engine.FactsOf(run.Id);
    }

    private static void RequireSound(List<RecordedEvent> journal, string where)
    {
        var done = new HashSet<string>();
        for (var i = 0; i < journal.Count; i++)
        {
            Assert.True(journal[i].Sequence == i + 1, $"{where}: a gap before {journal[i]}.");
            switch (journal[i].Event)
            {
                case AttemptStarted started:
                    Assert.False(done.Contains(started.Task), $"{where}: '{started.Task}' was done and started again.");
                    break;
                case AttemptSucceeded succeeded:
                    Assert.True(done.Add(succeeded.Task), $"{where}: '{succeeded.Task}' succeeded twice.");
                    break;
            }
        }
    }

    /// <summary>How a journal ends: what became of the run, of its phases and of its tasks, and what they made.</summary>
    private static List<string> EndOf(List<RecordedEvent> journal)
    {
        var end = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var recorded in journal)
        {
            switch (recorded.Event)
            {
                case AttemptSucceeded succeeded:
                    end["task " + succeeded.Task] = succeeded.Output.ToString();
                    break;
                case TaskFailed or TaskCanceled or TaskSkipped:
                    end["task " + ((TaskEvent)recorded.Event).Task] = recorded.Event.Type;
                    break;
                case PhaseEvent phase:
                    end["phase " + phase.Phase] = phase.Type;
                    break;
                case RunCompleted completed:
                    end["run"] = completed.Status.ToString();
                    break;
            }
        }

        return [.. end.Select(entry => $"{entry.Key}: {entry.Value}")];
    }
}
