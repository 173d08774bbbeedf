using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>Tasks that take over what was made before from the same inputs.</summary>
public sealed class MemoTests
{
    private readonly InMemoryArtifactStore _contents = new();
    private readonly InMemoryMemoStore _memos = new();
    private readonly ScriptedAgent _agent = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_second_run_takes_the_result_over_with_its_artifacts()
    {
        await using var engine = Engine();
        _agent.On("a").Does(async (request, context, cancellationToken) =>
        {
            var file = await context.Artifacts.WriteTextAsync("a.txt", "made", cancellationToken: cancellationToken);
            return AgentResult.Succeeded(JsonData.Parse($$"""{"text":"{{new string('t', 5000)}}","file":{{file.ToJson()}}}"""));
        });

        var first = await StartAsync(engine, "x", new MemoDefinition());
        var second = await StartAsync(engine, "x", new MemoDefinition());

        Assert.Single(_agent.CallsOf("a"));
        var (made, reused) = (await SuccessOf(engine, first), await SuccessOf(engine, second));
        Assert.Null(made.ReusedFrom);
        Assert.Equal(new ReusedResult { Run = first, Task = "a", Attempt = 1 }, reused.ReusedFrom);
        Assert.Equal(made.Output, reused.Output);
        var artifact = Assert.Single(await engine.FactsOf<ArtifactRegistered>(second));
        Assert.Equal(("a.txt", 1), (artifact.Artifact.Name, artifact.Version));
        Assert.Equal(new ArtifactSource { Kind = "reused", Name = $"{first}/a#1" }, artifact.Sources[0]);
        Assert.Equal("made", await (await engine.Orchestrator.OpenArtifactAsync(second, "a.txt", cancellationToken: TestEngine.Ending)).TextOf());
        Assert.Contains(await _contents.ListLinksAsync(null, 100, TestEngine.Ending), link => link.Run == second && link.Digest == artifact.Artifact.Digest);
        await engine.RequireContents(_contents, second);
    }

    [Fact]
    public async Task Other_inputs_another_key_or_another_version_of_the_agent_are_another_result()
    {
        var memo = new MemoDefinition { Key = DataTemplate.Parse(JsonData.String("${inputs.season}")) };
        await using (var engine = Engine())
        {
            await StartAsync(engine, "x", memo, season: "spring");
            await StartAsync(engine, "y", memo, season: "spring");
            await StartAsync(engine, "x", memo, season: "autumn");
            Assert.Equal(3, _agent.CallsOf("a").Count);
            await StartAsync(engine, "x", memo, season: "spring");
            Assert.Equal(3, _agent.CallsOf("a").Count);
        }

        await using var later = Engine(version: "2");
        await StartAsync(later, "x", memo, season: "spring");
        Assert.Equal(4, _agent.CallsOf("a").Count);
    }

    [Fact]
    public async Task Another_contract_is_another_result_and_what_is_taken_over_is_checked_again()
    {
        await using var engine = Engine();
        _agent.On("a").Does((_, _, _) => Task.FromResult(AgentResult.Succeeded(JsonData.Parse("""{"coverage":0.9}"""))));

        await StartAsync(engine, "x", new MemoDefinition(), contract: new ContractDefinition { Required = ["coverage"] });
        var second = await StartAsync(engine, "x", new MemoDefinition(), contract: new ContractDefinition { Required = ["coverage"] });
        Assert.Single(_agent.CallsOf("a"));
        Assert.NotNull((await SuccessOf(engine, second)).ReusedFrom);
        Assert.Single(await engine.FactsOf<HandoffValidated>(second));

        await StartAsync(engine, "x", new MemoDefinition(), contract: new ContractDefinition { Required = ["coverage"], MaxBytes = 1000 });
        Assert.Equal(2, _agent.CallsOf("a").Count);
    }

    [Fact]
    public async Task A_result_that_is_too_old_is_made_again_and_its_age_counts_from_its_making()
    {
        await using var engine = Engine();
        var memo = new MemoDefinition { MaxAge = TimeSpan.FromHours(2) };
        await StartAsync(engine, "x", memo);
        _time.Advance(TimeSpan.FromHours(1.5));
        await StartAsync(engine, "x", memo);
        Assert.Single(_agent.CallsOf("a"));
        _time.Advance(TimeSpan.FromHours(1));
        await StartAsync(engine, "x", memo);
        Assert.Equal(2, _agent.CallsOf("a").Count);
    }

    [Fact]
    public async Task A_result_whose_contents_are_gone_is_made_again()
    {
        await using var engine = Engine();
        _agent.On("a").Does(ArtifactEngine.Writes("a.txt", "made"));
        var first = await StartAsync(engine, "x", new MemoDefinition());
        await _contents.UnlinkAsync(first, null, DateTimeOffset.MaxValue, TestEngine.Ending);
        await _contents.CollectAsync(DateTimeOffset.MaxValue, 100, TestEngine.Ending);

        var second = await StartAsync(engine, "x", new MemoDefinition());

        Assert.Equal(2, _agent.CallsOf("a").Count);
        Assert.Null((await SuccessOf(engine, second)).ReusedFrom);
        await engine.RequireContents(_contents, second);
    }

    [Fact]
    public async Task A_result_that_depends_on_more_than_its_inputs_is_not_kept()
    {
        await using var engine = Engine();
        _agent.On("a").Does(async (_, context, cancellationToken) =>
        {
            // As if it had looked for what an earlier task made.
            var found = await context.Artifacts.WriteTextAsync("a.txt", "made", cancellationToken: cancellationToken);
            await context.Artifacts.ReadTextAsync(found, cancellationToken);
            return AgentResult.Succeeded();
        });

        await StartAsync(engine, "x", new MemoDefinition());
        await StartAsync(engine, "x", new MemoDefinition());

        Assert.Equal(2, _agent.CallsOf("a").Count);
    }

    [Fact]
    public async Task A_failed_attempt_is_not_taken_over()
    {
        await using var engine = Engine();
        _agent.On("a").Fails(FailureClass.Permanent, retryable: false).Succeeds("done");

        await StartAsync(engine, "x", new MemoDefinition());
        var second = await StartAsync(engine, "x", new MemoDefinition());

        Assert.Equal("\"done\"", (await SuccessOf(engine, second)).Output.ToString());
        Assert.Equal(2, _agent.CallsOf("a").Count);
    }

    [Fact]
    public async Task A_store_of_results_that_fails_costs_only_the_work()
    {
        await using var engine = Engine(memos: new FailingMemoStore());

        var run = await StartAsync(engine, "x", new MemoDefinition());

        Assert.Null((await SuccessOf(engine, run)).ReusedFrom);
        Assert.Single(_agent.CallsOf("a"));
    }

    private TestEngine Engine(string? version = null, IMemoStore? memos = null)
        => ArtifactEngine.With(_contents, agent: new ScriptedAgent(), time: _time, build: builder =>
        {
            builder.Services.AddSingleton(memos ?? _memos);
            builder.AddAgent("y", _agent, options => options.Version = version);
        });

    private static async Task<RunId> StartAsync(TestEngine engine, string value, MemoDefinition memo, string season = "any", ContractDefinition? contract = null)
    {
        var plan = TestEngine.Plan(plan => plan
            .Input("value").Input("season")
            .Phase("one", phase => phase.Task("a", "y", task => task.Bind("value", "inputs.value"))));
        plan = plan with { Phases = [plan.Phases[0] with { Tasks = [plan.Phases[0].Tasks[0] with { Memo = memo, Contract = contract is null ? null : new ContractUse { Inline = contract } }] }] };
        var inputs = new Dictionary<string, JsonData> { ["value"] = JsonData.String(value), ["season"] = JsonData.String(season) };
        var run = await engine.Orchestrator.StartAsync(plan, new StartRunOptions { Inputs = inputs }, TestEngine.Ending).Soon();
        await TestEngine.EndOf(run);
        return run.Id;
    }

    private static async Task<AttemptSucceeded> SuccessOf(TestEngine engine, RunId run) => Assert.Single(await engine.FactsOf<AttemptSucceeded>(run));

    private sealed class FailingMemoStore : IMemoStore
    {
        public ValueTask<MemoEntry?> FindAsync(string key, CancellationToken cancellationToken) => throw new InvalidOperationException("It is out of order.");

        public ValueTask SaveAsync(string key, MemoEntry entry, CancellationToken cancellationToken) => throw new InvalidOperationException("It is out of order.");

        public ValueTask<int> PurgeAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) => throw new InvalidOperationException("It is out of order.");
    }
}
