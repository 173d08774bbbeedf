using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Artifacts;
using static OrchestrationEngine.Tests.Execution.HandoffPlans;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>The gate where what is handed over is kept beside the journal.</summary>
public sealed class HandoffArtifactTests
{
    private readonly InMemoryArtifactStore _contents = new();

    [Fact]
    public async Task What_was_rejected_is_kept_and_handed_to_nobody()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("make").Does(Writes("report.md", "bad", "{}")).Does(Writes("report.md", "good", """{"a":1}"""));
        engine.Agent.On("use").Does(async (_, context, cancellationToken) =>
        {
            var found = await context.Artifacts.FindAsync("report.md", cancellationToken: cancellationToken);
            return AgentResult.Succeeded(await context.Artifacts.ReadTextAsync(found!, cancellationToken));
        });
        var run = await StartAsync(engine, Of(make => make with { Contract = Requires("a") }));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        var kept = await engine.FactsOf<ArtifactRegistered>(run.Id);
        Assert.Equal([("report.md", 1, true), ("make/output.json", 1, true), ("report.md", 2, false)], kept.Select(each => (each.Artifact.Name, each.Attempt, each.Quarantined)));
        Assert.Equal("{}", await (await _contents.OpenReadAsync(kept[1].Artifact.Digest, TestEngine.Ending)).TextOf());
        Assert.Equal("\"good\"", (await engine.TaskAsync(run.Id, "use")).Output.ToString());
        await engine.RequireContents(_contents, run.Id);
    }

    [Fact]
    public async Task A_part_that_is_sent_may_be_an_artifact_that_the_attempt_made_and_its_contract_is_about_what_is_in_it()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("make").Succeeds(JsonData.Parse("{}")).Does(Writes("spec.json", """{"n":"1"}""", "{}")).Does(Writes("spec.json", """{"n":1}""", "{}"));
        var contract = Inline(new ContractDefinition { MediaTypes = ["application/json"], Schema = JsonData.Parse("""{"properties":{"n":{"type":"integer"}}}""") });
        var run = await StartAsync(engine, Of(null, null, Handoff(Part("spec.json", contract: contract))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal(["missing", "schema/type"], engine.Agent.CallsOf("make").Skip(1).Select(call => Assert.Single(call.Feedback).Rule));
    }

    [Theory]
    [InlineData(HandoffChoice.Accept, false)]
    [InlineData(HandoffChoice.Skip, true)]
    public async Task What_becomes_of_the_artifacts_of_a_question_is_decided_with_it(HandoffChoice choice, bool isQuarantined)
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("make").Does(Writes("draft.md", "# Draft", "{}"));
        var run = await StartAsync(engine, Of(null, null, Handoff(Part("spec", OnMissing.Ask))));
        await engine.SeenAsync(run.Id, "handoff.asked make#1");
        Assert.Empty(await engine.FactsOf<ArtifactRegistered>(run.Id));
        await engine.Orchestrator.DecideHandoffAsync(run.Id, "make", new HandoffDecision { Choice = choice, By = "Ada", Reason = "So." }, cancellationToken: TestEngine.Ending).Soon();
        await TestEngine.EndOf(run);
        var registered = Assert.Single(await engine.FactsOf<ArtifactRegistered>(run.Id));
        Assert.Equal(("draft.md", 1, isQuarantined), (registered.Artifact.Name, registered.Version, registered.Quarantined));
        await engine.RequireContents(_contents, run.Id);
    }

    [Fact]
    public async Task A_large_output_is_checked_as_a_whole_and_moved_afterwards()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("make").Succeeds(ArtifactEngine.Large('x'));
        var contract = Inline(new ContractDefinition { Schema = JsonData.Parse("""{"properties":{"text":{"minLength":5000}}}"""), Required = ["number"] });
        var handoff = Handoff() with { Transforms = [new TransformDefinition { Rename = [new("text", "body")] }] };
        var run = await StartAsync(engine, Of(make => make with { Contract = contract }, null, handoff));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        var given = Assert.Single(engine.Agent.CallsOf("use")).Inputs["in"].ToElement();
        Assert.Equal(5000, given.GetProperty("body").GetString()!.Length);
        Assert.All(await engine.FactsOf(run.Id), recorded => Assert.True(Runs.FactText.Json(recorded.Event).Length < 4000, recorded.Event.Type));
        await engine.RequireContents(_contents, run.Id);
    }

    private static Func<AgentRequest, IAgentContext, CancellationToken, Task<AgentResult>> Writes(string name, string text, string output)
        => async (_, context, cancellationToken) =>
        {
            await context.Artifacts.WriteTextAsync(name, text, cancellationToken: cancellationToken);
            return AgentResult.Succeeded(JsonData.Parse(output));
        };

    private static async Task<RunHandle> StartAsync(TestEngine engine, OrchestrationPlan plan) => await engine.Orchestrator.StartAsync(plan, null, TestEngine.Ending).Soon();
}
