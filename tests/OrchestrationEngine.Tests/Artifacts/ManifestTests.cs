using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>The manifest of a run, and what it says of what was made from what.</summary>
public sealed class ManifestTests
{
    private readonly InMemoryArtifactStore _contents = new();

    [Fact]
    public async Task A_manifest_says_who_made_what_from_what_and_who_was_given_it()
    {
        await using var engine = ArtifactEngine.With(_contents);
        var run = await RunAsync(engine);

        var manifest = await engine.Orchestrator.GetManifestAsync(run, TestEngine.Ending);

        Assert.Equal((run, "plan", "1"), (manifest.Run, manifest.Plan, manifest.PlanVersion));
        var spec = manifest.Artifacts[0];
        Assert.Equal(("spec.md", 1, "write", "design", 1, "x", "m-1"), (spec.Artifact.Name, spec.Version, spec.Task, spec.Phase, spec.Attempt, spec.Agent, spec.Model));
        Assert.Equal([("input", "subject")], spec.Sources.Select(source => (source.Kind, source.Name)));
        Assert.Equal([("build", "make", 0, false), ("build", "make", 1, false), ("build", "look", (int?)null, true)], spec.Transfers.Select(transfer => (transfer.Phase, transfer.Task, transfer.Item, transfer.Opened)));
        Assert.Equal(["spec.md", "code.txt", "code.txt"], manifest.Artifacts.Select(artifact => artifact.Artifact.Name));
        Assert.Equal([1, 1, 2], manifest.Artifacts.Select(artifact => artifact.Version));
        Assert.Equal(["write", "make", "make", "look"], manifest.Work.Select(work => work.Task));
        Assert.Equal([("output", "write"), ("artifact", "spec.md")], manifest.Work[1].Given.Select(source => (source.Kind, source.Name)));
        Assert.Equal(new JsonDigests(spec.Sources), new JsonDigests(manifest.Work[0].Given));
    }

    [Fact]
    public async Task A_manifest_is_written_in_the_names_of_artifact_manifests()
    {
        await using var engine = ArtifactEngine.With(_contents);
        var run = await RunAsync(engine);

        var json = (await engine.Orchestrator.GetManifestAsync(run, TestEngine.Ending)).ToJson().ToElement();

        var spec = json.GetProperty("artifacts")[0];
        Assert.Equal("spec.md@1", spec.GetProperty("id").GetString());
        Assert.Equal("design", spec.GetProperty("source_phase").GetString());
        Assert.Equal("build", Assert.Single(spec.GetProperty("destination_phases").EnumerateArray().ToList()).GetString());
        Assert.Equal("x", spec.GetProperty("created_by").GetString());
        Assert.Equal(ContentDigest.Of("# Spec"u8).ToString(), spec.GetProperty("checksum").GetString());
        Assert.Equal(6, spec.GetProperty("size_bytes").GetInt64());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, spec.GetProperty("schema_valid").ValueKind);
        Assert.Equal("bound", spec.GetProperty("transferred_to")[0].GetProperty("status").GetString());
        Assert.All(["id", "name", "source_phase", "destination_phases", "created_by", "created_at", "path", "checksum", "size_bytes", "schema", "schema_valid", "transferred_to"], name => Assert.True(spec.TryGetProperty(name, out _), name));
        Assert.All(["phase", "transferred_at", "transfer_checksum", "status"], name => Assert.True(spec.GetProperty("transferred_to")[0].TryGetProperty(name, out _), name));
    }

    [Fact]
    public async Task Provenance_answers_what_was_made_from_what()
    {
        await using var engine = ArtifactEngine.With(_contents);
        var run = await RunAsync(engine);

        var provenance = (await engine.Orchestrator.GetManifestAsync(run, TestEngine.Ending)).ToProvenance();

        Assert.Equal(
            [ProvenanceNode.Output("make", 1, 1), ProvenanceNode.Output("write", attempt: 1), ProvenanceNode.Artifact("spec.md", 1), ProvenanceNode.Input("subject")],
            provenance.MadeFrom(ProvenanceNode.Artifact("code.txt", 2)));
        Assert.Equal(["make", "look"], provenance.AffectedBy(ProvenanceNode.Artifact("spec.md")));
        Assert.Equal(["write", "make", "look"], provenance.AffectedBy(ProvenanceNode.Input("subject")));
        Assert.Equal(["look"], provenance.AffectedBy(ProvenanceNode.Output("make")));
        Assert.Contains(ProvenanceNode.Artifact("code.txt", 1), provenance.DependentsOf(ProvenanceNode.Output("write")));
        Assert.Empty(provenance.AffectedBy(ProvenanceNode.Output("look")));
    }

    [Fact]
    public async Task What_broke_its_contract_is_in_the_manifest_and_given_to_nobody()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("make").Does(async (request, context, cancellationToken) =>
        {
            await context.Artifacts.WriteTextAsync("made.txt", $"attempt {request.Attempt}", cancellationToken: cancellationToken);
            return AgentResult.Succeeded(JsonData.Parse(request.Attempt == 1 ? """{"draft":true}""" : """{"coverage":1}"""));
        });
        engine.Agent.On("use").Does(async (_, context, cancellationToken) =>
        {
            Assert.Null(await context.Artifacts.FindAsync("made.txt", 1, cancellationToken));
            return AgentResult.Succeeded(await context.Artifacts.ReadTextAsync((await context.Artifacts.FindAsync("made.txt", cancellationToken: cancellationToken))!, cancellationToken));
        });
        var plan = HandoffPlans.Of(make: task => task with { Contract = HandoffPlans.Requires("coverage") });

        var run = await engine.Orchestrator.StartAsync(plan, cancellationToken: TestEngine.Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        var manifest = await engine.Orchestrator.GetManifestAsync(run.Id, TestEngine.Ending);
        Assert.Equal(
            [("made.txt", 1, 1, true), ("make/output.json", 1, 1, true), ("made.txt", 2, 2, false)],
            manifest.Artifacts.Select(artifact => (artifact.Artifact.Name, artifact.Version, artifact.Attempt, artifact.Quarantined)));
        Assert.All(manifest.Artifacts, artifact => Assert.Equal(!artifact.Quarantined, Assert.Single(artifact.Verdicts).Passed));
        Assert.Equal([(0, 0, 1)], [(manifest.Artifacts[0].Transfers.Count, manifest.Artifacts[1].Transfers.Count, manifest.Artifacts[2].Transfers.Count)]);
        Assert.Equal("attempt 2", (await engine.FactsOf<AttemptSucceeded>(run.Id))[1].Output.ToElement().GetString());
        Assert.Equal("""{"draft":true}""", await (await engine.Orchestrator.OpenArtifactAsync(run.Id, "make/output.json", 1, TestEngine.Ending)).TextOf());
        await Assert.ThrowsAsync<ArtifactNotFoundException>(() => engine.Orchestrator.OpenArtifactAsync(run.Id, "make/output.json", cancellationToken: TestEngine.Ending));
        Assert.Equal("quarantined", manifest.ToJson().ToElement().GetProperty("artifacts")[0].GetProperty("status").GetString());
        await engine.RequireContents(_contents, run.Id);
    }

    [Fact]
    public async Task Documents_that_were_written_and_read_are_a_part_of_what_was_made_from_what()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Does(async (_, context, cancellationToken) =>
        {
            await context.Workspace.WriteAsync("design.md", "one", 0, cancellationToken: cancellationToken);
            return AgentResult.Succeeded();
        });
        engine.Agent.On("b").Does(async (_, context, cancellationToken)
            => AgentResult.Succeeded((await context.Artifacts.WriteTextAsync("code.txt", (await context.Workspace.ReadAsync("design.md", cancellationToken: cancellationToken))!.Text, cancellationToken: cancellationToken)).ToJson()));
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        var manifest = await engine.Orchestrator.GetManifestAsync(run.Id, TestEngine.Ending);
        Assert.Equal([new ArtifactSource { Kind = "document", Name = "design.md", Version = 1 }], manifest.Artifacts[0].Sources);
        Assert.Equal(
            [ProvenanceNode.Output("b", attempt: 1), ProvenanceNode.Document("design.md", 1), ProvenanceNode.Output("a", attempt: 1)],
            manifest.ToProvenance().MadeFrom(ProvenanceNode.Artifact("code.txt")));
        Assert.Equal(["b"], manifest.ToProvenance().AffectedBy(ProvenanceNode.Document("design.md")));
    }

    [Theory]
    [InlineData(HandoffChoice.Accept)]
    [InlineData(HandoffChoice.Skip)]
    public async Task What_a_person_decided_about_is_in_the_manifest_where_it_was_accepted(HandoffChoice choice)
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("make").Does(async (_, context, cancellationToken) =>
        {
            await context.Artifacts.WriteTextAsync("made.txt", "made", cancellationToken: cancellationToken);
            return AgentResult.Succeeded(ArtifactEngine.Large('m'));
        });
        var plan = HandoffPlans.Of(handoffs: HandoffPlans.Handoff(HandoffPlans.Part("coverage", OnMissing.Ask)));
        var run = await engine.Orchestrator.StartAsync(plan, cancellationToken: TestEngine.Ending).Soon();
        await engine.SeenAsync(run.Id, "handoff.asked make#1");

        await engine.Orchestrator.DecideHandoffAsync(run.Id, "make", new HandoffDecision { Choice = choice, By = "Ada", Reason = "It will do." }, cancellationToken: TestEngine.Ending).Soon();
        await TestEngine.EndOf(run);

        var manifest = await engine.Orchestrator.GetManifestAsync(run.Id, TestEngine.Ending);
        Assert.Equal(choice == HandoffChoice.Accept ? ["made.txt"] : [], manifest.Artifacts.Select(artifact => artifact.Artifact.Name));
        Assert.Equal(choice == HandoffChoice.Accept ? ["make", "use"] : [], manifest.Work.Select(work => work.Task));
        if (choice == HandoffChoice.Accept)
        {
            Assert.Equal(ArtifactEngine.Large('m'), engine.Agent.CallsOf("use")[0].Inputs["in"]);
        }

        await engine.RequireContents(_contents, run.Id);
    }

    [Fact]
    public async Task A_run_that_is_not_there_has_no_manifest()
    {
        await using var engine = ArtifactEngine.With(_contents);
        await Assert.ThrowsAsync<RunNotFoundException>(() => engine.Orchestrator.GetManifestAsync(new RunId("none"), TestEngine.Ending));
    }

    // One writes a specification, two items make something of it, and one looks at the specification by itself if they made something.
    private static async Task<RunId> RunAsync(TestEngine engine)
    {
        engine.Agent.On("write").Does(async (_, context, cancellationToken) =>
        {
            context.ReportModel("m-1");
            return AgentResult.Succeeded((await context.Artifacts.WriteTextAsync("spec.md", "# Spec", cancellationToken: cancellationToken)).ToJson());
        });
        engine.Agent.On("make").Does(async (request, context, cancellationToken) =>
        {
            if (request.Index == 0)
            {
                await context.Artifacts.WriteTextAsync("code.txt", "code 0", cancellationToken: cancellationToken);
                return AgentResult.Succeeded("made");
            }

            await context.Artifacts.WriteTextAsync("code.txt", "code 1", cancellationToken: cancellationToken);
            return AgentResult.Succeeded("made");
        });
        engine.Agent.On("look").Does(async (_, context, cancellationToken) =>
        {
            await context.Artifacts.ReadTextAsync((await context.Artifacts.FindAsync("spec.md", cancellationToken: cancellationToken))!, cancellationToken);
            return AgentResult.Succeeded();
        });
        var run = await engine.StartAsync(plan => plan
            .Input("subject", defaultValue: JsonData.String("ships"))
            .Phase("design", phase => phase.Task("write", "x", task => task.Bind("subject", "inputs.subject")))
            .Phase("build", phase => phase
                .Task("make", "x", task => task.ForEach("[10, 20]", maxParallel: 1).Bind("number", "item").Bind("spec", "tasks.write.output"))
                .Task("look", "x", task => task.When("size(tasks.make.output) == 2"))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        return run.Id;
    }

    private sealed record JsonDigests(string Text)
    {
        public JsonDigests(IEnumerable<ArtifactSource> sources)
            : this(string.Join(' ', sources.Select(source => $"{source.Kind} {source.Name} {source.Digest}")))
        {
        }
    }
}
