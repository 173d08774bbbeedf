using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>Outputs that are moved beside the journal for their size, and come back as inputs.</summary>
public sealed class MovedOutputTests
{
    private readonly InMemoryArtifactStore _contents = new();

    [Fact]
    public async Task A_large_member_is_moved_and_its_consumers_are_given_the_value()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Succeeds(ArtifactEngine.Large('a'));
        engine.Agent.On("b").Succeeds();

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase
            .Task("a", "x")
            .Task("b", "x", task => task
                .Bind("all", "tasks.a.output")
                .Bind("text", "tasks.a.output.text")
                .Bind("number", "tasks.a.output.number")
                .Template("sentence", "It says ${tasks.a.output.text}.")
                .Template("object", JsonData.Parse("""{"nested":["${tasks.a.output}"]}""")))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        var output = (await engine.FactsOf<AttemptSucceeded>(run.Id))[0].Output;
        Assert.True(output.Length < 400, output.ToString());
        var text = ArtifactReference.Of(output.ToElement().GetProperty("text"))!;
        Assert.Equal((true, "a/output/text.json", 5002L), (text.Moved, text.Name, text.Size));
        var inputs = engine.Agent.CallsOf("b")[0].Inputs;
        Assert.Equal(ArtifactEngine.Large('a'), inputs["all"]);
        Assert.Equal(new string('a', 5000), inputs.GetString("text"));
        Assert.Equal("7", inputs["number"].ToString());
        Assert.Equal($"It says {new string('a', 5000)}.", inputs.GetString("sentence"));
        Assert.Equal($$"""{"nested":[{{ArtifactEngine.Large('a')}}]}""", inputs["object"].ToString());
        await engine.RequireContents(_contents, run.Id);
    }

    [Fact]
    public async Task Only_the_largest_members_are_moved_until_the_rest_is_small()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Succeeds(JsonData.Parse($$"""{"small":"{{new string('s', 800)}}","large":"{{new string('l', 9000)}}","middle":"{{new string('m', 1100)}}"}"""));

        var run = await engine.StartAsync(TestEngine.Single());
        await TestEngine.EndOf(run);

        var output = (await engine.FactsOf<AttemptSucceeded>(run.Id))[0].Output.ToElement();
        Assert.NotNull(ArtifactReference.Of(output.GetProperty("large")));
        Assert.Equal(800, output.GetProperty("small").GetString()!.Length);
    }

    [Theory]
    [InlineData("\"{0}\"")]
    [InlineData("[\"{0}\", 1]")]
    public async Task An_output_that_is_no_object_is_moved_as_a_whole(string shape)
    {
        var value = JsonData.Parse(shape.Replace("{0}", new string('v', 4000), StringComparison.Ordinal));
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Succeeds(value);
        engine.Agent.On("b").Succeeds();

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.Bind("value", "tasks.a.output"))));
        await TestEngine.EndOf(run);

        Assert.True(ArtifactReference.Of((await engine.FactsOf<AttemptSucceeded>(run.Id))[0].Output.ToElement())!.Moved);
        Assert.Equal(value, engine.Agent.CallsOf("b")[0].Inputs["value"]);
    }

    [Fact]
    public async Task An_output_of_many_small_members_is_moved_as_a_whole_and_looked_into_by_bindings()
    {
        var value = JsonData.Parse("{" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"m{i}\":{{\"n\":{i}}}")) + "}");
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Succeeds(value);
        engine.Agent.On("b").Succeeds();

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.Bind("deep", "tasks.a.output.m77.n").Template("text", "${tasks.a.output.m5.n + 1}"))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        Assert.NotNull(ArtifactReference.Of((await engine.FactsOf<AttemptSucceeded>(run.Id))[0].Output.ToElement()));
        Assert.Equal("77", engine.Agent.CallsOf("b")[0].Inputs["deep"].ToString());
        Assert.Equal("6", engine.Agent.CallsOf("b")[0].Inputs["text"].ToString());
    }

    [Fact]
    public async Task What_a_condition_looks_into_stays()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Succeeds(JsonData.Parse($$"""{"log":"{{new string('x', 6000)}}","verdict":"{{new string('y', 3000)}}"}"""));
        engine.Agent.On("b").Succeeds();

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.When("tasks.a.output.verdict.startsWith('yyy')"))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        var output = (await engine.FactsOf<AttemptSucceeded>(run.Id))[0].Output.ToElement();
        Assert.NotNull(ArtifactReference.Of(output.GetProperty("log")));
        Assert.Equal(3000, output.GetProperty("verdict").GetString()!.Length);
        Assert.Single(engine.Agent.CallsOf("b"));
    }

    [Fact]
    public async Task The_outputs_of_items_are_moved_one_by_one()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("each").Does((request, _, _) => Task.FromResult(AgentResult.Succeeded(ArtifactEngine.Large((char)('a' + request.Index!.Value)))));
        engine.Agent.On("after").Succeeds();

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase
            .Task("each", "x", task => task.ForEach("[1, 2, 3]").Bind("item", "item"))
            .Task("after", "x", task => task.Bind("all", "tasks.each.output").Bind("second", "tasks.each.output[1].text"))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        Assert.All((await engine.FactsOf<AttemptSucceeded>(run.Id)).Where(fact => fact.Task == "each"), fact => Assert.True(fact.Output.Length < 400));
        var inputs = engine.Agent.CallsOf("after")[0].Inputs;
        Assert.Equal(new string('b', 5000), inputs.GetString("second"));
        Assert.Equal($"[{string.Join(',', "abc".Select(sign => ArtifactEngine.Large(sign).ToString()))}]", inputs["all"].ToString());
    }

    [Fact]
    public async Task Values_go_into_runs_that_do_tasks_and_come_back()
    {
        var child = new PlanBuilder("child")
            .Input("text", required: true, schema: JsonData.Parse("""{"type":"string"}"""))
            .Output("made", "${tasks.c.output.text}")
            .Output("file", "${tasks.c.output.file}")
            .Phase("one", phase => phase.Task("c", "x", task => task.Bind("text", "inputs.text")))
            .Build();
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Succeeds(ArtifactEngine.Large('a'));
        engine.Agent.On("c").Does(async (request, context, cancellationToken) =>
        {
            var file = await context.Artifacts.WriteTextAsync("c.txt", "file", cancellationToken: cancellationToken);
            return AgentResult.Succeeded(JsonData.Parse($$"""{"text":"{{request.Inputs.GetString("text")!.Replace('a', 'c')}}","file":{{file.ToJson()}}}"""));
        });
        engine.Agent.On("b").Succeeds();

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase
            .Task("a", "x")
            .SubPlan("s", child, task => task.Bind("text", "tasks.a.output.text"))
            .Task("b", "x", task => task.Bind("made", "tasks.s.output.made").Bind("file", "tasks.s.output.file"))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        Assert.Equal(new string('c', 5000), engine.Agent.CallsOf("b")[0].Inputs.GetString("made"));
        var links = await _contents.ListLinksAsync(null, 100, TestEngine.Ending);
        Assert.Contains(links, link => link.Run == run.Id && link.Digest == ContentDigest.Of("file"u8));
        await engine.RequireContents(_contents, run.Id);
    }

    [Fact]
    public async Task The_result_of_a_run_has_the_values_again()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Succeeds(ArtifactEngine.Large('a'));

        var run = await engine.StartAsync(plan => plan.Output("text", "${tasks.a.output.text}").Phase("one", phase => phase.Task("a", "x")));

        // A template keeps it in the journal; the result is the same either way.
        Assert.Equal(new string('a', 5000), (await TestEngine.EndOf(run)).Output.ToElement().GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_value_that_is_too_large_to_be_given_is_handed_over_as_a_reference()
    {
        await using var engine = ArtifactEngine.With(_contents, configure: options => options.MaxOutputBytes = 4096);
        engine.Agent.On("a").Succeeds(ArtifactEngine.Large('a', 10_000));
        engine.Agent.On("b").Does(async (request, context, cancellationToken) =>
        {
            var reference = ArtifactReference.Of(request.Inputs["text"].ToElement())!;
            return AgentResult.Succeeded(JsonData.Parse($"{(await context.Artifacts.ReadJsonAsync(reference, cancellationToken)).Length}"));
        });

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.Bind("text", "tasks.a.output.text"))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        Assert.Equal("10002", (await engine.FactsOf<AttemptSucceeded>(run.Id))[1].Output.ToString());
    }

    [Fact]
    public async Task An_output_may_be_larger_than_what_the_journal_takes()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Succeeds(ArtifactEngine.Large('a', 6_000_000));

        var run = await engine.StartAsync(TestEngine.Single());

        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        await engine.RequireContents(_contents, run.Id);
    }

    [Fact]
    public async Task Moved_outputs_of_earlier_turns_are_given_to_those_that_follow()
    {
        await using var engine = ArtifactEngine.With(_contents);
        engine.Agent.On("a").Does((request, _, _) => Task.FromResult(AgentResult.Succeeded(ArtifactEngine.Large((char)('a' + request.Turn), number: request.Turn))));
        engine.Agent.On("b").Succeeds();

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase
            .Task("a", "x", task => task.Repeat("tasks.a.output.number == 3", 5))
            .Task("b", "x", task => task.Bind("all", "tasks.a.outputs").Bind("second", "tasks.a.outputs[1].text"))));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);

        Assert.All((await engine.FactsOf<AttemptSucceeded>(run.Id)).Where(fact => fact.Task == "a"), fact => Assert.True(fact.Output.Length < 400));
        Assert.Equal(new string('c', 5000), engine.Agent.CallsOf("b")[0].Inputs.GetString("second"));
        Assert.Equal(3, engine.Agent.CallsOf("b")[0].Inputs["all"].ToElement().GetArrayLength());
    }

    [Fact]
    public async Task What_can_not_be_moved_and_is_too_large_fails_the_attempt()
    {
        await using var engine = ArtifactEngine.With(_contents, configure: options => options.MaxOutputBytes = 4096);
        engine.Agent.On("a").Succeeds(ArtifactEngine.Large('a', 10_000));

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.When("tasks.a.output.text != ''"))));
        await TestEngine.EndOf(run);

        var failure = Assert.Single(await engine.FactsOf<AttemptFailed>(run.Id)).Failure;
        Assert.Equal(FailureClass.InvalidOutput, failure.Class);
        Assert.Contains("conditions of the plan look into them", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_moved_value_that_is_damaged_is_given_to_nobody()
    {
        var damaged = new DamagedArtifactStore(_contents);
        await using var engine = ArtifactEngine.With(damaged);
        engine.Agent.On("a").Succeeds(ArtifactEngine.Large('a'));
        engine.Agent.On("b").Succeeds();

        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.Bind("text", "tasks.a.output.text"))));
        await TestEngine.EndOf(run);

        var failure = Assert.Single(await engine.FactsOf<AttemptFailed>(run.Id)).Failure;
        Assert.Equal(FailureClass.InvalidInput, failure.Class);
        Assert.Contains("is damaged", failure.Message, StringComparison.Ordinal);
        Assert.Empty(engine.Agent.CallsOf("b"));
    }

    [Fact]
    public async Task References_that_runs_are_given_are_needed_by_them_or_refused()
    {
        await using var engine = ArtifactEngine.With(_contents);
        var stored = await _contents.PutAsync(new RunId("before"), new MemoryStream("old"u8.ToArray()), 100, TestEngine.Ending);
        var known = new ArtifactReference { Name = "old.txt", MediaType = "text/plain", Digest = stored.Digest, Size = 3 };
        var unknown = known with { Digest = ContentDigest.Of("never"u8) };
        engine.Agent.On("a").Does(async (request, context, cancellationToken)
            => AgentResult.Succeeded(await context.Artifacts.ReadTextAsync(ArtifactReference.Of(request.Inputs["file"].ToElement())!, cancellationToken)));
        Action<PlanBuilder> write = plan => plan.Input("file").Output("text", "${tasks.a.output}").Phase("one", phase => phase.Task("a", "x", task => task.Bind("file", "inputs.file")));

        var run = await engine.StartAsync(write, new StartRunOptions { Inputs = new Dictionary<string, JsonData> { ["file"] = known.ToJson() } });
        Assert.Equal("""{"text":"old"}""", (await TestEngine.EndOf(run)).Output.ToString());
        Assert.Contains(await _contents.ListLinksAsync(null, 100, TestEngine.Ending), link => link.Run == run.Id);

        var refused = await Assert.ThrowsAsync<ArtifactNotFoundException>(() => engine.StartAsync(write, new StartRunOptions { Id = new RunId("refused"), Inputs = new Dictionary<string, JsonData> { ["file"] = unknown.ToJson() } }));
        Assert.Contains("The inputs for run 'refused' name contents that are not there", refused.Message, StringComparison.Ordinal);
        Assert.Null(await engine.Orchestrator.GetAsync(new RunId("refused"), TestEngine.Ending));
    }
}
