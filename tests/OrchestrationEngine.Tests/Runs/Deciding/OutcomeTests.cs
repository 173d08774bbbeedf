using System.Text;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class OutcomeTests
{
    [Fact]
    public void An_outcome_that_comes_twice_counts_once()
    {
        var run = One().Starts().Succeeds("a", "1");
        run.Succeeds("a", "2").Then("attempt.ignored a#1")
            .Fails("a").Then("attempt.ignored a#1");
        Assert.Equal("It reported a failure (Unknown) when it was no longer out: the task is Succeeded, its latest attempt is 1.", run.Fact<AttemptIgnored>().Reason);
        Assert.Equal((RunTaskStatus.Succeeded, "1"), (run["a"].Status, run["a"].Output.ToString()));
    }

    [Fact]
    public void An_outcome_of_an_earlier_attempt_is_recorded_and_changes_nothing()
        => One().Starts()
            .Fails("a")
            .Succeeds("a", attempt: 1).Then("attempt.ignored a#1")
            .Passes(1).Then("attempt.started a#2")
            .Fails("a", attempt: 1).Then("attempt.ignored a#1")
            .Succeeds("a", attempt: 2).Then("attempt.succeeded a#2", "attempt.started b#1");

    [Theory]
    [InlineData(0, 2)]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(1, 1)]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void An_outcome_of_an_attempt_that_never_was_leaves_no_trace(int task, int attempt)
        => One().Starts()
            .Does(new RunCommand.ReportSuccess(task, attempt, default)).Then()
            .Does(new RunCommand.ReportFailure(task, attempt, new Failure(FailureClass.Crashed, "x"), true, null, 0)).Then();

    [Fact]
    public void An_outcome_of_an_earlier_generation_is_ignored()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Timeout(TimeSpan.FromSeconds(1)).Task("a", "x"))).Starts().Passes(1).Passes(30);
        Assert.Equal(RunStatus.Failed, run.Status);
        run.RestartsAtTask("a").Then("run.restarted a", "phase.reopened one 2 [a]", "phase.started one", "attempt.started a#2")
            .Succeeds("a", attempt: 1).Then("attempt.ignored a#1")
            .Succeeds("a", attempt: 2).Then("attempt.succeeded a#2", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void An_outcome_that_comes_after_the_end_leaves_no_trace()
        => One().Starts().Cancels().Passes(30).Succeeds("a").Then();

    [Fact]
    public void An_attempt_that_was_out_when_the_process_ended_is_made_again_and_does_not_count_as_failed()
        => One().Starts()
            .Reloads().Then("attempt.abandoned a#1", "task.retry_scheduled a +0s", "attempt.started a#2")
            .Reloads().Then("attempt.abandoned a#2", "task.retry_scheduled a +0s", "attempt.started a#3")
            .Fails("a").Then("attempt.failed a#3 Unknown", "task.retry_scheduled a +1s")
            .Succeeds("a", attempt: 2).Then("attempt.ignored a#2")
            .Passes(1)
            .Fails("a").Then("attempt.failed a#4 Unknown", "task.failed a Unknown", "phase.stopping one", "phase.failed one", "run.completed Failed");

    [Fact]
    public void An_attempt_that_was_over_its_time_when_the_process_ended_is_made_again_with_its_full_time()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.Timeout(TimeSpan.FromSeconds(10)))))
            .Starts()
            .Passes(10).Then("attempt.stopping a#1")
            .Reloads().Then("attempt.abandoned a#1", "task.retry_scheduled a +0s", "attempt.started a#2")
            .Passes(9).Then()
            .Passes(1).Then("attempt.stopping a#2");

    [Fact]
    public void What_was_out_in_a_stopping_phase_when_the_process_ended_is_given_up()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x")))
            .Starts()
            .Fails("a")
            .Reloads().Then("attempt.abandoned b#1", "task.canceled b", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_message_is_cut_to_what_is_kept_and_stays_readable()
    {
        var failure = Failure.Of(FailureClass.Crashed, new string('x', Failure.MaxMessageLength - 2) + "😀 and more");
        Assert.True(failure.Message.Length <= Failure.MaxMessageLength);
        Assert.EndsWith("…", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Rune.ReplacementChar, failure.Message.EnumerateRunes());
        Assert.Equal("No reason was given.", Failure.Of(FailureClass.Unknown, " ").Message);
    }

    [Theory]
    [InlineData("half a pair \ud83d here")]
    [InlineData("\udc00")]
    [InlineData("quotes \" and \\ and \u0000 and \u2028")]
    public void Whatever_an_agent_says_can_be_stored(string message)
    {
        var fact = new AttemptFailed { Task = "a", Attempt = 1, Failure = Failure.Of(FailureClass.Crashed, message) };
        Assert.Equal(fact.Failure.Class, Assert.IsType<AttemptFailed>(FactText.ThroughJson(fact)).Failure.Class);
    }

    private static RunScenario One() => new(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.Retry(2)).Task("b", "x")));
}
