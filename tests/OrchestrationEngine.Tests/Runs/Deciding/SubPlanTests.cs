using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

/// <summary>Tasks that are done by runs of their own: what the parent decides, and what it tells them.</summary>
public sealed class SubPlanTests
{
    private static readonly OrchestrationPlan Inner = new PlanBuilder("inner").Phase("one", phase => phase.Task("t", "x")).Build();

    [Fact]
    public void A_child_begins_as_an_attempt_that_takes_no_room_and_succeeds_with_what_the_child_gives()
    {
        var run = Run(phase => phase.SubPlan("s", Inner).Task("a", "x", task => task.After("s")), room: 0).Starts()
            .Then("run.started", "phase.started one", "attempt.started s#1");
        var started = run.Fact<AttemptStarted>();
        Assert.Equal(("plan:inner", new RunId("r/s#1")), (started.Agent, started.Child));
        Assert.Equal(new RunId("r/s#1"), run["s"].Child);
        Assert.Equal((1, 1), (run.State.AttemptsOut, run.State.ChildrenOut));
        Assert.Equal("The task is done by run 'r/s#1'; what holds that one up is to be asked of it.", WaitReasons.Of(run.State, run.Now).First(reason => reason.Task == "s").Reason);
        run.Does(Ended("s", RunStatus.Succeeded, "{\"n\":7}")).Then("attempt.succeeded s#1");
        Assert.Equal("{\"n\":7}", run["s"].Output.ToString());
        Assert.Equal(0, run.State.ChildrenOut);
    }

    [Fact]
    public void A_child_that_fails_fails_the_attempt_and_the_retry_policy_decides()
    {
        var run = Run(phase => phase.SubPlan("s", Inner, task => task.Retry(2, TimeSpan.FromSeconds(5)))).Starts()
            .Does(Ended("s", RunStatus.Failed, reason: "It broke.")).Then("attempt.failed s#1 ChildFailed", "task.retry_scheduled s +5s");
        Assert.Equal("Run 'r/s#1' ended as Failed. It broke.", run.Fact<AttemptFailed>().Failure.Message);
        run.Passes(5).Then("attempt.started s#2");
        Assert.Equal(new RunId("r/s#2"), run["s"].Child);
        run.Does(Ended("s", RunStatus.Succeeded, attempt: 1)).Then("attempt.ignored s#1");
        run.Does(Ended("s", RunStatus.Failed, attempt: 2)).Then("attempt.failed s#2 ChildFailed", "task.failed s ChildFailed", "phase.failed one", "run.completed Failed");
    }

    [Theory]
    [InlineData(RunStatus.Canceled, FailureClass.Canceled)]
    [InlineData(RunStatus.Quarantined, FailureClass.ChildFailed)]
    public void A_child_that_somebody_canceled_or_set_aside_is_not_tried_again(RunStatus status, FailureClass expected)
        => Run(phase => phase.SubPlan("s", Inner, task => task.Retry(5))).Starts()
            .Does(Ended("s", status)).Then($"attempt.failed s#1 {expected}", $"task.failed s {expected}", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_child_is_out_still_when_its_parent_is_loaded_again()
    {
        var run = Run(phase => phase.SubPlan("s", Inner)).Starts().Reloads();
        run.Then();
        Assert.Equal([new WantedAttempt(0, 1, Stop: false)], WantedEffects.Of(run.State));
        run.Does(Ended("s", RunStatus.Succeeded)).Then("attempt.succeeded s#1", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void Who_cancels_the_parent_cancels_its_children_and_waits_for_them()
    {
        var run = Run(phase => phase.Parallel().SubPlan("s", Inner).Task("a", "x")).Starts().Cancels("Enough.").Then("run.stopping Canceled");
        var message = Assert.Single(run.Messages);
        Assert.Equal((new RunId("r/s#1"), "r/s#1/stop@0"), (message.To, message.Id));
        Assert.Equal("Run 'r', of which this run does a task, does not want task 's' done any more: Enough.", Assert.IsType<RunCommand.Cancel>(message.Command).Reason);
        run.Fails("a").Then("attempt.failed a#1 Unknown", "task.canceled a");
        run.Does(Ended("s", RunStatus.Canceled)).Then("attempt.failed s#1 Canceled", "task.canceled s", "phase.canceled one", "run.completed Canceled");
    }

    [Fact]
    public void A_child_that_does_not_end_within_the_grace_period_is_given_up()
        => Run(phase => phase.SubPlan("s", Inner)).Starts().Cancels().Passes(30)
            .Then("task.canceled s forced", "phase.canceled one", "run.completed Canceled")
            .Does(Ended("s", RunStatus.Canceled)).Then();

    [Fact]
    public void Who_sets_the_parent_aside_sets_its_children_aside()
        => Assert.IsType<RunCommand.Quarantine>(Assert.Single(Run(phase => phase.SubPlan("s", Inner)).Starts().Quarantines().Messages).Command);

    [Fact]
    public void A_child_whose_attempt_takes_too_long_is_canceled_and_the_attempt_fails_as_timeout()
    {
        var run = Run(phase => phase.SubPlan("s", Inner, task => task.Timeout(TimeSpan.FromSeconds(10)))).Starts().Passes(10).Then("attempt.stopping s#1");
        Assert.IsType<RunCommand.Cancel>(Assert.Single(run.Messages).Command);
        run.Does(Ended("s", RunStatus.Canceled)).Then("attempt.failed s#1 Timeout", "task.failed s Timeout", "phase.failed one", "run.completed Failed");
    }

    [Fact]
    public void A_child_of_a_phase_that_fails_is_canceled()
    {
        var run = Run(phase => phase.Parallel().SubPlan("s", Inner).Task("a", "x")).Starts().Fails("a")
            .Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.stopping one");
        Assert.IsType<RunCommand.Cancel>(Assert.Single(run.Messages).Command);
    }

    [Fact]
    public void Children_are_held_with_their_parent_and_go_on_with_it()
    {
        var run = Run(phase => phase.Parallel().SubPlan("s", Inner).SubPlan("t", Inner)).Starts().Pauses();
        Assert.Equal(["r/s#1 Pause", "r/t#1 Pause"], run.Messages.Select(Text));
        run.Does(Ended("s", RunStatus.Succeeded)).Resumes();
        Assert.Equal(["r/t#1 Resume"], run.Messages.Select(Text));
    }

    [Fact]
    public void A_child_that_is_created_late_is_told_what_it_missed()
    {
        var paused = Run(phase => phase.SubPlan("s", Inner)).Starts().Pauses().Does(new RunCommand.ChildCreated(0, 1)).Then();
        Assert.Equal(["r/s#1 Pause"], paused.Messages.Select(Text));
        var canceled = Run(phase => phase.SubPlan("s", Inner)).Starts().Cancels();
        var before = Assert.Single(canceled.Messages).Id;
        Assert.Equal(before, Assert.Single(canceled.Does(new RunCommand.ChildCreated(0, 1)).Messages).Id);
        Assert.Empty(Run(phase => phase.SubPlan("s", Inner)).Starts().Does(new RunCommand.ChildCreated(0, 1)).Messages);
    }

    [Fact]
    public void A_child_tells_its_parent_how_it_ended_and_what_it_gives()
    {
        var parent = new RunParent { Run = new RunId("p"), Task = "s", Item = 3, Attempt = 2, Depth = 1 };
        var plan = new PlanBuilder("inner").Output("n", "${tasks.t.output.n}").Output("all", "${tasks.t.output}").Phase("one", phase => phase.Task("t", "x")).Build();
        var run = new RunScenario(plan, parent: parent).Starts();
        Assert.Empty(run.Messages);
        run.Succeeds("t", "{\"n\":7}");
        var message = Assert.Single(run.Messages);
        Assert.Equal((parent.Run, "r/ended@7"), (message.To, message.Id));
        Assert.Equal(
            new RunCommand.ChildEnded("s", 3, 2, new RunId("r"), RunStatus.Succeeded, JsonData.Parse("""{"n":7,"all":{"n":7}}"""), null),
            message.Command);
        Assert.Equal(parent, RunSnapshot.Of(run.State).Parent);

        run = new RunScenario(plan, parent: parent).Starts().Fails("t");
        Assert.Equal((RunStatus.Failed, "Phase 'one' failed."), (Command(run).Status, Command(run).Reason![..19]));
        run = new RunScenario(plan, parent: parent).Starts().Quarantines().Fails("t");
        Assert.Equal((RunStatus.Quarantined, "Look at it."), (Command(run).Status, Command(run).Reason));

        static RunCommand.ChildEnded Command(RunScenario run) => Assert.IsType<RunCommand.ChildEnded>(Assert.Single(run.Messages).Command);
    }

    [Fact]
    public void What_a_run_of_its_own_gives_is_in_its_last_fact()
    {
        var run = new RunScenario(plan => plan.Input("x").Output("x", "${inputs.x}").Output("made", "${tasks.a.output}").Output("not", "${tasks.b.output.deep}")
            .OnFailure(FailureMode.FinishWhatCan, 5)
            .Phase("one", phase => phase.OnFailure(FailureMode.FinishWhatCan, 5).Parallel().Task("a", "x").Task("b", "x")), """{"x":[1]}""").Starts().Fails("b").Succeeds("a", "1.50");
        Assert.Equal("""{"x":[1],"made":1.50,"not":null}""", run.Fact<RunCompleted>().Output.ToString());
        Assert.Equal("""{"x":[1],"made":1.50,"not":null}""", RunSnapshot.Of(run.State).Output.ToString());
    }

    [Fact]
    public void Outputs_that_can_not_be_computed_fail_the_run_and_say_which()
    {
        var run = new RunScenario(plan => plan.Output("n", "${tasks.a.output.n}").Phase("one", phase => phase.Task("a", "x"))).Starts().Succeeds("a", "{\"m\":1}")
            .Then("attempt.succeeded a#1", "phase.completed one", "run.completed Failed");
        Assert.StartsWith("The outputs of plan 'plan' can't be computed. Output 'n'", run.Fact<RunCompleted>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_allows_so_many_tasks_at_once_counts_children_too()
    {
        var run = new RunScenario(plan => plan.MaxParallelTasks(2).Phase("one", phase => phase.Parallel().SubPlan("s", Inner).SubPlan("t", Inner).SubPlan("u", Inner).Wait("w", TimeSpan.FromSeconds(1)))).Starts()
            .Then("run.started", "phase.started one", "attempt.started s#1", "attempt.started t#1", "task.waiting w");
        Assert.Contains("as many tasks under way as its plan allows (2)", WaitReasons.Of(run.State, run.Now).Single(reason => reason.Task == "u").Reason, StringComparison.Ordinal);
        run.Does(Ended("t", RunStatus.Succeeded)).Then("attempt.succeeded t#1", "attempt.started u#1");
        run = new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().MaxParallelTasks(1).SubPlan("s", Inner).SubPlan("t", Inner))).Starts()
            .Then("run.started", "phase.started one", "attempt.started s#1");
        run.Does(Ended("s", RunStatus.Succeeded)).Then("attempt.succeeded s#1", "attempt.started t#1");
    }

    [Fact]
    public void Items_of_a_list_are_done_each_by_a_run_of_its_own()
    {
        var run = Run(phase => phase.SubPlan("s", Inner, task => task.ForEach("[1, 2, 3]", maxParallel: 2)).Task("a", "x", task => task.After("s"))).Starts()
            .Then("run.started", "phase.started one", "task.expanded s [1,2,3]", "attempt.started s[0]#1", "attempt.started s[1]#1");
        run.Does(Item(0, "r/s[0]#1", "10")).Then("attempt.succeeded s[0]#1", "attempt.started s[2]#1");
        run.Reloads().Then();
        Assert.Equal(2, run.State.ChildrenOut);
        run.Pauses();
        Assert.Equal(["r/s[1]#1 Pause", "r/s[2]#1 Pause"], run.Messages.Select(Text));
        run.Resumes().Does(Item(1, "r/s[1]#1", "20")).Does(Item(2, "r/s[2]#1", "30"))
            .Then("attempt.succeeded s[2]#1", "task.succeeded s", "attempt.started a#1");
        run.Fails("a").RestartsAtTask("s").Then("run.restarted s", "phase.reopened one 2 [s a]", "phase.started one", "task.expanded s [1,2,3]", "attempt.started s[0]#2", "attempt.started s[1]#2");
        Assert.Equal(new RunId("r/s[0]#2"), run.Facts.Select(fact => fact.Event).OfType<AttemptStarted>().First().Child);

        // The end of a run of the time before is no end of this one's.
        run.Does(Item(0, "r/s[0]#1", "99")).Then("attempt.ignored s[0]#1");
        run.Cancels();
        Assert.Equal(["r/s[0]#2 Cancel", "r/s[1]#2 Cancel"], run.Messages.Select(Text));

        static RunCommand Item(int item, string child, string output) => new RunCommand.ChildEnded("s", item, 1, new RunId(child), RunStatus.Succeeded, JsonData.Parse(output), null);
    }

    [Fact]
    public void The_id_of_a_child_is_always_the_same_and_always_an_id()
    {
        Assert.Equal("r/s[3]#2", ChildRuns.IdOf(new RunId("r"), "s", 3, 2).Value);
        var ids = new HashSet<string>();
        var parent = new RunId(string.Concat(Enumerable.Repeat("🎉", 64)));
        for (var depth = 1; depth < 20; depth++)
        {
            var child = ChildRuns.IdOf(parent, "täsk \t with a name that is as long as names may be", null, 1);
            Assert.Equal(child, ChildRuns.IdOf(parent, "täsk \t with a name that is as long as names may be", null, 1));
            Assert.True(ids.Add(child.Value));
            Assert.InRange(ChildRuns.MessageId(child, "ended", long.MaxValue).Length, 1, 128);
            parent = child;
        }
    }

    private static string Text(RunMessage message) => $"{message.To} {message.Command.GetType().Name}";

    private static RunCommand.ChildEnded Ended(string task, RunStatus status, string output = "null", string? reason = null, int attempt = 1)
        => new(task, null, attempt, new RunId($"r/{task}#{attempt}"), status, JsonData.Parse(output), reason);

    private static RunScenario Run(Action<PhaseBuilder> phase, int room = 1000) => new(plan => plan.Phase("one", phase), room: room);
}
