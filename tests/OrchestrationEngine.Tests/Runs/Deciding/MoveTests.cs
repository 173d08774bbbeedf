using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class MoveTests
{
    [Fact]
    public void A_run_goes_on_by_the_new_version_with_what_was_done_before()
    {
        var run = Run().Starts().Succeeds("a", "\"made\"");
        run.Does(Move(plan => plan.Version("2")
            .Phase("one", phase => phase.Task("a", "x").Task("b", "x").Task("n", "x"))
            .Phase("two", phase => phase.Task("c", "x"))));
        run.Then("plan.moved");
        Assert.Equal("2", run.State.Graph.Plan.Version);
        Assert.Equal(JsonData.String("made"), run["a"].Output);
        run.Succeeds("b").Then("attempt.succeeded b#1", "attempt.started n#1");
        run.Succeeds("n").Then("attempt.succeeded n#1", "phase.completed one", "phase.started two", "attempt.started c#1");
        run.Succeeds("c").Then("attempt.succeeded c#1", "phase.completed two", "run.completed Succeeded");
    }

    [Fact]
    public void What_has_started_and_is_gone_needs_a_mapping()
    {
        var run = Run().Starts().Succeeds("a", "\"made\"");
        var next = Plan(plan => plan.Phase("first", phase => phase.Task("aa", "x").Task("b", "x")).Phase("two", phase => phase.Task("c", "x")));
        var verdict = Judge(run, next);
        Assert.Equal(MoveOutcome.NeedsMapping, verdict.Outcome);
        Assert.Equal(
            [
                "needs mapping: Phase 'one' is Running, and the new plan has no phase of this name. Say in the renames what it is called there.",
                "needs mapping: Task 'a' is Succeeded, and the new plan has no task of this name. Say in the renames what it is called there.",
            ],
            verdict.Reasons.Select(reason => reason.ToString()));

        run.Does(new RunCommand.Move(next, Renames(("one", "first"), ("a", "aa")), "me", "why")).Then("plan.moved");
        Assert.Equal(JsonData.String("made"), run["aa"].Output);
        run.Succeeds("b").Then("attempt.succeeded b#1", "phase.completed first", "phase.started two", "attempt.started c#1");
    }

    [Fact]
    public void What_is_under_way_must_be_the_same_work()
    {
        var run = Run().Starts();
        Assert.Equal(
            ["impossible: /phases/0/tasks/0/agent: Task 'a' is Running with agent 'x'; the new plan has agent 'y'. What is under way ends as it began."],
            Judge(run, Plan(plan => plan.Phase("one", phase => phase.Task("a", "y").Task("b", "x")).Phase("two", phase => phase.Task("c", "x")))).Reasons.Select(reason => reason.ToString()));

        var renamed = Judge(run, Plan(plan => plan.Phase("one", phase => phase.Task("aa", "x").Task("b", "x")).Phase("two", phase => phase.Task("c", "x"))), Renames(default, ("a", "aa")));
        Assert.Equal(MoveOutcome.Impossible, renamed.Outcome);
        Assert.Equal("/phases/0/tasks/0/id", renamed.Reasons[0].Pointer);

        var later = Judge(run, Plan(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.Timeout(TimeSpan.FromHours(1))).Task("b", "x")).Phase("two", phase => phase.Task("c", "x"))));
        Assert.Equal(MoveOutcome.Safe, later.Outcome);
        Assert.Equal("note: /phases/0/tasks/0: Task 'a' is Running; what the new plan says of it otherwise (timeout) counts from now on, and for its inputs from the next attempt on.", Assert.Single(later.Reasons).ToString());
    }

    [Fact]
    public void What_has_ended_may_be_said_otherwise_and_is_a_note()
    {
        var run = Run().Starts().Succeeds("a");
        var verdict = Judge(run, Plan(plan => plan.Phase("one", phase => phase.Task("a", "y").Task("b", "x")).Phase("two", phase => phase.Task("c", "x"))));
        Assert.Equal(MoveOutcome.Safe, verdict.Outcome);
        Assert.Equal("note: /phases/0/tasks/0: Task 'a' has ended as Succeeded; what the new plan says of it otherwise (agent) counts only if it is done again.", Assert.Single(verdict.Reasons).ToString());
    }

    [Fact]
    public void What_a_task_hands_over_that_has_begun_keeps_its_terms()
    {
        var before = With(Handoff("h", "a", "c", "limit"), maxBytes: 10);
        var run = new RunScenario(before).Starts().Succeeds("a", "{\"x\":1}");
        Assert.Equal(MoveOutcome.Safe, Judge(run, before with { Version = "2" }).Outcome);

        var reason = Assert.Single(Judge(run, With(Handoff("h", "a", "c", "limit"), maxBytes: 9)).Reasons, each => each.Outcome == MoveOutcome.Impossible);
        Assert.Equal(("/handoffs/0", "h"), (reason.Pointer, reason.Subject));
        Assert.StartsWith("Handoff 'h' says something else than before, and its sender 'a' is Succeeded:", reason.Message, StringComparison.Ordinal);

        Assert.Equal(["/handoffs/0", "/handoffs"], Judge(run, With(Handoff("other", "a", "c", "limit"), maxBytes: 10)).Reasons.Where(each => each.Outcome == MoveOutcome.Impossible).Select(each => each.Pointer));

        // Its sender is to begin, so that it begins with the new terms.
        Assert.Equal(MoveOutcome.Safe, Judge(run, before with { Version = "2", Handoffs = [.. before.Handoffs, Handoff("later", "c", "d", "limit")] }).Outcome);

        static HandoffDefinition Handoff(string id, string from, string to, string contract)
            => new() { Id = id, From = from, To = to, Sends = [new HandoffPart { Name = "x", Contract = new ContractUse { Name = contract } }] };

        static OrchestrationPlan With(HandoffDefinition handoff, long maxBytes) => Plan(plan => plan
            .Phase("one", phase => phase.Task("a", "x").Task("b", "x"))
            .Phase("two", phase => phase.Task("c", "x").Task("d", "x"))) with
        {
            Contracts = [new PlanContract { Name = "limit", Contract = new ContractDefinition { MaxBytes = maxBytes } }],
            Handoffs = [handoff],
        };
    }

    [Fact]
    public void A_phase_that_has_ended_gets_nothing_more_to_do()
    {
        var run = Run().Starts().Succeeds("a").Succeeds("b");
        var verdict = Judge(run, Plan(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x").Task("n", "x")).Phase("two", phase => phase.Task("c", "x"))));
        Assert.Equal("impossible: /phases/0/tasks/2: Task 'n' has not been done, and its phase 'one' has ended as Completed. Put it into a phase that has not.", Assert.Single(verdict.Reasons).ToString());
    }

    [Fact]
    public void What_has_not_started_may_be_gone()
    {
        var run = Run().Starts();
        var verdict = Judge(run, Plan(plan => plan.Phase("one", phase => phase.Task("a", "x"))));
        Assert.Equal(MoveOutcome.Safe, verdict.Outcome);
        Assert.Equal(["two", "b", "c"], verdict.Reasons.Select(reason => reason.Subject));
        run.Does(Move(plan => plan.Phase("one", phase => phase.Task("a", "x")))).Succeeds("a").Then("attempt.succeeded a#1", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void Nothing_is_put_before_what_is_under_way_and_what_has_ended_does_not_mind()
    {
        var run = Run().Starts().Succeeds("a");
        var verdict = Judge(run, Plan(plan => plan.Phase("one", phase => phase.Parallel().Task("n", "x").Task("a", "x", task => task.After("n")).Task("b", "x", task => task.After("n"))).Phase("two", phase => phase.Task("c", "x"))));
        Assert.Contains(verdict.Reasons, reason => reason is { Outcome: MoveOutcome.Impossible, Subject: "b" } && reason.Message.Contains("would come before task 'b'", StringComparison.Ordinal));
        Assert.Contains(verdict.Reasons, reason => reason is { Outcome: MoveOutcome.Safe, Subject: "a" } && reason.Message.Contains("changes nothing any more", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_that_is_not_good_or_not_the_run_s_is_none_to_go_on_by()
    {
        var run = Run().Starts();
        var verdict = Judge(run, new OrchestrationPlan { Id = "other", Phases = [] });
        Assert.Equal(["/id", "/phases"], verdict.Reasons.Select(reason => reason.Pointer));
        Assert.Equal(MoveOutcome.Impossible, verdict.Outcome);
        run.Does(new RunCommand.Move(new OrchestrationPlan { Id = "other", Phases = [] }, PlanRenames.None, "me", "why")).Then();
        Assert.Equal(MoveOutcome.Impossible, MoveRules.VerdictOf(run.Refusal!)!.Outcome);
    }

    [Fact]
    public void A_new_input_gets_its_default_and_one_that_is_required_can_not_be_had()
    {
        var run = new RunScenario(plan => plan.Input("old").Phase("one", phase => phase.Task("a", "x").Task("b", "x")), """{"old":1}""").Starts();
        var next = new PlanBuilder("plan").Input("new", defaultValue: JsonData.Parse("7")).Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.When("inputs.new == 8"))).Build();
        Assert.Equal("old", Assert.Single(Judge(run, next).Reasons).Subject);
        run.Does(new RunCommand.Move(next, PlanRenames.None, "me", "why")).Then("plan.moved");
        Assert.Equal("""{"old":1,"new":7}""", run.State.Inputs.ToString());
        run.Succeeds("a").Then("attempt.succeeded a#1", "task.skipped b", "phase.completed one", "run.completed Succeeded");

        var other = Run().Starts();
        var asking = new PlanBuilder("plan").Input("new", required: true).Phase("one", phase => phase.Task("a", "x").Task("b", "x")).Build();
        Assert.Contains(Judge(other, asking).Reasons, reason => reason is { Outcome: MoveOutcome.Impossible, Pointer: "/inputs/new" });
    }

    [Fact]
    public void Renames_lead_from_somewhere_to_somewhere()
    {
        var run = Run().Starts();
        var verdict = Judge(
            run,
            Plan(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")).Phase("two", phase => phase.Task("c", "x"))),
            new PlanRenames { Tasks = new Dictionary<string, string> { ["q"] = "a", ["b"] = "z", ["c"] = "a" } });
        Assert.Equal(
            [
                "Task 'b' is to be called 'z', but the new plan has no task 'z'.",
                "'q' is to be called 'a', but the run's plan has no task 'q'.",
                "Tasks 'c' and 'q' are both to be called 'a'.",
            ],
            verdict.Reasons.Where(reason => reason.Outcome == MoveOutcome.Impossible).Select(reason => reason.Message.Split(" Did you mean")[0]).Where(message => !message.Contains("which the run's plan has", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_late_answer_of_a_task_of_the_plan_before_is_none_of_its_namesake()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().Task("a", "x", task => task.Timeout(TimeSpan.FromSeconds(10)))).Phase("two", phase => phase.Task("b", "x")), grace: TimeSpan.Zero).Starts();
        var before = run.State.Edition;
        run.Passes(10);
        Assert.Equal(RunStatus.Failed, run.Status);
        run.RestartsAtPhase("two");
        Assert.Equal(RunTaskStatus.Running, run["a"].Status);
        run.Succeeds("a");
        run.Does(new RunCommand.Move(
            Plan(plan => plan.Phase("one", phase => phase.Parallel().Task("aa", "x")).Phase("two", phase => phase.Parallel().Task("b", "x").Task("a", "x"))),
            Renames(default, ("a", "aa")),
            "me",
            "why")).Then("plan.moved", "attempt.started a#1");
        run.Does(new RunCommand.ReportSuccess(0, 1, default) { Edition = before }).Then("attempt.ignored aa#1");
    }

    private static RunScenario Run() => new(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")).Phase("two", phase => phase.Task("c", "x")));

    private static OrchestrationPlan Plan(Action<PlanBuilder> write)
    {
        var builder = new PlanBuilder("plan");
        write(builder);
        return builder.Build();
    }

    private static RunCommand.Move Move(Action<PlanBuilder> write) => new(Plan(write), PlanRenames.None, "me", "why");

    private static MoveVerdict Judge(RunScenario run, OrchestrationPlan plan, PlanRenames? renames = null) => MoveRules.Judge(run.State, plan, renames ?? PlanRenames.None, each => PlanVerifier.Verify(each));

    private static PlanRenames Renames((string From, string To) phase, params (string From, string To)[] tasks) => new()
    {
        Phases = phase == default ? [] : new Dictionary<string, string> { [phase.From] = phase.To },
        Tasks = tasks.ToDictionary(pair => pair.From, pair => pair.To),
    };
}
