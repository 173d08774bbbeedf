using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Artifacts;
using static OrchestrationEngine.Tests.Execution.HandoffPlans;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>The process dies just before or just after each of its commits, in the middle of contracts, feedback, quarantine, transformations and questions.</summary>
public sealed class HandoffCrashTests : IDisposable
{
    private const string Key = "order/1";

    private static readonly OrchestrationPlan Plan = Made();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handoffs-");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_run_in_memory_survives_a_crash_at_every_append(bool written) => CrashAtEveryAppendAsync(
        written,
        () =>
        {
            var store = new InMemoryStateStore();
            return () => store;
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_run_in_a_file_survives_a_crash_at_every_append(bool written)
    {
        var files = 0;
        return CrashAtEveryAppendAsync(
            written,
            () =>
            {
                var file = Path.Combine(_folder.FullName, $"{++files}.db");
                return () => new SqliteStateStore(file);
            });
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task CrashAtEveryAppendAsync(bool written, Func<Func<IStateStore>> create)
    {
        var undisturbed = await LiveAsync(create()(), new InMemoryArtifactStore());
        var crashes = 0;
        for (var at = 1; ; at++)
        {
            var (open, contents) = (create(), new InMemoryArtifactStore());
            var inner = open();
            var crashing = new CrashingStateStore(inner, at, written);
            await DieAsync(crashing, contents);
            await CloseAsync(inner);
            Assert.Equal(undisturbed, await LiveAsync(open(), contents));
            if (!crashing.Crashed)
            {
                break;
            }

            crashes++;
        }

        Assert.True(crashes >= 5, $"Only {crashes} appends were disturbed.");
    }

    // "make" mends what it is told; "never" does not; a person takes what "asks" makes, and has "again" tried again.
    private static OrchestrationPlan Made()
    {
        var plan = TestEngine.Plan(plan => plan.Phase("one", phase => phase.Parallel()
            .Task("make", "x", task => task.Retry(9, TimeSpan.Zero))
            .Task("never", "x", task => task.Retry(2, TimeSpan.Zero))
            .Task("asks", "x")
            .Task("again", "x")
            .Task("use", "x", task => task.Bind("in", "tasks.make.output").Bind("asked", "tasks.asks.output"))
            .Task("last", "x", task => task.Bind("in", "tasks.again.output").Bind("never", "tasks.never.output"))));
        var tasks = plan.Phases[0].Tasks;
        return plan with
        {
            Phases = [plan.Phases[0] with
            {
                OnFailure = new FailurePolicy { Mode = FailureMode.FinishWhatCan, FailuresAllowed = 1 },
                Tasks = [tasks[0] with { Contract = Requires("good") }, tasks[1] with { Contract = Requires("good") }, .. tasks.Skip(2).SkipLast(1), tasks[^1] with { OnSkipped = OnSkipped.Run }],
            }],
            Handoffs =
            [
                Handoff(Part("report.md")) with
                {
                    Transforms = [new TransformDefinition { Rename = [new("good", "mended")] }],
                    Contract = Requires("mended"),
                },
                Handoff(Part("spec", OnMissing.Ask)) with { Id = "accepted", From = "asks" },
                Handoff(Part("spec", OnMissing.Ask)) with { Id = "tried again", From = "again", To = "last" },
            ],
        };
    }

    private static ScriptedAgent Agent()
    {
        var agent = new ScriptedAgent();
        foreach (var task in Plan.Phases[0].Tasks)
        {
            agent.On(task.Id).Does(async (request, context, cancellationToken) =>
            {
                var mends = request.Feedback.Count > 0 && request.Task != "never";
                await context.Artifacts.WriteTextAsync("report.md", mends ? "good" : "bad", cancellationToken: cancellationToken);
                return AgentResult.Succeeded(JsonData.Parse(mends ? """{"good":1,"spec":2}""" : """{"bad":1}"""));
            });
        }

        return agent;
    }

    private static async Task DieAsync(CrashingStateStore store, InMemoryArtifactStore contents)
    {
        var agent = Agent();
        await using var engine = ArtifactEngine.With(contents, store, agent);
        try
        {
            var run = await engine.Orchestrator.StartAsync(Plan, new StartRunOptions { BusinessKey = Key }, TestEngine.Ending).Soon();
            await DriveAsync(engine, run, () => store.Crashed).Soon();
        }
        catch (SimulatedCrashException)
        {
            // The store says so to everybody who asks after its death.
        }

        RequireGood(agent);
    }

    // Decides whatever is asked, as a person would who looks now and then.
    private static async Task DriveAsync(TestEngine engine, RunHandle run, Func<bool> dead)
    {
        var end = run.WaitAsync(TestEngine.Ending);
        while (!end.IsCompleted && !dead())
        {
            var now = await engine.Orchestrator.GetAsync(run.Id, TestEngine.Ending).Soon();
            foreach (var task in now!.Tasks.Where(task => task.Status == RunTaskStatus.Waiting))
            {
                var choice = task.Id == "asks" ? HandoffChoice.Accept : HandoffChoice.Retry;
                await DecideAsync(engine, run.Id, task.Id, choice, dead).Soon();
            }

            await Task.Yield();
        }
    }

    private static async Task<string> LiveAsync(IStateStore store, InMemoryArtifactStore contents)
    {
        var agent = Agent();
        try
        {
            await using var engine = ArtifactEngine.With(contents, store, agent);
            var run = await engine.Orchestrator.StartAsync(Plan, new StartRunOptions { BusinessKey = Key }, TestEngine.Ending).Soon();
            await DriveAsync(engine, run, () => false).Soon();
            RequireGood(agent);
            await engine.RequireContents(contents, run.Id);
            var journal = await engine.FactsOf(run.Id);
            HandoffJournal.RequireSound(Plan, journal);
            var end = await engine.Orchestrator.GetAsync(run.Id, TestEngine.Ending).Soon();
            return string.Join('\n', end!.Tasks.Select(task => $"{task.Id}: {task.Status} {task.Output}").Append(end.Status.ToString()));
        }
        finally
        {
            await CloseAsync(store);
        }
    }

    private static ValueTask CloseAsync(IStateStore store) => store is SqliteStateStore file ? file.DisposeAsync() : default;

    // Whatever happened, this is all that a consumer may ever be given.
    private static void RequireGood(ScriptedAgent agent)
    {
        Assert.All(agent.CallsOf("use"), call => Assert.Equal(("""{"mended":1,"spec":2}""", """{"bad":1}"""), (call.Inputs["in"].ToString(), call.Inputs["asked"].ToString())));
        Assert.All(agent.CallsOf("last"), call => Assert.Equal(("""{"good":1,"spec":2}""", "null"), (call.Inputs["in"].ToString(), call.Inputs["never"].ToString())));
    }
}
