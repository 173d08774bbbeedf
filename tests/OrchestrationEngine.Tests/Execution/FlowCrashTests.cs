using OrchestrationEngine.Agents;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Runs.Deciding.FlowPlan;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>The process dies just before or just after each of its commits, in the middle of joins, loops, choices, locks and milestones.</summary>
public sealed class FlowCrashTests
{
    private const string Key = "order/1";

    private static readonly Dictionary<string, OrchestrationPlan> Plans = new()
    {
        ["joins"] = Of(
            Task("a"),
            Task("hangs-u"),
            Task("hangs-b", "hangs-u"),
            Joins("first", JoinKind.First, "a", "hangs-b"),
            Joins("any", JoinKind.Any, "a", "first"),
            Joins("none", JoinKind.None, "any"),
            Task("two", "a", "any", "none") with { Join = new JoinDefinition { Kind = JoinKind.AtLeast, Count = 2 } },
            Task("until", "two", "a") with { Join = new JoinDefinition { Kind = JoinKind.Until, Condition = If("tasks.two.status == 'succeeded'") } }),
        ["loops"] = Of(
            Phase("one", Task("a") with { Repeat = Until("turn == 3", 5) }, Task("b", "a") with { Repeat = Until("false", 2, delay: 10, onExhausted: ExhaustedLoop.Continue) }),
            Phase("two", Task("c"), Task("d", "c")) with { Repeat = Until("turn == 2", 5, delay: 30) }),
        ["choices"] = Of(
            Task("s"),
            Task("left", "s") with { Choice = "way", When = If("tasks.s.output == 'other'") },
            Task("right", "s") with { Choice = "way", When = If("tasks.s.output == 's'") },
            Task("rest", "s") with { Choice = "way" },
            Joins("merge", JoinKind.Activated, "left", "right", "rest"),
            Task("never", "merge") with { SkipWhen = new SkipCondition { Condition = If("true"), Reason = "Done before." } }),
        ["locks"] = Of(
            Phase("one", Task("a") with { Locks = ["l"] }, Task("b") with { Locks = ["l", "m"] }, Task("c") with { Locks = ["m"] }) with { Locks = ["p"] },
            Phase("two", Task("d"), Task("e")) with { Mode = PhaseMode.OneAtATime, DependsOn = [], Locks = ["p"] }),
        ["milestones"] = Of(
            Task("a"),
            Task("late", "a"),
            Task("b") with { Guard = If("tasks.late.status == 'succeeded'") },
            Task("c", "late") with { Guard = If("tasks.a.status == 'running'"), GuardTimeout = TimeSpan.FromSeconds(20) },
            Task("d", "b") with { Guard = If("tasks.c.status == 'succeeded'") }),
        ["end"] = Of(
            Phase("one", Task("a"), Task("hangs-b"), End("stop", EndStatus.Succeeded, "a")),
            Phase("two", Task("c"))),
        ["start"] = StartingAt("'two'", Phase("one", Task("a")), Phase("two", Task("b")), Phase("three", Task("c", "a") with { OnSkipped = OnSkipped.Run })),
    };

    public static TheoryData<string, bool> Cases => [.. Plans.Keys.SelectMany(plan => new (string, bool)[] { (plan, false), (plan, true) })];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_run_survives_a_crash_at_every_append(string plan, bool written)
    {
        var calm = new ManualTimeProvider();
        var undisturbed = await LiveAsync(new InMemoryStateStore(calm), calm, plan);
        var crashes = 0;
        for (var at = 1; ; at++)
        {
            var time = new ManualTimeProvider();
            var inner = new InMemoryStateStore(time);
            var crashing = new CrashingStateStore(inner, at, written);
            await DieAsync(crashing, time, plan);
            Assert.Equal(undisturbed, await LiveAsync(inner, time, plan));
            if (!crashing.Crashed)
            {
                break;
            }

            crashes++;
        }

        Assert.True(crashes >= 3, $"Only {crashes} appends were disturbed.");
    }

    private static OrchestrationPlan StartingAt(string expression, params PhaseDefinition[] phases) => Of(phases) with { StartAt = ValueExpression.Parse(expression) };

    // What is called so never ends by itself.
    private static ScriptedAgent Agent(OrchestrationPlan plan)
    {
        var agent = new ScriptedAgent();
        foreach (var task in plan.Phases.SelectMany(phase => phase.Tasks).Where(task => task.Agent is not null))
        {
            agent.On(task.Id).Does(async (request, _, cancellationToken) =>
            {
                if (request.Task.StartsWith("hangs", StringComparison.Ordinal))
                {
                    await System.Threading.Tasks.Task.Delay(Timeout.Infinite, cancellationToken);
                }

                return AgentResult.Succeeded(request.Task);
            });
        }

        return agent;
    }

    private static async Task DieAsync(CrashingStateStore store, ManualTimeProvider time, string plan)
    {
        await using var engine = new TestEngine(store, Agent(Plans[plan]), time);
        try
        {
            var run = await engine.Orchestrator.StartAsync(Plans[plan], new StartRunOptions { BusinessKey = Key }, TestEngine.Ending).Soon();
            await DriveAsync(engine, run, () => store.Crashed).Soon();
        }
        catch (SimulatedCrashException)
        {
            // The store says so to everybody who asks after its death.
        }
    }

    /// <summary>Moves the clock on whenever nothing is under way but what hangs: time must not outrun the work.</summary>
    private static async Task DriveAsync(TestEngine engine, RunHandle run, Func<bool> dead)
    {
        var end = run.WaitAsync(TestEngine.Ending);
        while (!end.IsCompleted && !dead())
        {
            var now = await engine.Orchestrator.GetAsync(run.Id, TestEngine.Ending).Soon();
            if (now!.Tasks.All(task => task.Status != RunTaskStatus.Running || task.Id.StartsWith("hangs", StringComparison.Ordinal)))
            {
                engine.Time.AdvanceToNext();
            }

            await System.Threading.Tasks.Task.Yield();
        }
    }

    /// <summary>A life in which nothing goes wrong: the same start, and the run goes on to its end.</summary>
    private static async Task<string> LiveAsync(InMemoryStateStore store, ManualTimeProvider time, string plan)
    {
        await using var engine = new TestEngine(store, Agent(Plans[plan]), time);
        var run = await engine.Orchestrator.StartAsync(Plans[plan], new StartRunOptions { BusinessKey = Key }, TestEngine.Ending).Soon();
        await DriveAsync(engine, run, () => false).Soon();
        var end = await engine.Orchestrator.GetAsync(run.Id, TestEngine.Ending).Soon();
        RequireSound(await engine.FactsOf(run.Id));
        return string.Join('\n', end!.Tasks.Select(task => $"{task.Id}: {task.Status} turn {task.Turn} [{string.Join(", ", task.Outputs)}]")
            .Concat(end.Phases.Select(phase => $"{phase.Id}: {phase.Status} turn {phase.Turn}"))
            .Append(end.Status.ToString()));
    }

    // What is done is done: no turn of a task succeeds twice, and nothing starts after its task has ended.
    private static void RequireSound(List<RecordedEvent> journal)
    {
        var ended = new HashSet<string>();
        foreach (var recorded in journal)
        {
            switch (recorded.Event)
            {
                case AttemptStarted started:
                    Assert.False(ended.Contains(started.Task), $"'{started.Task}' had ended and started again.");
                    break;
                case AttemptSucceeded { Again: false } or TaskSkipped or TaskCanceled or TaskFailed or TaskSucceeded { Again: false }:
                    Assert.True(ended.Add(((TaskEvent)recorded.Event).Task), $"'{((TaskEvent)recorded.Event).Task}' ended twice.");
                    break;
                case PhaseRepeated repeated:
                    ended.RemoveWhere(id => Plans.Values.SelectMany(plan => plan.Phases).Where(phase => phase.Id == repeated.Phase).SelectMany(phase => phase.Tasks).Any(task => task.Id == id));
                    break;
            }
        }
    }
}
