using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

public sealed class RunningTests
{
    [Fact]
    public async Task A_plan_runs_from_start_to_end()
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(plan => plan
            .Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x", task => task.After("a")))
            .Phase("two", phase => phase.Task("c", "x")));
        Assert.Equal(new RunResult(run.Id, RunStatus.Succeeded, null), await EndOf(run));
        Assert.Equal(
            [
                "run.created", "run.started",
                "phase.started one", "attempt.started a#1", "attempt.succeeded a#1", "attempt.started b#1", "attempt.succeeded b#1", "phase.completed one",
                "phase.started two", "attempt.started c#1", "attempt.succeeded c#1", "phase.completed two",
                "run.completed Succeeded",
            ],
            await engine.JournalOf(run.Id));
    }

    [Fact]
    public async Task Branches_run_at_the_same_time_and_meet_again()
    {
        await using var engine = new TestEngine();
        var both = new TaskCompletionSource();
        engine.Agent.On("left").After(both.Task).Succeeds("1");
        engine.Agent.On("right").After(both.Task).Succeeds("2");
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Parallel()
            .Task("left", "x")
            .Task("right", "x")
            .Task("join", "x", task => task.Bind("l", "tasks.left.output").Bind("r", "tasks.right.output"))));
        await engine.Agent.WaitForCallAsync("left", 1, Ending).Soon();
        await engine.Agent.WaitForCallAsync("right", 1, Ending).Soon();
        Assert.Equal(2, engine.Agent.Running);
        both.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal("""{"l":"1","r":"2"}""", engine.Agent.CallsOf("join").Single().Inputs.ToJson().ToString());
    }

    [Fact]
    public async Task An_agent_is_told_what_it_is_asked_for()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Succeeds(JsonData.Parse("""{"files":["x","y"]}"""));
        var run = await engine.StartAsync(
            plan => plan.Input("env", required: true).Input("size", defaultValue: JsonData.Parse("7")).Phase("one", phase => phase
                .Task("a", "x")
                .Task("b", "x", task => task.Bind("second", "tasks.a.output.files[1]").Bind("env", "inputs.env").Bind("size", "inputs.size").Input("n", 3))),
            new StartRunOptions { Id = new RunId("my run"), Inputs = new Dictionary<string, JsonData> { ["env"] = JsonData.String("prod") } });
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        var request = engine.Agent.CallsOf("b").Single();
        Assert.Equal("""{"second":"y","env":"prod","size":7,"n":3}""", request.Inputs.ToJson().ToString());
        Assert.Equal(("my run", "plan", "one", "b", "x", 1, 1), (request.Run.Value, request.Plan, request.Phase, request.Task, request.Agent, request.Attempt, request.Generation));
    }

    [Fact]
    public async Task A_binding_that_leads_nowhere_fails_the_task_with_the_path()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Succeeds("text");
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.Retry(5).Bind("i", "tasks.a.output.missing"))));
        Assert.Equal(RunStatus.Failed, (await EndOf(run)).Status);
        var task = await engine.TaskAsync(run.Id, "b");
        Assert.Equal((FailureClass.InvalidInput, 1), (task.Failure!.Class, task.Attempts));
        Assert.Contains("Input 'i' is bound to tasks.a.output.missing:", task.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(engine.Agent.CallsOf("b"));
    }

    [Fact]
    public async Task Inputs_bound_to_a_task_without_output_are_null()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Fails(FailureClass.Permanent);
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.OnFailure(FailureMode.FinishWhatCan, 1)
            .Task("a", "x")
            .Task("b", "x", task => task.OnSkipped(OnSkipped.Run).Bind("whole", "tasks.a.output").Bind("part", "tasks.a.output.deep[3].er"))));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal("""{"whole":null,"part":null}""", engine.Agent.CallsOf("b").Single().Inputs.ToJson().ToString());
    }

    [Fact]
    public async Task A_failed_attempt_is_made_again_at_the_recorded_time_under_the_same_key()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Fails(FailureClass.Unavailable).Fails(FailureClass.RateLimited, retryAfter: TimeSpan.FromHours(3)).Succeeds("done");
        var run = await engine.StartAsync(Single(task => task.Retry(3, TimeSpan.FromSeconds(5))));
        await engine.SeenAsync(run.Id, "task.retry_scheduled a +5s");
        await engine.PassAsync(run.Id, TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        await engine.PassAsync(run.Id, TimeSpan.Zero);
        Assert.Single(engine.Agent.Calls);
        await engine.PassAsync(run.Id, TimeSpan.FromTicks(1));
        await engine.SeenAsync(run.Id, "task.retry_scheduled a +10800s");
        await engine.PassAsync(run.Id, TimeSpan.FromHours(3));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal([1, 2, 3], engine.Agent.Calls.Select(call => call.Attempt));
        Assert.Single(engine.Agent.Calls.Select(call => call.IdempotencyKey).Distinct());
    }

    [Fact]
    public async Task A_retry_keeps_its_time_when_the_process_ends_meanwhile()
    {
        var (store, agent, time) = Parts();
        agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromHours(1)).Succeeds();
        RunId id;
        await using (var first = new TestEngine(store, agent, time))
        {
            id = (await first.StartAsync(Single(task => task.Retry(2)))).Id;
            await first.SeenAsync(id, "task.retry_scheduled a +3600s");
        }

        time.Advance(TimeSpan.FromMinutes(30));
        await using var second = new TestEngine(store, agent, time);
        await second.Orchestrator.StartNodeAsync(Ending);
        await second.PassAsync(id, TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        await second.PassAsync(id, TimeSpan.Zero);
        Assert.Single(agent.Calls);
        await second.PassAsync(id, TimeSpan.FromTicks(1));
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(id, Ending).Soon()).Status);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_told_to_stop()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Hangs().Succeeds();
        var run = await engine.StartAsync(Single(task => task.Timeout(TimeSpan.FromMinutes(1)).Retry(2, TimeSpan.Zero)));
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.PassAsync(run.Id, TimeSpan.FromMinutes(1));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal(
            ["attempt.started a#1", "attempt.stopping a#1", "attempt.failed a#1 Timeout", "task.retry_scheduled a +0s", "attempt.started a#2", "attempt.succeeded a#2"],
            (await engine.JournalOf(run.Id)).Where(fact => fact.Contains(" a", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_attempt_that_does_not_stop_is_given_up_and_what_it_says_later_is_ignored()
    {
        await using var engine = new TestEngine(configure: options => options.StopGracePeriod = TimeSpan.FromSeconds(10));
        var (deaf, hold) = (new TaskCompletionSource<AgentResult>(), new TaskCompletionSource());
        engine.Agent.On("a").Returns(deaf.Task, ignoreCancellation: true).Succeeds("second");
        engine.Agent.On("b").After(hold.Task).Succeeds();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase
            .Task("a", "x", task => task.Timeout(TimeSpan.FromMinutes(1)).Retry(2, TimeSpan.Zero))
            .Task("b", "x")));
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.PassAsync(run.Id, TimeSpan.FromMinutes(1));
        await engine.Agent.WaitForCancelAsync("a", 1, Ending).Soon();
        await engine.PassAsync(run.Id, TimeSpan.FromSeconds(10));
        await engine.Agent.WaitForCallAsync("b", 1, Ending).Soon();
        deaf.SetResult(AgentResult.Succeeded("first"));
        await engine.SeenAsync(run.Id, "attempt.ignored a#1");
        hold.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        var task = await engine.TaskAsync(run.Id, "a");
        Assert.Equal(("\"second\"", 2), (task.Output.ToString(), task.Attempts));
    }

    [Fact]
    public async Task A_phase_that_takes_too_long_is_stopped_though_nothing_else_happens()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Hangs();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Timeout(TimeSpan.FromDays(100)).Task("a", "x")));
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.PassAsync(run.Id, TimeSpan.FromDays(100));
        var end = await EndOf(run);
        Assert.Equal(RunStatus.Failed, end.Status);
        Assert.Contains("The phase took longer than its limit of 100:0:00:00.", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_longest_periods_there_are_can_be_configured()
    {
        await using var engine = new TestEngine(configure: options => (options.StopGracePeriod, options.UnloadWaitingRunsAfter) = (TimeSpan.MaxValue, TimeSpan.MaxValue));
        engine.Agent.On("a").Hangs();
        var run = await engine.StartAsync(Single(task => task.Timeout(TimeSpan.MaxValue)));
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.PassAsync(run.Id, TimeSpan.FromDays(1000));
        Assert.Equal(RunTaskStatus.Running, (await engine.TaskAsync(run.Id, "a")).Status);
        await engine.Orchestrator.CancelAsync(run.Id, "No more.", Ending).Soon();
        Assert.Equal(RunStatus.Canceled, (await EndOf(run)).Status);
    }

    [Fact]
    public async Task A_started_attempt_does_not_wait_for_the_loop_to_have_nothing_more_to_do()
    {
        var time = new ManualTimeProvider();
        var store = new FaultyStateStore(new InMemoryStateStore(time));
        await using var engine = new TestEngine(store, time: time);
        using var called = new ManualResetEventSlim();
        var (pausing, inTime) = (Task.CompletedTask, false);
        store.OnAppend = (_, append) =>
        {
            foreach (var recorded in append.Events.Span)
            {
                if (recorded.Event is AttemptSucceeded { Task: "a" })
                {
                    // So that the loop has more to do when it has started the next attempt.
                    pausing = engine.Orchestrator.PauseAsync(append.Run, "Held.", Ending);
                }
                else if (recorded.Event is RunPaused)
                {
                    inTime = called.Wait(TimeSpan.FromSeconds(5));
                }
            }

            return null;
        };
        engine.Agent.On("b").Does((_, _, _) =>
        {
            called.Set();
            return Task.FromResult(AgentResult.Succeeded());
        });
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
        await engine.SeenAsync(run.Id, "attempt.succeeded b#1");
        await pausing.Soon();
        Assert.True(inTime);
    }
}
