using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Execution.HandoffPlans;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>A person is asked about what is missing in a handoff, and decides.</summary>
public sealed class HandoffAskTests
{
    [Fact]
    public async Task The_task_waits_and_says_for_whom_and_since_when()
    {
        await using var engine = new TestEngine();
        var run = await AskedAsync(engine);
        Assert.Equal(RunTaskStatus.Waiting, (await engine.TaskAsync(run.Id, "make")).Status);
        var reason = (await engine.Orchestrator.ExplainAsync(run.Id, TestEngine.Ending).Soon()).Single(wait => wait.Task == "make").Reason;
        Assert.StartsWith("Task 'make' waits for a person since ", reason, StringComparison.Ordinal);
        Assert.Contains("Handoff 'h' needs 'coverage' for task 'use'", reason, StringComparison.Ordinal);
        Assert.Empty(engine.Agent.CallsOf("use"));
    }

    [Fact]
    public async Task Accepted_it_passes_as_it_is()
    {
        await using var engine = new TestEngine();
        var run = await AskedAsync(engine);
        await engine.Orchestrator.DecideHandoffAsync(run.Id, "make", Decision(HandoffChoice.Accept), cancellationToken: TestEngine.Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal("""{"spec":1}""", Assert.Single(engine.Agent.CallsOf("use")).Inputs["in"].ToString());
        var decided = (await engine.FactsOf(run.Id)).Select(each => each.Event).OfType<HandoffDecided>().Single();
        Assert.Equal((HandoffChoice.Accept, "Ada", "It is a draft."), (decided.Choice, decided.By, decided.Reason));
    }

    [Fact]
    public async Task Tried_again_the_agent_hears_what_is_missing_and_why_that_matters()
    {
        await using var engine = new TestEngine();
        var run = await AskedAsync(engine);
        await engine.Orchestrator.DecideHandoffAsync(run.Id, "make", Decision(HandoffChoice.Retry), cancellationToken: TestEngine.Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal(["missing", "decision"], engine.Agent.CallsOf("make")[1].Feedback.Select(each => each.Rule));
        Assert.Equal("It is a draft.", engine.Agent.CallsOf("make")[1].Feedback[1].Message);
    }

    [Theory]
    [InlineData(HandoffChoice.Skip, RunTaskStatus.Skipped)]
    [InlineData(HandoffChoice.Fail, RunTaskStatus.Quarantined)]
    public async Task Left_out_or_given_up_nobody_gets_it(HandoffChoice choice, RunTaskStatus expected)
    {
        await using var engine = new TestEngine();
        var run = await AskedAsync(engine);
        await engine.Orchestrator.DecideHandoffAsync(run.Id, "make", Decision(choice), cancellationToken: TestEngine.Ending).Soon();
        await TestEngine.EndOf(run);
        Assert.Equal(expected, (await engine.TaskAsync(run.Id, "make")).Status);
        Assert.Empty(engine.Agent.CallsOf("use"));
    }

    [Fact]
    public async Task A_decision_about_what_nobody_asks_is_refused()
    {
        await using var engine = new TestEngine();
        var run = await AskedAsync(engine);
        var refused = await Assert.ThrowsAsync<RunRefusedException>(() => engine.Orchestrator.DecideHandoffAsync(run.Id, "use", Decision(HandoffChoice.Accept), cancellationToken: TestEngine.Ending)).Soon();
        Assert.Contains("Nobody is asked about Task 'use': it is Pending.", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => engine.Orchestrator.DecideHandoffAsync(run.Id, "make", Decision(HandoffChoice.Accept) with { By = " " }, cancellationToken: TestEngine.Ending));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.Orchestrator.DecideHandoffAsync(run.Id, "make", Decision((HandoffChoice)9), cancellationToken: TestEngine.Ending));
        await engine.Orchestrator.CancelAsync(run.Id, "Enough.", TestEngine.Ending).Soon();
        Assert.Equal(RunStatus.Canceled, (await TestEngine.EndOf(run)).Status);
    }

    [Fact]
    public async Task The_question_outlives_the_process_and_any_process_takes_the_decision()
    {
        var (store, agent, time) = TestEngine.Parts();
        RunId id;
        await using (var first = new TestEngine(store, agent, time))
        {
            id = (await AskedAsync(first)).Id;
        }

        await using var second = new TestEngine(store, agent, time);
        await second.Orchestrator.StartNodeAsync(TestEngine.Ending).Soon();
        Assert.Equal(RunTaskStatus.Waiting, (await second.TaskAsync(id, "make")).Status);
        await second.Orchestrator.DecideHandoffAsync(id, "make", Decision(HandoffChoice.Accept), cancellationToken: TestEngine.Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(id, TestEngine.Ending).Soon()).Status);
        Assert.Single(agent.CallsOf("make"));
    }

    [Fact]
    public async Task A_run_that_waits_for_a_person_leaves_memory_and_comes_back_for_the_decision()
    {
        await using var engine = new TestEngine(configure: options => options.UnloadWaitingRunsAfter = TimeSpan.FromMinutes(1));
        var run = await AskedAsync(engine);
        await engine.PassAsync(run.Id, TimeSpan.FromMinutes(2));
        await Bounded.Eventually(() => engine.Orchestrator.DescribeNode().Runs == 0);
        await engine.Orchestrator.DecideHandoffAsync(run.Id, "make", Decision(HandoffChoice.Accept), cancellationToken: TestEngine.Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
    }

    private static HandoffDecision Decision(HandoffChoice choice) => new() { Choice = choice, By = "Ada", Reason = "It is a draft." };

    private static async Task<RunHandle> AskedAsync(TestEngine engine)
    {
        engine.Agent.On("make").Succeeds(JsonData.Parse("""{"spec":1}""")).Succeeds(JsonData.Parse("""{"spec":1,"coverage":0.9}"""));
        var run = await engine.Orchestrator.StartAsync(Of(null, null, Handoff(Part("spec"), Part("coverage", OnMissing.Ask))), null, TestEngine.Ending).Soon();
        await engine.SeenAsync(run.Id, "handoff.asked make#1");
        return run;
    }
}
