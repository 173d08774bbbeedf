using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

/// <summary>Tasks that wait for times and signals.</summary>
public sealed class WaitTests
{
    private const string Inputs = """{"go":"go","stop":"stop","at":"2026-01-01T00:01:00+00:00","past":"2025-12-31T23:00:00Z","number":7}""";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_timer_comes_when_its_time_has_passed_and_needs_no_room()
    {
        var run = Run(phase => phase.Wait("w", TimeSpan.FromSeconds(60)).Task("a", "x", task => task.After("w")), room: 1).Starts()
            .Then("run.started", "phase.started one", "task.waiting w");
        Assert.Equal(Start.AddSeconds(60), run.Fact<TaskWaiting>().Dues![""]);
        Assert.Equal(RunTaskStatus.Waiting, run["w"].Status);
        Assert.Equal(0, run.State.AttemptsOut);
        run.Passes(59).Then();
        run.Passes(1).Then("task.succeeded w", "attempt.started a#1");
        Assert.True(run["w"].Output.IsNull);
    }

    [Fact]
    public void A_timer_of_a_stated_time_comes_then_and_one_of_the_past_at_once()
    {
        Run(phase => phase.WaitUntil("w", "${inputs.at}")).Starts().Passes(59).Then().Passes(1).Then("task.succeeded w", "phase.completed one", "run.completed Succeeded");
        Run(phase => phase.WaitUntil("w", "${inputs.past}")).Starts().Passes(0).Then("task.succeeded w", "phase.completed one", "run.completed Succeeded");
    }

    [Theory]
    [InlineData("${inputs.number}", "gives 7; expected a time with its offset")]
    [InlineData("${inputs.go}", "gives \"go\"; expected a time with its offset")]
    [InlineData("${inputs.go.deep}", "can't be read")]
    public void A_time_that_is_none_fails_the_task_and_says_so(string at, string expected)
    {
        var run = Run(phase => phase.WaitUntil("w", at)).Starts();
        var failed = run.Fact<TaskFailed>();
        Assert.Equal(FailureClass.InvalidInput, failed.Failure.Class);
        Assert.Contains(expected, failed.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Fact]
    public void A_signal_whose_name_is_no_text_fails_the_task_and_says_so()
        => Assert.Contains("gives 7; expected the name of a signal", Run(phase => phase.Signal("w", "${inputs.number}")).Starts().Fact<TaskFailed>().Failure.Message, StringComparison.Ordinal);

    [Fact]
    public void A_signal_ends_the_wait_for_it_and_what_it_brings_is_the_output()
    {
        var run = Run(phase => phase.Signal("w", "${inputs.go}")).Starts();
        run.Hears("1", "other").Then("signal.received other");
        run.Hears("2", "go", "{\"by\":\"Ada\"}").Then("signal.received go", "task.succeeded w", "phase.completed one", "run.completed Succeeded");
        Assert.Equal("{\"by\":\"Ada\"}", run["w"].Output.ToString());
        Assert.Equal("2", run.Fact<TaskSucceeded>().Signal);
        Assert.Equal([null, "w"], RunSnapshot.Of(run.State).Signals.Select(signal => signal.Task));
    }

    [Fact]
    public void A_signal_that_came_before_the_wait_is_kept_for_it()
        => Run(phase => phase.Task("a", "x").Signal("w", "${inputs.go}", configure: task => task.After("a"))).Starts()
            .Hears("1").Then("signal.received go")
            .Succeeds("a").Then("attempt.succeeded a#1", "task.waiting w", "task.succeeded w", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_transient_wait_takes_no_signal_that_came_before_it_and_leaves_it_to_others()
    {
        var run = Run(phase => phase.Parallel()
                .Task("a", "x")
                .Signal("now", "${inputs.go}", mode: SignalMode.Transient, configure: task => task.After("a"))
                .Signal("then", "${inputs.go}", configure: task => task.After("a"))).Starts()
            .Hears("1").Succeeds("a").Then("attempt.succeeded a#1", "task.waiting now", "task.waiting then", "task.succeeded then");
        run.Hears("2").Then("signal.received go", "task.succeeded now", "phase.completed one", "run.completed Succeeded");
        Assert.Equal(["then", "now"], RunSnapshot.Of(run.State).Signals.Select(signal => signal.Task));
    }

    [Fact]
    public void Signals_are_consumed_once_the_oldest_first_by_the_wait_that_began_first()
    {
        var run = Run(phase => phase.Parallel()
                .Task("a", "x")
                .Signal("late", "${inputs.go}", configure: task => task.After("a"))
                .Signal("early", "${inputs.go}")).Starts()
            .Succeeds("a").Then("attempt.succeeded a#1", "task.waiting late");
        run.Hears("1", payload: "1").Then("signal.received go", "task.succeeded early");
        run.Hears("1", payload: "7").Then();
        run.Hears("2", payload: "2").Then("signal.received go", "task.succeeded late", "phase.completed one", "run.completed Succeeded");
        Assert.Equal(("1", "2"), (run["early"].Output.ToString(), run["late"].Output.ToString()));
    }

    [Fact]
    public void Only_signals_count_that_satisfy_the_condition_of_the_wait()
    {
        var run = Run(phase => phase.Signal("w", "${inputs.go}", where: "signal.payload.ok")).Starts()
            .Hears("1", payload: "{\"ok\":false}").Then("signal.received go")
            .Hears("2", payload: "[]").Then("signal.received go");
        var reason = Assert.Single(WaitReasons.Of(run.State, run.Now));
        Assert.Equal("w", reason.Task);
        Assert.StartsWith("The task waits for signal 'go'. Signal 'go' (2) does not count: ", reason.Reason, StringComparison.Ordinal);
        run.Hears("3", payload: "{\"ok\":true}").Then("signal.received go", "task.succeeded w", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void The_first_branch_of_a_deferred_choice_that_comes_decides()
    {
        var run = Choice().Starts();
        var waiting = run.Fact<TaskWaiting>();
        Assert.Equal(new Dictionary<string, string> { ["yes"] = "go", ["no"] = "stop" }, waiting.Signals);
        Assert.Equal(new Dictionary<string, DateTimeOffset> { ["late"] = Start.AddSeconds(60) }, waiting.Dues);
        run.Hears("1", "stop", "7").Then("signal.received stop", "task.succeeded w", "phase.completed one", "run.completed Succeeded");
        Assert.Equal("""{"branch":"no","value":7}""", run["w"].Output.ToString());
        Assert.Equal("no", run.Fact<TaskSucceeded>().Branch);

        run = Choice().Starts().Passes(60).Then("task.succeeded w", "phase.completed one", "run.completed Succeeded");
        Assert.Equal("""{"branch":"late","value":null}""", run["w"].Output.ToString());

        // What came first counts, however late somebody looks.
        run = Choice().Starts().Pauses().Hears("1", "go").Then("signal.received go", "task.succeeded w").Passes(70).Then();
        Assert.Equal("""{"branch":"yes","value":null}""", run.Resumes()["w"].Output.ToString());
    }

    [Fact]
    public void Of_signals_that_are_there_when_a_deferred_choice_begins_the_oldest_decides()
        => Assert.Equal("no", Choice(phase => phase.Task("a", "x")).Starts().Hears("1", "stop").Hears("2", "go").Succeeds("a").Fact<TaskSucceeded>().Branch);

    [Fact]
    public void A_wait_that_takes_longer_than_its_limit_fails_as_timeout()
    {
        var run = Run(phase => phase.Signal("w", "${inputs.go}", configure: task => task.Timeout(TimeSpan.FromSeconds(10)))).Starts();
        Assert.Equal(run.Now.AddSeconds(10), Assert.Single(WaitReasons.Of(run.State, run.Now)).Until);
        run.Passes(10).Then("task.failed w Timeout", "phase.failed one", "run.completed Failed");
    }

    [Fact]
    public void A_timer_that_comes_at_the_limit_of_its_wait_has_come()
        => Run(phase => phase.Wait("w", TimeSpan.FromSeconds(10), task => task.Timeout(TimeSpan.FromSeconds(10)))).Starts().Passes(11)
            .Then("task.succeeded w", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_run_that_is_canceled_waits_no_longer()
        => Run(phase => phase.Signal("w", "${inputs.go}")).Starts().Cancels().Then("run.stopping Canceled", "phase.canceled one", "run.completed Canceled").Hears("1").Then();

    [Fact]
    public void A_wait_goes_on_where_it_was_when_the_run_is_loaded_again()
    {
        var run = Choice().Starts().Passes(30).Reloads().Then().Passes(29).Then();
        run.Reloads().Passes(1).Then("task.succeeded w", "phase.completed one", "run.completed Succeeded");
        Run(phase => phase.Signal("w", "${inputs.go}")).Starts().Reloads().Hears("1").Then("signal.received go", "task.succeeded w", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void A_wait_that_is_restarted_begins_anew_and_gets_no_signal_that_was_consumed()
    {
        var run = Run(phase => phase.Signal("w", "${inputs.go}").Task("a", "x", task => task.After("w"))).Starts().Hears("1").Fails("a").RestartsAtTask("w");
        run.Then("run.restarted w", "phase.reopened one 2 [w a]", "phase.started one", "task.waiting w");
        run.Hears("2").Then("signal.received go", "task.succeeded w", "attempt.started a#2");
    }

    [Fact]
    public void A_wait_that_is_repeated_begins_anew_each_time()
    {
        var run = Run(phase => phase.Signal("w", "${inputs.go}", configure: task => task.Repeat("tasks.w.output == 'last'", 3)).Task("a", "x", task => task.After("w"))).Starts()
            .Hears("1", payload: "\"first\"").Then("signal.received go", "task.succeeded w again", "task.waiting w");
        Assert.Equal((RunTaskStatus.Waiting, 2), (run["w"].Status, run["w"].Generation));
        run.Reloads().Hears("2", payload: "\"last\"").Then("signal.received go", "task.succeeded w", "attempt.started a#1");
        Assert.Equal(["w", "w"], RunSnapshot.Of(run.State).Signals.Select(signal => signal.Task));

        // Two that are there are two turns, and what can't go on fails.
        run = Run(phase => phase.Task("a", "x").Signal("w", "${inputs.go}", configure: task => task.After("a").Repeat("tasks.w.output == 'last'", 2))).Starts().Hears("1").Hears("2").Succeeds("a")
            .Then("attempt.succeeded a#1", "task.waiting w", "task.succeeded w again", "task.waiting w", "task.succeeded w again", "task.failed w InvalidOutput", "phase.failed one", "run.completed Failed");
        Run(phase => phase.Wait("w", TimeSpan.FromSeconds(5), task => task.Repeat("false", 2, onExhausted: ExhaustedLoop.Continue))).Starts()
            .Passes(5).Then("task.succeeded w again", "task.waiting w").Passes(5).Then("task.succeeded w", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void Items_of_a_list_wait_each_for_its_own()
    {
        // The reader has no form for it so far; the run has.
        var plan = new PlanBuilder("plan").Phase("one", phase => phase.Signal("w", "go")).Build();
        var wait = plan.Phases[0].Tasks[0] with
        {
            Wait = new WaitDefinition { Branches = [new WaitBranch { Signal = TextTemplate.Parse("${item}") }] },
            ForEach = new ForEachDefinition { Items = ValueExpression.Parse("['a', 'b', 'a']"), MaxParallel = 2 },
        };
        var run = new RunScenario(plan with { Phases = [plan.Phases[0] with { Tasks = [wait] }] }).Starts()
            .Then("run.started", "phase.started one", "task.expanded w [\"a\",\"b\",\"a\"]", "task.waiting w[0]", "task.waiting w[1]");
        run.Hears("1", "a", "1").Then("signal.received a", "task.succeeded w[0]", "task.waiting w[2]");
        run.Reloads().Hears("2", "a", "2").Then("signal.received a", "task.succeeded w[2]");
        run.Hears("3", "b", "3").Then("signal.received b", "task.succeeded w[1]", "task.succeeded w", "phase.completed one", "run.completed Succeeded");
        Assert.Equal("[1,3,2]", run["w"].Output.ToString());
    }

    [Fact]
    public void A_wait_that_is_canceled_alone_lets_the_run_go_on()
        => Run(phase => phase.Parallel().Signal("w", "${inputs.go}").Task("a", "x")).Starts().Does(new RunCommand.CancelTasks(new TaskSelection { Tasks = ["w"] }, "No more."))
            .Then("task.canceled w").Hears("1").Then("signal.received go").Succeeds("a").Then("attempt.succeeded a#1", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void Nothing_that_waits_is_without_a_reason()
    {
        var run = Choice().Starts();
        var reason = Assert.Single(WaitReasons.Of(run.State, run.Now));
        Assert.Equal("The task waits for signal 'go' or for signal 'stop' or until 2026-01-01 00:01:00Z.", reason.Reason);
        Assert.Equal(Start.AddSeconds(60), reason.Until);
    }

    [Fact]
    public void A_hundred_thousand_waits_are_served_in_their_order()
    {
        const int Waits = 100_000;
        var run = Run(phase =>
        {
            phase.Parallel();
            for (var i = 0; i < Waits; i++)
            {
                phase.Signal($"w{i}", "${inputs.go}");
            }
        });
        var state = run.State;
        var step = new RunStep(state);
        step.Decide(new RunCommand.Start(), Start);
        step.Advance(Start);
        for (var i = 0; i < Waits; i++)
        {
            step.Decide(new RunCommand.Signal($"{i}", "go", JsonData.Parse($"{i}")), Start);
        }

        step.Advance(Start);
        Assert.Equal(RunStatus.Succeeded, state.Status);
        Assert.All(Enumerable.Range(0, Waits), task => Assert.Equal($"{task}", state.Output(task).ToString()));
    }

    private static RunScenario Choice(Action<PhaseBuilder>? first = null) => Run(phase =>
    {
        first?.Invoke(phase);
        phase.FirstOf("w", wait => wait.Signal("yes", "${inputs.go}").Signal("no", "${inputs.stop}").After("late", TimeSpan.FromSeconds(60)));
    });

    private static RunScenario Run(Action<PhaseBuilder> phase, int room = 1000) => new(
        plan => plan.Input("go").Input("stop").Input("at").Input("past").Input("number").Phase("one", phase),
        Inputs,
        room: room);
}
