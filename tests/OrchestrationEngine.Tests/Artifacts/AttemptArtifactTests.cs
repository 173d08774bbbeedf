using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>What agents write, find and open.</summary>
public sealed class AttemptArtifactTests
{
    private readonly InMemoryArtifactStore _contents = new();

    [Fact]
    public async Task What_an_attempt_wrote_is_registered_with_its_success_and_opened_by_the_next_task()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Does(async (_, context, cancellationToken) =>
        {
            context.ReportModel("m-1");
            var reference = await context.Artifacts.WriteTextAsync("report.md", "# Report", cancellationToken: cancellationToken);
            return AgentResult.Succeeded(JsonData.Parse($$"""{"report":{{reference.ToJson()}}}"""));
        });
        engine.Agent.On("b").Does(async (request, context, cancellationToken) =>
        {
            var reference = ArtifactReference.Of(request.Inputs["report"].ToElement())!;
            await context.Artifacts.WriteTextAsync("copy.txt", await context.Artifacts.ReadTextAsync(reference, cancellationToken), cancellationToken: cancellationToken);
            return AgentResult.Succeeded();
        });

        var run = await engine.StartAsync(plan => plan
            .Input("subject", defaultValue: JsonData.String("x"))
            .Phase("one", phase => phase
                .Task("a", "x", task => task.Bind("subject", "inputs.subject"))
                .Task("b", "x", task => task.Bind("report", "tasks.a.output.report"))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        var registered = await engine.FactsOf<ArtifactRegistered>(run.Id);
        Assert.Equal(["report.md", "copy.txt"], registered.Select(fact => fact.Artifact.Name));
        Assert.Equal(("a", 1, 1, "x", "m-1", "text/markdown", 8L), (registered[0].Task, registered[0].Attempt, registered[0].Version, registered[0].Agent, registered[0].Model, registered[0].Artifact.MediaType, registered[0].Artifact.Size));
        Assert.Equal([new ArtifactSource { Kind = "input", Name = "subject", Digest = ContentDigest.Of("\"x\""u8) }], registered[0].Sources);
        Assert.Equal(
            [new ArtifactSource { Kind = "output", Name = "a", Digest = ContentDigest.Of(registered[0].Artifact.ToJson().Utf8.Span) }, new ArtifactSource { Kind = "artifact", Name = "report.md", Digest = registered[0].Artifact.Digest }],
            registered[1].Sources);
        Assert.Equal("# Report", await (await engine.Orchestrator.OpenArtifactAsync(run.Id, "copy.txt", cancellationToken: TestEngine.Ending)).TextOf());
        await engine.RequireContents(_contents, run.Id);
    }

    [Fact]
    public async Task Versions_of_a_name_are_counted_over_all_tasks_and_each_is_found()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Does(async (_, context, cancellationToken) =>
        {
            await context.Artifacts.WriteTextAsync("log.txt", "one", cancellationToken: cancellationToken);
            await context.Artifacts.WriteTextAsync("log.txt", "two", cancellationToken: cancellationToken);
            return AgentResult.Succeeded();
        });
        engine.Agent.On("b").Does(ArtifactEngine.Writes("log.txt", "three"));
        engine.Agent.On("c").Does(async (_, context, cancellationToken) =>
        {
            var found = new List<string?>();
            foreach (int? version in new int?[] { null, 1, 2, 3, 4, 0 })
            {
                var reference = await context.Artifacts.FindAsync("log.txt", version, cancellationToken);
                found.Add(reference is null ? null : await context.Artifacts.ReadTextAsync(reference, cancellationToken));
            }

            Assert.Null(await context.Artifacts.FindAsync("other", cancellationToken: cancellationToken));
            return AgentResult.Succeeded(string.Join(' ', found.Select(text => text ?? "-")));
        });

        var run = await engine.StartAsync(plan => plan.Output("found", "${tasks.c.output}").Phase("one", phase => phase.Task("a", "x").Task("b", "x").Task("c", "x")));

        Assert.Equal("""{"found":"three one two three - -"}""", (await TestEngine.EndOf(run)).Output.ToString());
        Assert.Equal([1, 2, 3], (await engine.FactsOf<ArtifactRegistered>(run.Id)).Select(fact => fact.Version));
        Assert.Equal("one", await (await engine.Orchestrator.OpenArtifactAsync(run.Id, "log.txt", 1, TestEngine.Ending)).TextOf());
        var none = await Assert.ThrowsAsync<ArtifactNotFoundException>(() => engine.Orchestrator.OpenArtifactAsync(run.Id, "log.txt", 9, TestEngine.Ending));
        Assert.Contains("has no artifact 'log.txt' in version 9", none.Message, StringComparison.Ordinal);
        Assert.Equal(["artifact"], (await engine.FactsOf<AttemptSucceeded>(run.Id)).Single(fact => fact.Task == "c").Opened.Select(source => source.Kind).Distinct());
    }

    [Fact]
    public async Task An_attempt_that_fails_registers_nothing()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Does(async (request, context, cancellationToken) =>
        {
            await context.Artifacts.WriteTextAsync("a.txt", $"{request.Attempt}", cancellationToken: cancellationToken);
            return request.Attempt == 1 ? AgentResult.Failed(FailureClass.Unavailable, "Not yet.") : AgentResult.Succeeded();
        });

        var run = await engine.StartAsync(TestEngine.Single(task => task.Retry(2, TimeSpan.Zero)));
        await TestEngine.EndOf(run);

        var registered = Assert.Single(await engine.FactsOf<ArtifactRegistered>(run.Id));
        Assert.Equal((1, 2, ContentDigest.Of("2"u8)), (registered.Version, registered.Attempt, registered.Artifact.Digest));
    }

    [Theory]
    [InlineData("../a.txt", "has the segment '..'")]
    [InlineData("/etc/passwd", "is absolute")]
    [InlineData("a/NUL.txt", "is a device on Windows")]
    public async Task A_name_that_is_not_safe_fails_the_attempt(string name, string problem)
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Does(ArtifactEngine.Writes(name, "text"));

        var run = await engine.StartAsync(TestEngine.Single());
        await TestEngine.EndOf(run);

        var failure = Assert.Single(await engine.FactsOf<AttemptFailed>(run.Id)).Failure;
        Assert.Equal(FailureClass.InvalidOutput, failure.Class);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Empty(await engine.FactsOf<ArtifactRegistered>(run.Id));
    }

    [Fact]
    public async Task An_output_that_names_a_content_that_is_not_there_fails_the_attempt()
    {
        await using var engine = ArtifactEngine.With(_contents);
        var made = new ArtifactReference { Name = "made-up.txt", MediaType = "text/plain", Digest = ContentDigest.Of("never written"u8), Size = 13 };
        engine.Agent.On("a").Succeeds(JsonData.Parse($$"""{"files":[{{made.ToJson()}}]}"""));

        var run = await engine.StartAsync(TestEngine.Single());
        await TestEngine.EndOf(run);

        var failure = Assert.Single(await engine.FactsOf<AttemptFailed>(run.Id)).Failure;
        Assert.Equal(FailureClass.InvalidOutput, failure.Class);
        Assert.Contains($"has no content {made.Digest} ('made-up.txt')", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_content_that_is_removed_before_the_outcome_is_stored_fails_the_attempt_and_the_next_one_makes_it_again()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Does(async (request, context, cancellationToken) =>
        {
            await context.Artifacts.WriteTextAsync("a.txt", "made", cancellationToken: cancellationToken);
            if (request.Attempt == 1)
            {
                await _contents.UnlinkAsync(request.Run, null, DateTimeOffset.MaxValue, cancellationToken);
                await _contents.CollectAsync(DateTimeOffset.MaxValue, 100, cancellationToken);
            }

            return AgentResult.Succeeded();
        });

        var run = await engine.StartAsync(TestEngine.Single(task => task.Retry(2, TimeSpan.Zero)));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        Assert.Contains("has no content", Assert.Single(await engine.FactsOf<AttemptFailed>(run.Id)).Failure.Message, StringComparison.Ordinal);
        await engine.RequireContents(_contents, run.Id);
    }

    [Fact]
    public async Task A_content_that_is_too_large_fails_the_attempt()
    {
        await using var engine = ArtifactEngine.With(_contents, configure: options => options.MaxArtifactBytes = 4096);
        engine.Agent.On("a").Does(ArtifactEngine.Writes("a.txt", new string('a', 4097)));

        var run = await engine.StartAsync(TestEngine.Single());
        await TestEngine.EndOf(run);

        Assert.Equal(FailureClass.InvalidOutput, Assert.Single(await engine.FactsOf<AttemptFailed>(run.Id)).Failure.Class);
    }

    [Fact]
    public async Task After_an_attempt_has_ended_its_artifacts_refuse()
    {
        await using var engine = ArtifactEngine.With(_contents);
        IArtifacts? kept = null;
        engine.Agent.On("a").Does((_, context, _) =>
        {
            kept = context.Artifacts;
            return Task.FromResult(AgentResult.Succeeded());
        });

        var run = await engine.StartAsync(TestEngine.Single());
        await TestEngine.EndOf(run);

        var late = await Assert.ThrowsAsync<InvalidOperationException>(async () => await kept!.WriteTextAsync("a.txt", "late", cancellationToken: TestEngine.Ending));
        Assert.Contains("has ended", late.Message, StringComparison.Ordinal);
        Assert.Empty(await engine.FactsOf<ArtifactRegistered>(run.Id));
    }

    [Fact]
    public async Task What_an_attempt_wrote_that_was_given_up_changes_nothing()
    {
        await using var engine = ArtifactEngine.With(_contents, configure: options =>
        {
            options.StopGracePeriod = TimeSpan.Zero;
            options.UnloadWaitingRunsAfter = TimeSpan.FromDays(1);
        });
        var (began, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        engine.Agent.On("a").Does(async (request, context, cancellationToken) =>
        {
            await context.Artifacts.WriteTextAsync("a.txt", $"{request.Attempt}", cancellationToken: CancellationToken.None);
            if (request.Attempt == 1)
            {
                began.SetResult();
                await goOn.Task;
            }

            return AgentResult.Succeeded($"{request.Attempt}");
        });

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Parallel().Task("a", "x", task => task.Timeout(TimeSpan.FromMinutes(1)).Retry(2, TimeSpan.Zero)).Wait("w", TimeSpan.FromHours(1))));
        await began.Task.Soon();
        await engine.PassAsync(run.Id, TimeSpan.FromMinutes(1));
        await engine.SeenAsync(run.Id, "attempt.succeeded a#2");
        goOn.SetResult();
        await engine.SeenAsync(run.Id, "attempt.ignored a#1");

        var registered = Assert.Single(await engine.FactsOf<ArtifactRegistered>(run.Id));
        Assert.Equal((2, 1), (registered.Attempt, registered.Version));
    }

    [Fact]
    public async Task Without_a_store_an_agent_that_writes_is_told_so()
    {
        var plain = new TestEngine();
        await using var engine = plain;
        engine.Agent.On("a").Does(ArtifactEngine.Writes("a.txt", "text"));

        var run = await engine.StartAsync(TestEngine.Single());
        await TestEngine.EndOf(run);

        Assert.Contains("No artifact store is registered", Assert.Single(await engine.FactsOf<AttemptFailed>(run.Id)).Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_state_has_the_names_and_versions()
    {
        var (store, agent, time) = TestEngine.Parts();
        agent.On("a").Does(ArtifactEngine.Writes("a.txt", "one"));
        agent.On("b").Does(ArtifactEngine.Writes("a.txt", "two"));
        await using var engine = ArtifactEngine.With(_contents, store, agent, time);
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Wait("w", TimeSpan.FromDays(1)).Task("b", "x")));
        await engine.SeenAsync(run.Id, "attempt.succeeded a#1");
        var facts = await engine.FactsOf(run.Id);
        var state = RunFold.Begin(run.Id, facts[0], PlanGraph.Compile(((RunCreated)facts[0].Event).Plan), TimeSpan.Zero);
        foreach (var recorded in facts.Skip(1))
        {
            RunFold.Apply(state, recorded);
        }

        var kept = RunStateCodec.Decode(run.Id, facts[0], state.Graph, TimeSpan.Zero, RunStateCodec.Encode(state)!.Value, out var problem);

        Assert.Null(problem);
        Assert.True(kept!.NamesContents);
        Assert.Equal(state.Artifacts.Of("a.txt"), kept.Artifacts.Of("a.txt"));
        Assert.Equal((1, 1), (kept.Artifacts.Of("a.txt").Count, kept.Artifacts.Of("a.txt").Version));
    }

    [Fact]
    public async Task A_test_context_has_artifacts()
    {
        var context = new TestAgentContext();
        var written = await context.Artifacts.WriteTextAsync("a.md", "text", cancellationToken: TestEngine.Ending);
        context.ReportModel("m");

        Assert.Equal("text", await context.Artifacts.ReadTextAsync((await context.Artifacts.FindAsync("a.md", cancellationToken: TestEngine.Ending))!, TestEngine.Ending));
        Assert.Equal("m", context.Model);
        Assert.Equal([written], context.Artifacts.Written);
        await Assert.ThrowsAsync<UnsafePathException>(async () => await context.Artifacts.WriteTextAsync("../a.md", "text", cancellationToken: TestEngine.Ending));
    }
}
