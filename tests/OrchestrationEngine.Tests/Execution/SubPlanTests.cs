using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>Runs that do tasks of other runs, in one process.</summary>
public sealed class SubPlanTests
{
    private static readonly OrchestrationPlan Doubled = new PlanBuilder("doubled")
        .Input("n", required: true)
        .Output("twice", "${tasks.double.output}")
        .Phase("one", phase => phase.Task("double", "x", task => task.Bind("n", "inputs.n")))
        .Build();

    [Fact]
    public async Task A_task_is_done_by_a_run_that_is_given_its_inputs_and_gives_its_output()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("double").Does((request, _, _) => Task.FromResult(AgentResult.Succeeded(JsonData.From(2 * request.Inputs["n"].To<int>()))));
        var run = await engine.StartAsync(plan => plan.Output("result", "${tasks.s.output.twice}").Phase("one", phase => phase.SubPlan("s", Doubled, task => task.Input("n", 21))));
        var end = await EndOf(run);

        Assert.Equal((RunStatus.Succeeded, """{"result":42}"""), (end.Status, end.Output.ToString()));
        var child = (await engine.TaskAsync(run.Id, "s")).Child!.Value;
        var snapshot = (await engine.Orchestrator.GetAsync(child, Ending))!;
        Assert.Equal(new RunParent { Run = run.Id, Task = "s", Attempt = 1, Depth = 1 }, snapshot.Parent);
        Assert.Equal(("doubled", """{"n":21}""", """{"twice":42}"""), (snapshot.Plan.Id, snapshot.Inputs.ToString(), snapshot.Output.ToString()));
        Assert.Equal("""{"twice":42}""", (await engine.Orchestrator.WaitAsync(child, Ending).Soon()).Output.ToString());
        Assert.Equal(["run.created", "run.started", "phase.started one", "attempt.started s#1", "attempt.succeeded s#1", "phase.completed one", "run.completed Succeeded"], await engine.JournalOf(run.Id));
    }

    [Fact]
    public async Task Nested_runs_get_through_with_room_for_one_attempt()
    {
        await using var engine = new TestEngine(configure: options => options.MaxConcurrentAttempts = 1);
        engine.Agent.On("leaf").Succeeds("deep");
        var plan = new PlanBuilder("leaf").Output("value", "${tasks.leaf.output}").Phase("one", phase => phase.Task("leaf", "x")).Build();
        for (var depth = 4; depth >= 0; depth--)
        {
            plan = new PlanBuilder($"level {depth}").Output("value", "${tasks.next.output.value}").Phase("one", phase => phase.SubPlan("next", plan)).Build();
        }

        // Three at once, each with a chain of five below it.
        var runs = new List<RunHandle>();
        for (var i = 0; i < 3; i++)
        {
            runs.Add(await engine.Orchestrator.StartAsync(plan, null, Ending));
        }

        foreach (var run in runs)
        {
            Assert.Equal("""{"value":"deep"}""", (await EndOf(run)).Output.ToString());
        }

        Assert.Equal(18, (await engine.Orchestrator.ListAsync(new RunQuery(), Ending)).Items.Count);
    }

    [Fact]
    public async Task A_plan_that_runs_itself_ends_at_the_limit_of_depth_and_says_why()
    {
        var self = new PlanBuilder("self").Phase("one", phase => phase.SubPlan("again", "self")).Build();
        await using var engine = new TestEngine(configure: options => options.MaxSubPlanDepth = 3, build: builder => builder.Services.AddSingleton<IPlanSource>(new Source(self)));
        var end = await EndOf(await engine.Orchestrator.StartAsync(self, null, Ending));
        Assert.Equal(RunStatus.Failed, end.Status);
        Assert.Contains("would be nested 4 deep, and so many are allowed: 3", end.Reason, StringComparison.Ordinal);
        Assert.Equal(4, (await engine.Orchestrator.ListAsync(new RunQuery(), Ending)).Items.Count);
    }

    [Fact]
    public async Task A_plan_is_found_by_its_id_and_version_and_one_that_is_not_there_is_looked_for_again()
    {
        var source = new Source();
        await using var engine = new TestEngine(build: builder => builder.Services.AddSingleton<IPlanSource>(source));
        engine.Agent.On("double").Succeeds(JsonData.Parse("4"));
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.SubPlan("s", "doubled", "7", configure: task => task.Input("n", 2).Retry(2, TimeSpan.FromSeconds(5)))));
        await engine.SeenAsync(run.Id, "task.retry_scheduled s +5s");
        Assert.Contains("attempt.failed s#1 Unavailable", await engine.JournalOf(run.Id));
        source.Plans["doubled"] = Doubled;
        await engine.PassAsync(run.Id, TimeSpan.FromSeconds(5));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal([("doubled", "7"), ("doubled", "7")], source.Asked);
    }

    [Fact]
    public async Task A_plan_that_can_not_be_found_invalid_inputs_and_a_foreign_run_fail_the_task_with_the_reason()
    {
        var id = new RunId("given");
        await using var engine = new TestEngine(build: builder => builder.Services.AddSingleton<IPlanSource>(new Source(Doubled)));
        engine.Agent.On("a").Succeeds();
        await EndOf(await engine.StartAsync(Single(), new StartRunOptions { Id = new RunId("given/foreign#1") }));
        var run = await engine.StartAsync(
            plan => plan.Phase("one", phase => phase.OnFailure(FailureMode.FinishWhatCan, 9).Parallel()
                .SubPlan("nowhere", "none")
                .SubPlan("missing", "doubled")
                .SubPlan("unknown", "doubled", configure: task => task.Input("n", 1).Input("m", 1))
                .SubPlan("foreign", Doubled, task => task.Input("n", 1))),
            new StartRunOptions { Id = id });
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        await RequireAsync("nowhere", FailureClass.Unavailable, "There is no plan 'none'");
        await RequireAsync("missing", FailureClass.InvalidInput, "The input 'n' is required");
        await RequireAsync("unknown", FailureClass.InvalidInput, "takes no input 'm'");
        await RequireAsync("foreign", FailureClass.Permanent, "There is another run with the id 'given/foreign#1'");

        async Task RequireAsync(string task, FailureClass kind, string message)
        {
            var failure = (await engine.TaskAsync(id, task)).Failure!;
            Assert.Equal(kind, failure.Class);
            Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Canceling_pausing_and_resuming_a_run_does_the_same_to_all_below_it()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("leaf").Hangs();
        var leaf = new PlanBuilder("leaf").Phase("one", phase => phase.Task("leaf", "x").Task("after", "x", task => task.After("leaf"))).Build();
        var middle = new PlanBuilder("middle").Phase("one", phase => phase.SubPlan("next", leaf)).Build();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.SubPlan("next", middle)), new StartRunOptions { Id = new RunId("top") });
        RunId[] below = [new("top/next#1"), new("top/next#1/next#1")];
        await WhenAsync(engine, below[1], snapshot => snapshot.FindTask("leaf")!.Status == RunTaskStatus.Running);

        await engine.Orchestrator.PauseAsync(run.Id, "Held.", Ending);
        await WhenAsync(engine, below[1], snapshot => snapshot.Status == RunStatus.Paused);
        await engine.Orchestrator.ResumeAsync(run.Id, "Goes on.", Ending);
        await WhenAsync(engine, below[1], snapshot => snapshot.Status == RunStatus.Running);
        await engine.Orchestrator.CancelAsync(run.Id, "Enough.", Ending);
        Assert.Equal(RunStatus.Canceled, (await EndOf(run)).Status);
        foreach (var id in below)
        {
            var end = await engine.Orchestrator.WaitAsync(id, Ending).Soon();
            Assert.Equal(RunStatus.Canceled, end.Status);
            Assert.EndsWith("Enough.", end.Reason, StringComparison.Ordinal);
        }

        // In good order: nobody was given up.
        Assert.DoesNotContain(await engine.JournalOf(run.Id), fact => fact.Contains("forced", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_whose_children_only_wait_leaves_memory_and_goes_on_when_they_have_ended()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("after").Succeeds();
        var inner = new PlanBuilder("inner").Input("go").Phase("one", phase => phase.Signal("w", "${inputs.go}")).Build();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.SubPlan("s", inner, task => task.Input("go", "go")).Task("after", "x", task => task.After("s"))), new StartRunOptions { Id = new RunId("top") });
        var child = new RunId("top/s#1");
        await WhenAsync(engine, child, snapshot => snapshot.FindTask("w")!.Status == RunTaskStatus.Waiting);
        await UnloadedAsync(engine, run.Id, child);
        await engine.Orchestrator.SignalAsync(child, "go", default, Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
    }

    [Fact]
    public async Task A_run_that_waits_for_a_signal_leaves_memory_and_goes_on_with_the_signal_or_its_time()
    {
        await using var engine = new TestEngine();
        foreach (var id in new[] { "signal", "time" })
        {
            var run = await engine.StartAsync(
                plan => plan.Input("go").Phase("one", phase => phase.FirstOf("w", wait => wait.Signal("go", "${inputs.go}").After("late", TimeSpan.FromDays(1)))),
                new StartRunOptions { Id = new RunId(id), Inputs = new Dictionary<string, JsonData> { ["go"] = JsonData.String("go") } });
            await engine.SeenAsync(run.Id, "task.waiting w");
            await UnloadedAsync(engine, run.Id);
            if (id == "signal")
            {
                await engine.Orchestrator.SignalAsync(run.Id, "go", default, Ending).Soon();
            }
            else
            {
                await engine.Time.AdvanceUntilAsync(run.WaitAsync(Ending));
            }

            Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
            Assert.Contains(id == "signal" ? "\"go\"" : "\"late\"", (await engine.TaskAsync(run.Id, "w")).Output.ToString(), StringComparison.Ordinal);
        }
    }

    private static async Task WhenAsync(TestEngine engine, RunId id, Func<RunSnapshot, bool> holds)
    {
        var since = Environment.TickCount64;
        while (await engine.Orchestrator.GetAsync(id, Ending).Soon() is not { } snapshot || !holds(snapshot))
        {
            Assert.True(Environment.TickCount64 - since < 20_000, $"Run '{id}' does not come to it.");
            await Task.Yield();
        }
    }

    // Nobody has a lease on a run that is not in memory.
    private static async Task UnloadedAsync(TestEngine engine, params RunId[] runs)
    {
        var since = Environment.TickCount64;
        foreach (var run in runs)
        {
            while ((await engine.Store.FindAsync(run, Ending))!.Node is not null)
            {
                Assert.True(Environment.TickCount64 - since < 20_000, $"Run '{run}' stays in memory.");
                engine.Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
        }
    }

    private sealed class Source(params OrchestrationPlan[] plans) : IPlanSource
    {
        public Dictionary<string, OrchestrationPlan> Plans { get; } = plans.ToDictionary(plan => plan.Id);

        public List<(string Id, string? Version)> Asked { get; } = [];

        public ValueTask<OrchestrationPlan?> FindAsync(string id, string? version, CancellationToken cancellationToken)
        {
            Asked.Add((id, version));
            return ValueTask.FromResult(Plans.GetValueOrDefault(id));
        }
    }
}
