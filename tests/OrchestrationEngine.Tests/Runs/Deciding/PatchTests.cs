using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class PatchTests
{
    [Fact]
    public void A_task_that_is_added_is_done_with_those_of_its_phase()
    {
        var run = Chain().Starts().Succeeds("a");
        run.Does(Patch(PlanChange.AddTask("one", New("n", "a"))))
            .Then("plan.patched", "attempt.started n#1");
        Assert.Null(run.Refusal);
        run.Succeeds("b").Then("attempt.succeeded b#1", "attempt.started c#1");
        run.Succeeds("n").Then("attempt.succeeded n#1");
        run.Succeeds("c").Then("attempt.succeeded c#1", "phase.completed one", "phase.started two", "attempt.started d#1");
    }

    [Fact]
    public void Work_that_is_under_way_goes_on_whatever_number_its_task_has_now()
    {
        var run = Chain().Starts();
        var before = run.State.Edition;
        Assert.Equal(0, run.Index("a"));
        run.Does(Patch(PlanChange.AddTask("one", New("z"), before: "a")));
        Assert.Equal(1, run.Index("a"));
        run.Does(new RunCommand.ReportSuccess(0, 1, JsonData.String("done")) { Edition = before }).Then("attempt.succeeded a#1", "attempt.started b#1");
        Assert.Equal(JsonData.String("done"), run["a"].Output);
    }

    [Fact]
    public void A_phase_that_is_added_runs_where_it_was_put()
    {
        var run = Chain().Starts();
        run.Does(Patch(PlanChange.AddPhase(new PhaseDefinition { Id = "between", Tasks = [New("n")] }, after: "one"))).Then("plan.patched");
        run.Succeeds("a").Succeeds("b").Succeeds("c").Then("attempt.succeeded c#1", "phase.completed one", "phase.started between", "attempt.started n#1");
        run.Succeeds("n").Then("attempt.succeeded n#1", "phase.completed between", "phase.started two", "attempt.started d#1");
    }

    [Fact]
    public void What_is_left_out_is_skipped_with_the_reason_when_its_turn_comes()
    {
        var run = Chain().Starts().Does(Patch(PlanChange.SkipTask("b", "Not needed."), PlanChange.SkipPhase("two", "Not wanted.")));
        run.Succeeds("a").Then("attempt.succeeded a#1", "task.skipped b", "task.skipped c", "phase.completed one", "phase.skipped two", "run.completed Succeeded");
        Assert.Equal("Not needed.", Assert.IsType<TaskSkipped>(run.Facts[1].Event).Reason);
        Assert.Equal("Not wanted.", run.Fact<PhaseSkipped>().Reason);
    }

    [Fact]
    public void A_task_that_waits_is_given_other_dependencies_and_starts_by_them()
    {
        var run = Chain().Starts();
        run.Does(Patch(PlanChange.RewireTask("c", []))).Then("plan.patched", "attempt.started c#1");
        run.Does(Patch(PlanChange.RewireTask("b", ["a", "c"]))).Then("plan.patched");
        run.Succeeds("a").Then("attempt.succeeded a#1");
        run.Succeeds("c").Then("attempt.succeeded c#1", "attempt.started b#1");
    }

    [Fact]
    public void A_task_that_is_ready_and_has_no_room_can_still_be_replaced()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x")), room: 1).Starts().Then("run.started", "phase.started one", "attempt.started a#1");
        run.Does(Patch(PlanChange.ReplaceTask(New("b", "a") with { Agent = "y" }))).Then("plan.patched");
        run.Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1");
        Assert.Equal("y", run.Fact<AttemptStarted>().Agent);
    }

    [Fact]
    public void Everything_that_speaks_against_a_patch_is_said_at_once_and_nothing_is_changed()
    {
        var run = Chain().Starts().Succeeds("a").Succeeds("b");
        var plan = run.State.Graph.Plan;
        run.Does(Patch(
            PlanChange.ReplaceTask(New("a")),
            PlanChange.SkipTask("c", "Why not."),
            PlanChange.RewirePhase("one", []),
            PlanChange.AddTask("two", New("n", "nothing")),
            PlanChange.AddTask("one", New("n2", "c")),
            PlanChange.AddTask("one", New("d2") with { Timeout = TimeSpan.Zero })));
        run.Then("plan.patch_refused");
        Assert.Equal(
            [
                "/changes/0/replaceTask: Task 'a' is Succeeded; it can't be replaced any more. Only tasks that have not started can be.",
                "/changes/1/skipTask: Task 'c' is Running; it can't be left out any more. Only tasks that have not started can be.",
                "/changes/2/rewirePhase: Phase 'one' is Running; it can't be rewired any more. Only phases that have not started can be.",
                "/changes/3/addTask/task/dependsOn/0",
                "/changes/5/addTask/task/timeout",
            ],
            run.Fact<PlanPatchRefused>().Problems.Select((problem, index) => index < 3 ? problem.ToString() : problem.Pointer));
        Assert.Equal(run.Fact<PlanPatchRefused>().Problems, PatchRules.ProblemsOf(run.Refusal!));
        Assert.Same(plan, run.State.Graph.Plan);
    }

    [Fact]
    public void Nothing_is_put_before_what_has_started()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")).Phase("two", phase => phase.Task("c", "x"))).Starts();
        run.Does(Patch(PlanChange.AddTask("one", New("n"), before: "a"), PlanChange.AddPhase(new PhaseDefinition { Id = "zero" }, before: "one"))).Then("plan.patch_refused");
        Assert.Equal(
            [
                "/changes/0/addTask/task: Task 'n' would come before task 'a', which is Running already. Nothing can be put before what has started.",
                "/changes/1/addPhase/phase: Phase 'zero' would come before phase 'one', which is Running already. Nothing can be put before what has started.",
            ],
            run.Fact<PlanPatchRefused>().Problems.Select(problem => problem.ToString()));
        run.Does(Patch(PlanChange.AddTask("one", New("n"), before: "b"))).Then("plan.patched");
        run.Succeeds("a").Then("attempt.succeeded a#1", "attempt.started n#1");
    }

    [Fact]
    public void An_ended_phase_takes_no_tasks()
    {
        var run = Chain().Starts().Succeeds("a").Succeeds("b").Succeeds("c");
        run.Does(Patch(PlanChange.AddTask("one", New("n")))).Then("plan.patch_refused");
        Assert.Contains("has ended as Completed", Assert.Single(run.Fact<PlanPatchRefused>().Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_stops_or_has_ended_takes_no_changes()
    {
        var run = Chain().Starts().Cancels();
        run.Does(Patch(PlanChange.AddTask("two", New("n")))).Then("plan.patch_refused");
        run.Succeeds("a");
        Assert.True(run.State.IsTerminal);
        run.Does(Patch(PlanChange.AddTask("two", New("n")))).Then();
        Assert.Contains("has ended as Canceled", run.Refusal, StringComparison.Ordinal);
        Assert.Null(PatchRules.ProblemsOf(run.Refusal!));
    }

    [Fact]
    public void What_an_agent_proposes_is_decided_with_its_success()
    {
        var run = Chain().Starts();
        run.Does(Success(run, "a", Patch(PlanChange.AddTask("one", New("n", "a"))))).Then("attempt.succeeded a#1", "plan.patched", "attempt.started b#1", "attempt.started n#1");
        Assert.Equal("task a", run.Fact<PlanPatched>().Author);
    }

    [Fact]
    public void The_last_task_of_a_phase_may_add_to_it_before_it_ends()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x"))).Starts();
        run.Does(Success(run, "a", Patch(PlanChange.AddTask("one", New("n"))))).Then("attempt.succeeded a#1", "plan.patched", "attempt.started n#1");
        run.Succeeds("n").Then("attempt.succeeded n#1", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void A_proposal_that_is_refused_is_recorded_and_the_task_is_done_all_the_same()
    {
        var run = Chain().Starts();
        run.Does(Success(run, "a", Patch(PlanChange.SkipTask("a", "Why not.")))).Then("attempt.succeeded a#1", "plan.patch_refused", "attempt.started b#1");
        Assert.Equal(RunTaskStatus.Succeeded, run["a"].Status);
    }

    [Fact]
    public void A_proposal_of_an_attempt_that_is_no_longer_out_is_passed_over()
    {
        var run = Chain().Starts();
        var late = Success(run, "a", Patch(PlanChange.SkipTask("c", "Why not.")));
        run.Succeeds("a").Does(late).Then("attempt.ignored a#1");
    }

    [Fact]
    public void Agents_that_are_not_there_are_not_given_work()
    {
        var run = Chain().Starts();
        run.State.VerifyPlan = plan => PlanVerifier.Verify(plan, null, ["x"]);
        run.Does(Patch(PlanChange.AddTask("two", New("n") with { Agent = "y" }))).Then("plan.patch_refused");
        Assert.Equal("/changes/0/addTask/task/agent", Assert.Single(run.Fact<PlanPatchRefused>().Problems).Pointer);
    }

    [Fact]
    public void What_was_done_before_a_restart_can_be_replaced_when_it_is_to_be_done_again()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x")).Phase("two", phase => phase.Task("b", "x").Task("c", "x"))).Starts().Succeeds("a").Succeeds("b").Fails("c");
        Assert.Equal(RunStatus.Failed, run.Status);
        run.RestartsAtTask("b").Then("run.restarted b", "phase.reopened two 2 [b c]", "phase.started two", "attempt.started b#2");
        run.Does(Patch(PlanChange.ReplaceTask(New("c") with { Agent = "y" }))).Then("plan.patched");
        run.Succeeds("b").Then("attempt.succeeded b#2", "attempt.started c#2");
        Assert.Equal("y", run.Fact<AttemptStarted>().Agent);
    }

    [Fact]
    public void A_task_between_two_turns_has_begun()
    {
        var run = new RunScenario(new OrchestrationPlan
        {
            Id = "plan",
            Phases =
            [
                new PhaseDefinition { Id = "one", Tasks = [New("a") with { Repeat = new RepeatDefinition { Until = OrchestrationEngine.Expressions.ConditionExpression.Parse("false"), Max = 3, Delay = TimeSpan.FromMinutes(1) } }] },
            ],
        }).Starts();
        run.Succeeds("a");
        if (run.State.TurnOf(0) > 1)
        {
            run.Does(Patch(PlanChange.ReplaceTask(New("a")))).Then("plan.patch_refused");
        }
    }

    private static RunScenario Chain() => new(plan => plan
        .Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x", task => task.After("a")).Task("c", "x", task => task.After("b")))
        .Phase("two", phase => phase.Task("d", "x")));

    private static TaskDefinition New(string id, params string[] after) => new() { Id = id, Agent = "x", DependsOn = after };

    private static RunCommand.Patch Patch(params PlanChange[] changes) => new(PlanPatch.Of(changes), "task a", "Because.");

    private static RunCommand.ReportSuccess Success(RunScenario run, string task, RunCommand.Patch proposal) => new(run.Index(task), run[task].Attempts, default) { Proposal = proposal };
}
