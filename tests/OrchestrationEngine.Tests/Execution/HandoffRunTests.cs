using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.HandoffPlans;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>The gate between a task and those that get what it makes.</summary>
public sealed class HandoffRunTests
{
    [Fact]
    public async Task What_breaks_its_contract_goes_back_to_its_producer_with_everything_that_is_wrong()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("make").Succeeds(Json("""{"b":1}""")).Succeeds(Json("""{"a":1,"b":2}"""));
        var run = await StartAsync(engine, Of(make => make with { Contract = Requires("a", "c.d") }));
        await engine.SeenAsync(run.Id, "attempt.started make#2");
        var feedback = (await engine.Agent.WaitForCallAsync("make", 2, TestEngine.Ending).Soon()).Feedback;
        Assert.Equal(2, feedback.Count);
        Assert.All(feedback, each => Assert.Equal("required", each.Rule));
        Assert.Empty(engine.Agent.CallsOf("make")[0].Feedback);
        Assert.Equal(engine.Agent.CallsOf("make")[0].IdempotencyKey, engine.Agent.CallsOf("make")[1].IdempotencyKey);
    }

    [Fact]
    public async Task The_next_attempt_that_mends_it_passes_and_only_its_output_is_handed_on()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("make").Succeeds(Json("""{"b":1}""")).Succeeds(Json("""{"a":1}"""));
        var run = await StartAsync(engine, Of(make => make with { Contract = Requires("a") }));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal("""{"a":1}""", Assert.Single(engine.Agent.CallsOf("use")).Inputs["in"].ToString());
        Assert.Equal(
            ["attempt.started make#1", "handoff.rejected make#1", "attempt.failed make#1 ContractViolation", "task.retry_scheduled make +0s", "attempt.started make#2", "handoff.validated make#2", "attempt.succeeded make#2", "attempt.started use#1"],
            (await engine.JournalOf(run.Id)).Skip(3).Take(8));
    }

    [Theory]
    [InlineData(OnViolation.Quarantine, RunTaskStatus.Quarantined)]
    [InlineData(OnViolation.Fail, RunTaskStatus.Failed)]
    public async Task What_is_never_mended_is_never_handed_on(OnViolation policy, RunTaskStatus expected)
    {
        await using var engine = new TestEngine();
        engine.Agent.On("make").Succeeds(Json("""{"b":1}"""));
        var run = await StartAsync(engine, Of(make => make with { Contract = Requires("a"), OnViolation = policy }));
        Assert.Equal(RunStatus.Failed, (await TestEngine.EndOf(run)).Status);
        var task = await engine.TaskAsync(run.Id, "make");
        Assert.Equal((expected, 3), (task.Status, task.Attempts));
        Assert.Contains("What it hands over was rejected.", task.Failure!.Message, StringComparison.Ordinal);
        Assert.Empty(engine.Agent.CallsOf("use"));
    }

    [Fact]
    public async Task A_part_that_is_sent_is_a_member_of_the_output_under_a_contract_of_its_own()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("make").Succeeds(Json("""{"spec":{"n":"1"}}""")).Succeeds(Json("""{"spec":{"n":2}}"""));
        var schema = Inline(new ContractDefinition { Schema = Json("""{"properties":{"n":{"type":"integer"}}}""") });
        var run = await StartAsync(engine, Of(null, null, Handoff(Part("spec", contract: schema))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        var feedback = Assert.Single(engine.Agent.CallsOf("make")[1].Feedback);
        Assert.Equal("/n", feedback.Location);
        var rejected = (await engine.FactsOf(run.Id)).Select(each => each.Event).OfType<HandoffRejected>().Single();
        Assert.Equal(("h", "use"), (rejected.Handoff, rejected.To));
    }

    [Fact]
    public async Task What_a_receiver_owes_in_return_is_checked_before_anybody_gets_it()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("use").Succeeds(Json("{}")).Succeeds(Json("""{"receipt":7}"""));
        var handoff = Handoff() with { ExpectsInReturn = [Part("receipt")] };
        var run = await StartAsync(engine, Of(null, null, handoff));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal("receipt", Assert.Single(engine.Agent.CallsOf("use")[1].Feedback).Contract);
        Assert.Equal("make", (await engine.FactsOf(run.Id)).Select(each => each.Event).OfType<HandoffRejected>().Single().To);
    }

    [Fact]
    public async Task What_is_not_critical_is_recorded_and_passes()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("make").Succeeds(Json("""{"notes":5}"""));
        var wrong = Inline(new ContractDefinition { Schema = Json("""{"type":"string"}""") });
        var run = await StartAsync(engine, Of(null, null, Handoff(Part("notes", contract: wrong, critical: false), Part("extra", critical: false), Part("more", OnMissing.Skip))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        var verdicts = (await engine.FactsOf(run.Id)).Select(each => each.Event).OfType<HandoffValidated>().ToList();
        Assert.Equal(["schema/type", "missing", "missing"], verdicts.Select(each => Assert.Single(each.Violations).Rule));
        Assert.Single(engine.Agent.CallsOf("make"));
    }

    [Fact]
    public async Task What_is_missing_for_good_ends_the_task_at_once()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("make").Succeeds(Json("""{"spec":null}"""));
        var run = await StartAsync(engine, Of(null, null, Handoff(Part("spec", OnMissing.Fail))));
        await TestEngine.EndOf(run);
        var task = await engine.TaskAsync(run.Id, "make");
        Assert.Equal((RunTaskStatus.Quarantined, 1), (task.Status, task.Attempts));
        Assert.Contains("Handoff 'h' needs 'spec' for task 'use'", task.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_consumer_gets_the_output_as_it_was_made_for_it_and_its_contract_is_about_that()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("make").Succeeds(Json("""{"a":1,"b":2,"c":3}"""));
        var handoff = Handoff() with
        {
            Transforms = [new TransformDefinition { Select = ["a", "b"] }, new TransformDefinition { Rename = [new("a", "first")] }],
            Contract = Inline(new ContractDefinition { Schema = Json("""{"required":["first"],"properties":{"c":false,"a":false}}""") }),
        };
        var run = await StartAsync(engine, Of(null, null, handoff));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal("""{"first":1,"b":2}""", Assert.Single(engine.Agent.CallsOf("use")).Inputs["in"].ToString());
        Assert.Equal("""{"a":1,"b":2,"c":3}""", (await engine.TaskAsync(run.Id, "make")).Output.ToString());
        var recorded = (await engine.FactsOf(run.Id)).Select(each => each.Event).OfType<HandoffValidated>().First();
        Assert.Equal(["select", "rename"], recorded.Transforms);
        Assert.Equal("""{"first":1,"b":2}""", recorded.Output.ToString());
    }

    [Fact]
    public async Task An_output_that_can_not_be_transformed_is_a_violation_of_its_producers()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("make").Succeeds(Json("7")).Succeeds(Json("""{"a":1}"""));
        var run = await StartAsync(engine, Of(null, null, Handoff() with { Transforms = [new TransformDefinition { Select = ["a"] }] }));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal("transform", Assert.Single(engine.Agent.CallsOf("make")[1].Feedback).Rule);
    }

    [Fact]
    public async Task A_contract_of_the_application_that_throws_says_nothing_and_is_asked_again()
    {
        var calls = 0;
        var contract = new GivenContract("flaky", (_, _) => ++calls == 1 ? throw new IOException("The disk is away.") : ValueTask.FromResult(HandoffVerdict.Valid));
        await using var engine = new TestEngine(build: builder => builder.AddContract(contract));
        var run = await StartAsync(engine, Of(make => make with { Contract = Inline(new ContractDefinition { Uses = "flaky" }) }));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        var failed = (await engine.FactsOf(run.Id)).Select(each => each.Event).OfType<AttemptFailed>().Single();
        Assert.Equal(FailureClass.Crashed, failed.Failure.Class);
        Assert.Contains("threw IOException: The disk is away. Nothing is known of what the attempt hands over.", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(engine.Agent.CallsOf("make")[1].Feedback);
    }

    [Fact]
    public async Task A_contract_that_always_throws_lets_nothing_pass()
    {
        await using var engine = new TestEngine(build: builder => builder.AddContract(new GivenContract("broken", (_, _) => throw new InvalidOperationException("no"))));
        var run = await StartAsync(engine, Of(make => make with { Contract = Inline(new ContractDefinition { Uses = "broken" }) }));
        Assert.Equal(RunStatus.Failed, (await TestEngine.EndOf(run)).Status);
        Assert.Equal(RunTaskStatus.Failed, (await engine.TaskAsync(run.Id, "make")).Status);
        Assert.Empty(engine.Agent.CallsOf("use"));
    }

    [Fact]
    public async Task What_a_contract_finds_is_cut_to_what_is_read()
    {
        var huge = GivenContract.Broken([.. Enumerable.Range(0, 5_000).Select(number => new string('x', 5_000))]);
        await using var engine = new TestEngine(build: builder => builder.AddContract(new GivenContract("wordy", (_, _) => ValueTask.FromResult(huge))));
        var run = await StartAsync(engine, Of(make => make with { Contract = Inline(new ContractDefinition { Uses = "wordy" }) }));
        await TestEngine.EndOf(run);
        var rejected = (await engine.FactsOf(run.Id)).Select(each => each.Event).OfType<HandoffRejected>().First();
        Assert.Equal(101, rejected.Violations.Count);
        Assert.All(rejected.Violations, violation => Assert.True(violation.Message.Length <= 1_000));
    }

    [Fact]
    public async Task The_time_for_the_check_is_a_part_of_the_attempts()
    {
        var contract = new GivenContract("slow", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return HandoffVerdict.Valid;
        });
        await using var engine = new TestEngine(build: builder => builder.AddContract(contract));
        var run = await StartAsync(engine, Of(make => make with { Timeout = TimeSpan.FromSeconds(10), Retry = RetryPolicy.None, Contract = Inline(new ContractDefinition { Uses = "slow" }) }));
        await engine.Agent.WaitForCallAsync("make", cancellationToken: TestEngine.Ending).Soon();
        await engine.Time.AdvanceUntilAsync(TestEngine.EndOf(run));
        Assert.Equal(FailureClass.Timeout, (await engine.TaskAsync(run.Id, "make")).Failure!.Class);
    }

    [Fact]
    public async Task A_judge_is_called_within_the_attempt_and_what_it_finds_is_the_feedback()
    {
        var asked = new List<AgentRequest>();
        await using var engine = new TestEngine(build: builder => builder.AddAgent("judge", (request, _, _) =>
        {
            asked.Add(request);
            return Task.FromResult(AgentResult.Succeeded(Json(asked.Count == 1 ? """{"score":0.2,"reason":"It is dull.","violations":["No jokes."]}""" : """{"score":0.9}""")));
        }));
        engine.Agent.On("make").Succeeds("dull").Succeeds("funny");
        var judged = Inline(new ContractDefinition { Judge = new JudgeDefinition { Agent = "judge", Criteria = "Is it funny?", Threshold = 0.8 } });
        var run = await StartAsync(engine, Of(make => make with { Contract = judged }));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal(["It is dull.", "No jokes."], engine.Agent.CallsOf("make")[1].Feedback.Select(each => each.Message));
        Assert.All(asked, request => Assert.Equal((AgentPurpose.Judge, "make", "judge", "Is it funny?"), (request.Purpose, request.Task, request.Agent, request.Inputs.GetString("criteria"))));
        Assert.Equal(["dull", "funny"], asked.Select(request => request.Inputs.GetString("content")));
        Assert.Equal(2, asked.Select(request => request.IdempotencyKey).Distinct().Count());
        Assert.All(asked, request => Assert.StartsWith(engine.Agent.CallsOf("make")[0].IdempotencyKey + ";judge=output@", request.IdempotencyKey, StringComparison.Ordinal));
        Assert.Equal(0.9, (await engine.FactsOf(run.Id)).Select(each => each.Event).OfType<HandoffValidated>().Single().Score);
    }

    [Fact]
    public async Task A_judge_that_fails_fails_the_attempt_as_it_says_and_lets_nothing_pass()
    {
        await using var engine = new TestEngine(build: builder => builder.AddAgent("judge", (_, _, _) => Task.FromResult(AgentResult.Failed(FailureClass.RateLimited, "Not now."))));
        var run = await StartAsync(engine, Of(make => make with { Contract = Inline(new ContractDefinition { Judge = new JudgeDefinition { Agent = "judge" } }) }));
        Assert.Equal(RunStatus.Failed, (await TestEngine.EndOf(run)).Status);
        var failure = (await engine.TaskAsync(run.Id, "make")).Failure!;
        Assert.Equal((FailureClass.RateLimited, "Agent 'judge' was called to judge what is handed over, and failed: Not now."), (failure.Class, failure.Message));
    }

    [Fact]
    public async Task An_agent_may_make_of_the_output_what_the_consumer_needs()
    {
        await using var engine = new TestEngine(build: builder => builder.AddAgent("shorten", (request, _, _) => Task.FromResult(AgentResult.Succeeded(request.Purpose + " " + request.Inputs.GetString("content")))));
        engine.Agent.On("make").Succeeds("text");
        var run = await StartAsync(engine, Of(null, null, Handoff() with { Transforms = [new TransformDefinition { Agent = "shorten" }] }));
        await TestEngine.EndOf(run);
        Assert.Equal("Transform text", Assert.Single(engine.Agent.CallsOf("use")).Inputs.GetString("in"));
    }

    [Fact]
    public async Task Each_item_of_a_list_is_checked_and_tried_again_by_itself()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("make").Does((request, _, _) => Task.FromResult(AgentResult.Succeeded(Json(request.Item.ToString() == "2" && request.Feedback.Count == 0 ? "{}" : $$"""{"n":{{request.Item}}}"""))));
        var run = await StartAsync(engine, Of(make => make with { Contract = Requires("n"), ForEach = new ForEachDefinition { Items = OrchestrationEngine.Expressions.ValueExpression.Parse("[1, 2, 3]") } }));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal("""[{"n":1},{"n":2},{"n":3}]""", Assert.Single(engine.Agent.CallsOf("use")).Inputs["in"].ToString());
        Assert.Equal(4, engine.Agent.CallsOf("make").Count);
    }

    private static JsonData Json(string json) => JsonData.Parse(json);

    private static async Task<RunHandle> StartAsync(TestEngine engine, OrchestrationPlan plan) => await engine.Orchestrator.StartAsync(plan, null, TestEngine.Ending).Soon();
}
