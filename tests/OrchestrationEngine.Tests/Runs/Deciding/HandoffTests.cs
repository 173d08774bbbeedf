using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

/// <summary>What becomes of a task whose handoff was rejected, or about whose handoff a person is asked.</summary>
public sealed class HandoffTests
{
    private static readonly ContractViolation Missing = new() { Contract = "coverage", Rule = "missing", Message = "There is no 'coverage'." };

    [Fact]
    public void What_was_wrong_with_the_last_rejected_attempt_is_kept_for_the_next_ones_until_the_task_succeeds()
    {
        var run = Run().Starts().Succeeds("d");
        Rejects(run, 1, "a", "b").Then("handoff.rejected a#1", "handoff.rejected a#1", "attempt.failed a#1 ContractViolation", "task.retry_scheduled a +0s", "attempt.started a#2");
        Assert.Equal(["a", "b"], Feedback(run));

        // An attempt that fails otherwise says nothing about the content, and one that is rejected says all that is left.
        run.Fails("a").Then("attempt.failed a#2 Unknown", "task.retry_scheduled a +0s", "attempt.started a#3");
        Assert.Equal(["a", "b"], Feedback(run));
        run.Reloads().Then("attempt.abandoned a#3", "task.retry_scheduled a +0s", "attempt.started a#4");
        Assert.Equal(["a", "b"], Feedback(run));
        Rejects(run, 4, "c").Then("handoff.rejected a#4", "attempt.failed a#4 ContractViolation", "task.retry_scheduled a +0s", "attempt.started a#5");
        Assert.Equal(["c"], Feedback(run));
        run.Succeeds("a").Then("attempt.succeeded a#5", "attempt.started b#1");
        Assert.Empty(run.State.Handoffs.Feedback);
    }

    [Theory]
    [InlineData(OnViolation.Quarantine, RunTaskStatus.Quarantined)]
    [InlineData(OnViolation.Fail, RunTaskStatus.Failed)]
    public void A_task_whose_last_attempt_was_rejected_is_set_aside_or_fails_as_it_says(OnViolation policy, RunTaskStatus expected)
    {
        var run = Run(task => task with { OnViolation = policy, Retry = RetryPolicy.None }).Starts().Succeeds("d");
        Rejects(run, 1, "a").Are(expected, "a").Are(RunTaskStatus.Canceled, "b");
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Empty(run.State.Handoffs.Feedback);
    }

    [Fact]
    public void An_agent_that_calls_its_own_output_a_violation_fails_the_task_as_before()
        => Run(task => task with { Retry = RetryPolicy.None }).Starts().Succeeds("d").Fails("a", FailureClass.ContractViolation).Are(RunTaskStatus.Failed, "a");

    [Fact]
    public void What_is_missing_for_good_ends_the_task_though_it_has_attempts_left()
    {
        var run = Run().Starts().Succeeds("d");
        Rejects(run, 1, retryable: false, "a").Are(RunTaskStatus.Quarantined, "a");
        Assert.Contains("It was rejected.", run["a"].Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Feedback_is_gone_when_the_task_is_done_anew()
    {
        var run = Run(task => task with { Retry = RetryPolicy.None }).Starts().Succeeds("d");
        Rejects(run, 1, "a");
        run.RestartsAtTask("a");
        Assert.Empty(run.State.Handoffs.Feedback);
        Assert.Equal(RunTaskStatus.Running, run["a"].Status);
    }

    [Fact]
    public void A_consumer_gets_what_was_made_for_it_and_the_others_get_the_output()
    {
        var run = Run().Starts().Succeeds("d");
        run.Does(new RunCommand.ReportSuccess(run.Index("a"), 1, JsonData.Parse("1")) { Records = [Sent("b", "2")] }).Then("handoff.validated a#1", "attempt.succeeded a#1", "attempt.started b#1");
        Assert.Equal("2", Bound(run, "b"));
        Assert.Equal("1", Bound(run, "c"));
        Assert.True(run.State.Scope.For(run.Index("b")).TryResolve(OrchestrationEngine.Expressions.DataPath.Parse("tasks.a.output"), out var seen, out _));
        Assert.Equal("1", seen.GetRawText());

        // In another generation it is made anew.
        run.Fails("b", retryable: false).RestartsAtTask("a").Succeeds("a", "3");
        Assert.Equal("3", Bound(run, "b"));
    }

    [Fact]
    public void A_deep_binding_leads_into_what_was_made_for_the_consumer()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.Bind("in", "tasks.a.output.deep")))).Starts();
        run.Does(new RunCommand.ReportSuccess(0, 1, JsonData.Parse("{}")) { Records = [Sent("b", """{"deep":7}""")] });
        Assert.Equal("7", Bound(run, "b"));
    }

    [Fact]
    public void A_task_about_which_a_person_is_asked_waits_and_others_go_on()
    {
        var run = Run(room: 1).Starts();
        Asks(run).Then("handoff.asked a#1", "attempt.started d#1");
        run.Are(RunTaskStatus.Waiting, "a").Passes(100_000).Then();
        Assert.Equal(1, run.State.AttemptsOut);
        var reason = WaitReasons.Of(run.State, run.Now).Single(wait => wait.Task == "a").Reason;
        Assert.Contains("waits for a person since 2026-01-01 00:00:00Z", reason, StringComparison.Ordinal);
        Assert.Contains("There is no 'coverage'.", reason, StringComparison.Ordinal);
        run.Succeeds("d").Then("attempt.succeeded d#1");
        Assert.Equal(RunStatus.Running, run.Status);
    }

    [Fact]
    public void What_a_person_accepts_is_the_output_as_it_is()
    {
        var run = Run().Starts();
        Asks(run, Sent("b", "2"));
        Decides(run, HandoffChoice.Accept).Then("handoff.decided a#1 Accept", "task.succeeded a", "attempt.started b#1").Has("a", """{"x":1}""");
        Assert.Equal("2", Bound(run, "b"));
        Assert.Equal(("Ada", "It is so."), (run.Fact<HandoffDecided>().By, run.Fact<HandoffDecided>().Reason));
    }

    [Fact]
    public void A_person_who_has_it_tried_again_gives_the_agent_the_reason_and_costs_it_no_attempt()
    {
        var run = Run(task => task with { Retry = RetryPolicy.None }).Starts();
        Asks(run, Sent("b", "2"));
        Decides(run, HandoffChoice.Retry).Then("handoff.decided a#1 Retry", "task.retry_scheduled a +0s", "attempt.started a#2");
        Assert.Equal(["coverage", "decision"], Feedback(run));
        Assert.Equal("It is so.", run.State.Handoffs.Feedback[0].Violations[1].Message);
        run.Succeeds("a", "5").Then("attempt.succeeded a#2", "attempt.started b#1");

        // What was made of the output that nobody took is gone with it.
        Assert.Equal("5", Bound(run, "b"));
    }

    [Fact]
    public void A_person_who_goes_on_without_leaves_the_task_out()
    {
        var run = Run().Starts();
        Asks(run);
        Decides(run, HandoffChoice.Skip).Then("handoff.decided a#1 Skip", "task.skipped a", "task.skipped b", "task.skipped c");
        Assert.Contains("Ada decided to go on without it: It is so.", run.Fact<TaskSkipped>(1).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OnViolation.Quarantine, RunTaskStatus.Quarantined)]
    [InlineData(OnViolation.Fail, RunTaskStatus.Failed)]
    public void A_person_who_gives_it_up_ends_the_task_as_it_says(OnViolation policy, RunTaskStatus expected)
    {
        var run = Run(task => task with { OnViolation = policy }).Starts();
        Asks(run);
        Decides(run, HandoffChoice.Fail).Are(expected, "a");
        Assert.Contains("Ada gave it up: It is so.", run["a"].Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_counts_once_and_only_for_the_attempt_that_it_is_about()
    {
        var run = Run().Starts();
        Decides(run, HandoffChoice.Accept).Then();
        Assert.Contains("Nobody is asked about Task 'a': it is Running.", run.Refusal, StringComparison.Ordinal);
        Asks(run);
        Decides(run, HandoffChoice.Accept, attempt: 7).Then();
        Assert.Contains("The decision is about attempt 7 of Task 'a'; what is asked about is attempt 1.", run.Refusal, StringComparison.Ordinal);
        Decides(run, HandoffChoice.Accept, attempt: 1);
        Decides(run, HandoffChoice.Fail).Then();
        Assert.Contains("Nobody is asked about Task 'a': it is Succeeded.", run.Refusal, StringComparison.Ordinal);
        run.Does(new RunCommand.DecideHandoff("aa", null, Decision(HandoffChoice.Accept))).Then();
        Assert.Contains("has no task 'aa'. Did you mean 'a'?", run.Refusal, StringComparison.Ordinal);
        run.Does(new RunCommand.DecideHandoff("a", 2, Decision(HandoffChoice.Accept))).Then();
        Assert.Contains("has no item 2", run.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_ends_with_the_task_the_phase_or_the_run()
    {
        Asks(Run().Starts()).CancelsTasks("a").Then("task.canceled a", "task.skipped b", "task.skipped c").Are(RunTaskStatus.Canceled, "a");
        var canceled = Asks(Run().Starts()).Cancels();
        canceled.Succeeds("d").Are(RunTaskStatus.Canceled, "a");
        Assert.Equal(RunStatus.Canceled, canceled.Status);
        Assert.Empty(canceled.State.Handoffs.Asked);

        var timed = new RunScenario(Plan(task => task) is var plan ? plan with { Phases = [plan.Phases[0] with { Timeout = TimeSpan.FromSeconds(10) }] } : null!).Starts();
        Asks(timed).Succeeds("d").Passes(10).Are(RunTaskStatus.Canceled, "a");
        Assert.Equal(RunStatus.Failed, timed.Status);
    }

    [Fact]
    public void A_decision_that_comes_when_the_run_is_being_stopped_is_refused()
    {
        var run = Asks(Run().Starts()).Cancels();
        Decides(run, HandoffChoice.Accept).Then();
        Assert.Contains("is being stopped (No more.)", run.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_of_an_attempt_that_is_being_stopped_is_not_asked()
    {
        var run = Run().Starts().CancelsTasks("a");
        Asks(run).Then("handoff.asked a#1", "task.canceled a", "task.skipped b", "task.skipped c");
    }

    [Fact]
    public void A_question_of_an_attempt_that_is_no_longer_out_is_ignored()
    {
        var run = Run().Starts().Fails("a");
        run.Does(new RunCommand.ReportQuestion(run.Index("a"), 1, Question(1))).Then("attempt.ignored a#1");
    }

    [Fact]
    public void A_person_may_decide_while_the_run_is_held()
    {
        var run = Asks(Run().Starts()).Pauses();
        Decides(run, HandoffChoice.Accept).Then("handoff.decided a#1 Accept", "task.succeeded a");
        run.Resumes().Then("run.resumed", "attempt.started b#1");
    }

    [Fact]
    public void A_question_lasts_through_a_restart_of_the_process()
    {
        var run = Asks(Run().Starts(), Sent("b", "2")).Reloads();
        Assert.Equal(RunTaskStatus.Waiting, run["a"].Status);
        Decides(run, HandoffChoice.Accept);
        Assert.Equal("2", Bound(run, "b"));
    }

    [Fact]
    public void What_the_agent_would_have_changed_of_the_plan_is_judged_when_its_output_is_accepted()
    {
        var patch = PlanPatch.Of(PlanChange.AddTask("one", new TaskDefinition { Id = "new", Agent = "x" }));
        var run = Run().Starts();
        run.Does(new RunCommand.ReportQuestion(run.Index("a"), 1, Question(1) with { Patch = patch, PatchReason = "More work." }));
        Decides(run, HandoffChoice.Accept).Then("handoff.decided a#1 Accept", "task.succeeded a", "plan.patched", "attempt.started b#1", "attempt.started new#1");
        Assert.Equal(("task a", "More work."), (run.Fact<PlanPatched>().Author, run.Fact<PlanPatched>().Reason));
    }

    [Fact]
    public void A_turn_of_a_loop_that_a_person_accepts_is_a_turn()
    {
        var run = Run(task => task with { Repeat = new RepeatDefinition { Until = OrchestrationEngine.Expressions.ConditionExpression.Parse("turn == 2"), Max = 3 } }).Starts();
        Asks(run);
        Decides(run, HandoffChoice.Accept).Then("handoff.decided a#1 Accept", "task.succeeded a again", "attempt.started a#2");
        Asks(run, attempt: 2);
        Decides(run, HandoffChoice.Accept).Then("handoff.decided a#2 Accept", "task.succeeded a", "attempt.started b#1");
    }

    [Fact]
    public void An_item_of_a_list_has_questions_and_feedback_of_its_own()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Task("each", "x", task => task.ForEach("[1, 2]").Retry(new RetryPolicy { MaxAttempts = 2 })))).Starts();
        var item = run.ItemOf("each", 1);
        run.Does(new RunCommand.ReportQuestion(item, 1, Question(1) with { Task = "each", Item = 1 })).Then("handoff.asked each[1]#1");
        Assert.Contains("Item 1 of task 'each' waits for a person", WaitReasons.Of(run.State, run.Now).Single(wait => wait.Task == "each").Reason, StringComparison.Ordinal);
        run.SucceedsItem("each", 0, "1");
        run.Does(new RunCommand.DecideHandoff("each", 1, Decision(HandoffChoice.Retry))).Then("handoff.decided each[1]#1 Retry", "task.retry_scheduled each[1] +0s", "attempt.started each[1]#2");
        Assert.True(run.State.Handoffs.Feedback.ContainsKey(item));
        run.SucceedsItem("each", 1, "2").Has("each", "[1,2]");
        Assert.Empty(run.State.Handoffs.Feedback);
        Assert.Equal(RunStatus.Succeeded, run.Status);
    }

    private static RunScenario Run(Func<TaskDefinition, TaskDefinition>? change = null, int room = 1000) => new(Plan(change ?? (task => task)), room: room);

    // What "a" makes, "b" and "c" need, one after the other; "d" stands alone.
    private static OrchestrationPlan Plan(Func<TaskDefinition, TaskDefinition> change)
    {
        var plan = new PlanBuilder("plan").Phase("one", phase => phase.Parallel()
            .Task("a", "x", task => task.Retry(new RetryPolicy { MaxAttempts = 9, InitialDelay = TimeSpan.Zero }))
            .Task("b", "x", task => task.Bind("in", "tasks.a.output"))
            .Task("c", "x", task => task.Bind("in", "tasks.a.output").After("b"))
            .Task("d", "x", task => task.When("true"))).Build();
        return plan with { Phases = [plan.Phases[0] with { Tasks = [change(plan.Phases[0].Tasks[0]), .. plan.Phases[0].Tasks.Skip(1)] }] };
    }

    private static RunScenario Rejects(RunScenario run, int attempt, params string[] contracts) => Rejects(run, attempt, retryable: true, contracts);

    private static RunScenario Rejects(RunScenario run, int attempt, bool retryable, params string[] contracts)
        => run.Does(new RunCommand.ReportFailure(run.Index("a"), attempt, new Failure(FailureClass.ContractViolation, "It was rejected."), retryable, null, 0)
        {
            Records = [.. contracts.Select(contract => new HandoffRejected { Task = "a", Attempt = attempt, Contract = contract, Violations = [Missing with { Contract = contract }] })],
        });

    private static RunScenario Asks(RunScenario run, params AttemptEvent[] records) => Asks(run, 1, records);

    private static RunScenario Asks(RunScenario run, int attempt, params AttemptEvent[] records)
        => run.Does(new RunCommand.ReportQuestion(run.Index("a"), attempt, Question(attempt)) { Records = records });

    private static HandoffAsked Question(int attempt) => new() { Task = "a", Attempt = attempt, Handoffs = ["h"], Violations = [Missing], Output = JsonData.Parse("""{"x":1}""") };

    private static RunScenario Decides(RunScenario run, HandoffChoice choice, int? attempt = null)
        => run.Does(new RunCommand.DecideHandoff("a", null, Decision(choice, attempt)));

    private static HandoffDecision Decision(HandoffChoice choice, int? attempt = null) => new() { Choice = choice, By = "Ada", Reason = "It is so.", Attempt = attempt };

    private static HandoffValidated Sent(string to, string value) => new() { Task = "a", Attempt = 1, Handoff = "h", To = to, Transforms = ["select"], Output = JsonData.Parse(value) };

    private static string Bound(RunScenario run, string task) => new RunScope(run.State).Bind(run.Index(task), out _)![0].ToString();

    private static IEnumerable<string> Feedback(RunScenario run) => run.State.Handoffs.Feedback[run.Index("a")].Violations.Select(each => each.Contract);
}
