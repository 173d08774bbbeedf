using System.Text;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanJsonTests
{
    private const string Everything = """
        {
          "id": "release", "version": "2", "name": "Release", "description": "Ships it",
          "inputs": {
            "repository": { "description": "Where", "required": true },
            "depth": { "default": 3 },
            "nothing": { "default": null, "schema": { "type": [ "null", "string" ], "pattern": "^${x}" } }
          },
          "outputs": { "all": "${tasks['@plan'].output}", "fixed": { "a": [ "$${b}", "${inputs.depth}" ] } },
          "startAt": "${inputs.nothing}",
          "agents": [ { "id": "reader", "uses": "acme/reader", "description": "Reads" }, { "id": "writer" } ],
          "tiers": [ { "id": "t1", "name": "First" } ],
          "onFailure": { "mode": "finishWhatCan", "failuresAllowed": 1 },
          "maxParallelTasks": 8, "maxStarts": 4,
          "phases": [
            { "id": "9a", "name": "Read", "tier": "t1", "dependsOn": [], "mode": "parallel", "timeout": "1h",
              "onFailure": { "failuresAllowed": 2 },
              "tasks": [
                { "id": "files", "name": "Files", "agent": "reader",
                  "inputs": { "root": "${inputs.repository}", "deep": true, "list": [1, "a"], "cost": "$${5}" },
                  "outputs": [ "paths" ], "priority": -2, "timeout": "30s", "estimate": "1.5s", "onSkipped": "run", "onUnknown": "probe", "maxStarts": 3,
                  "retry": { "maxAttempts": 3, "initialDelay": "0s", "factor": 1.5, "maxDelay": "1m", "jitter": "equal", "nonRetryable": [ "timeout", "invalidOutput" ] } }
              ] },
            { "id": "-1", "when": "inputs.depth != 0",
              "tasks": [ { "id": "@plan", "agent": "writer", "dependsOn": [ "files" ], "inputs": { "paths": "${tasks.files.output.paths[0]}" } } ] },
            { "id": "flow", "mode": "smart", "skipWhen": { "condition": "inputs.depth == 1", "reason": "Too shallow" }, "maxParallelTasks": 2, "locks": [ "repository" ],
              "repeat": { "until": "tasks.vote.output != null", "max": 5, "delay": "1s", "onExhausted": "continue" },
              "tasks": [
                { "id": "vote", "agent": "writer", "dependsOn": [ "files", "@plan" ], "join": { "atLeast": 1, "cancelRest": true }, "when": "inputs.depth != 3",
                  "skipWhen": "inputs.depth == 4", "choice": "way", "repeat": { "until": "tasks.vote.output == 1", "max": 3 }, "guard": "tasks.files.output.paths != null", "guardTimeout": "5m",
                  "locks": [ "l" ], "resources": { "gpu": 2 }, "reads": [ "a" ], "writes": [ "b" ], "exclusive": [ "c" ], "criticality": "critical", "tags": [ "t" ],
                  "estimate": "1s", "estimateP90": "2s", "estimatedTokens": 12345678901, "estimatedCost": 1.50 },
                { "id": "each", "agent": "reader", "forEach": "${tasks.files.output.paths}", "inputs": { "one": "${item}" } },
                { "id": "open", "agent": "reader", "dependsOn": [ "vote" ], "join": "any",
                  "forEach": { "items": "${inputs.depth}", "maxParallel": 4, "join": { "until": "tasks.open.items.succeeded == 3" }, "continueOnError": true, "open": true } },
                { "id": "until", "agent": "reader", "dependsOn": [ "vote", "open" ], "join": { "until": "tasks.vote.output == 2" } },
                { "id": "pause", "wait": { "after": "1h" } },
                { "id": "signal", "wait": { "signal": "${inputs.repository}", "mode": "transient", "where": "signal.payload.ok == true" }, "timeout": "1h" },
                { "id": "choice", "wait": { "firstOf": { "time": { "at": "${inputs.repository}" }, "late": { "after": "0s" } } } },
                { "id": "child", "plan": { "id": "other", "version": "3", "maxDepth": 2 }, "inputs": { "x": 1 } },
                { "id": "inner", "plan": { "inline": { "id": "in", "phases": [ { "id": "p", "tasks": [ { "id": "q", "agent": "g" } ] } ] } } },
                { "id": "stop", "dependsOn": [ "vote", "each" ], "join": "first", "end": { "status": "failed", "reason": "${inputs.repository}" } },
                { "id": "done", "end": "canceled" }
              ] }
          ]
        }
        """;

    [Fact]
    public void Every_property_arrives_in_the_model()
    {
        var plan = PlanJson.Read(Everything);

        Assert.Equal(("release", "2", "Release", "Ships it", 8), (plan.Id, plan.Version, plan.Name, plan.Description, plan.MaxParallelTasks));
        Assert.Equal(new FailurePolicy { Mode = FailureMode.FinishWhatCan, FailuresAllowed = 1 }, plan.OnFailure);
        Assert.Equal(["repository", "depth", "nothing"], plan.Inputs.Select(input => input.Name));
        Assert.Equal([null, JsonData.Parse("3"), JsonData.Null], plan.Inputs.Select(input => input.Default));
        Assert.True(plan.Inputs[0].Required);
        Assert.Equal(new PlanAgent { Id = "reader", Uses = "acme/reader", Description = "Reads" }, plan.Agents[0]);
        Assert.Equal(new PlanTier { Id = "t1", Name = "First" }, Assert.Single(plan.Tiers));

        var (first, second) = (plan.Phases[0], plan.Phases[1]);
        Assert.Equal(("9a", "t1", PhaseMode.Parallel, TimeSpan.FromHours(1)), (first.Id, first.Tier, first.Mode, first.Timeout));
        Assert.Empty(first.DependsOn!);
        Assert.Equal(2, first.OnFailure.FailuresAllowed);
        Assert.Null(second.DependsOn);
        Assert.Equal("inputs.depth != 0", second.When!.Text);

        var files = Assert.Single(first.Tasks);
        Assert.Equal(("files", "reader", -2, OnSkipped.Run), (files.Id, files.Agent, files.Priority, files.OnSkipped));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1.5)), (files.Timeout, files.Estimate));
        Assert.Equal((OnUnknown.Probe, 3, 4), (files.OnUnknown, files.MaxStarts, plan.MaxStarts));
        Assert.Equal(["root", "deep", "list", "cost"], files.Inputs.Select(input => input.Name));
        Assert.Equal("inputs.repository", files.Inputs[0].From!.ToString());
        Assert.Equal(["true", "[1,\"a\"]", "\"${5}\""], files.Inputs.Skip(1).Select(input => input.Value.ToString()));
        Assert.Equal((3, TimeSpan.Zero, 1.5, RetryJitter.Equal), (files.Retry.MaxAttempts, files.Retry.InitialDelay, files.Retry.Factor, files.Retry.Jitter));
        Assert.Equal([FailureClass.Timeout, FailureClass.InvalidOutput], files.Retry.NonRetryable);
    }

    [Fact]
    public void A_plan_of_every_property_is_written_as_it_was_read()
    {
        var written = Encoding.UTF8.GetString(PlanJson.Write(PlanJson.Read(Everything), indented: true));

        using var before = JsonDocument.Parse(Everything);
        using var after = JsonDocument.Parse(written);
        Assert.True(JsonElement.DeepEquals(before.RootElement, after.RootElement), written);
    }

    [Fact]
    public void A_random_plan_survives_writing_and_reading()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var plan = new RandomPlan(seed).Make();
            var written = PlanJson.Write(plan, indented: seed % 2 == 0);
            var again = PlanJson.Read(written);

            Assert.True(written.AsSpan().SequenceEqual(PlanJson.Write(again, indented: seed % 2 == 0)), $"seed {seed}: {Encoding.UTF8.GetString(written)}");
            Assert.Equal(plan.Id, again.Id);
            var (before, after) = (AllTasks(plan), AllTasks(again));
            Assert.Equal(before.Select(task => task.Id), after.Select(task => task.Id));
            Assert.Equal(before.SelectMany(task => task.DependsOn), after.SelectMany(task => task.DependsOn));
            Assert.Equal(before.SelectMany(task => task.Inputs.Select(input => input.From)), after.SelectMany(task => task.Inputs.Select(input => input.From)));
            foreach (var (left, right) in before.SelectMany(task => task.Inputs).Zip(after.SelectMany(task => task.Inputs)))
            {
                Assert.True(JsonElement.DeepEquals(left.Value.ToElement(), right.Value.ToElement()), $"seed {seed}: {left.Value} became {right.Value}");
            }
        }
    }

    [Fact]
    public void All_ways_to_write_give_the_same_text()
    {
        var plan = PlanJson.Read(Everything);
        var expected = PlanJson.Write(plan);

        using var stream = new MemoryStream();
        PlanJson.Write(plan, stream);
        using var embedded = new MemoryStream();
        using (var writer = new Utf8JsonWriter(embedded))
        {
            PlanJson.Write(plan, writer);
        }

        Assert.Equal(expected, stream.ToArray());
        Assert.Equal(PlanJson.Read(expected).Id, PlanJson.Read(embedded.ToArray()).Id);
    }

    [Fact]
    public void A_stream_is_read_to_its_end_whether_or_not_its_length_is_known()
    {
        var bytes = Encoding.UTF8.GetBytes(Everything + new string(' ', 20_000));
        using var seekable = new MemoryStream(bytes);
        using var trickle = new TrickleStream(bytes);

        Assert.Equal("release", PlanJson.Read(seekable).Id);
        Assert.Equal("release", PlanJson.Read(trickle).Id);
        Assert.True(seekable.CanRead);
    }

    [Fact]
    public void A_reference_shares_the_string_of_the_id_it_names()
    {
        var plan = PlanJson.Read(Everything);

        Assert.Same(plan.Phases[0].Tasks[0].Id, plan.Phases[1].Tasks[0].DependsOn[0]);
        Assert.Same(plan.Agents[0].Id, plan.Phases[0].Tasks[0].Agent);
    }

    [Fact]
    public void What_is_not_given_takes_no_memory_of_its_own()
    {
        var plan = PlanJson.Read("""{"id":"p","phases":[{"id":"a","tasks":[{"id":"x","agent":"g"},{"id":"y","agent":"g"}]}]}""");
        var (x, y) = (plan.Phases[0].Tasks[0], plan.Phases[0].Tasks[1]);

        Assert.Same(x.Inputs, y.Inputs);
        Assert.Same(x.DependsOn, y.DependsOn);
        Assert.Same(x.Retry, RetryPolicy.None);
    }

    [Fact]
    public void A_literal_does_not_change_when_the_bytes_it_was_read_from_do()
    {
        var bytes = """{"id":"p","phases":[{"id":"a","tasks":[{"id":"x","agent":"g","inputs":{"v":"kept"}}]}]}"""u8.ToArray();
        var plan = PlanJson.Read(bytes);
        bytes.AsSpan().Clear();

        Assert.Equal("\"kept\"", plan.Phases[0].Tasks[0].Inputs[0].Value.ToString());
    }

    [Fact]
    public void A_byte_order_mark_is_accepted_and_not_counted()
    {
        Assert.Equal("p", PlanJson.Read(Encoding.UTF8.GetBytes("\uFEFF" + """{"id":"p","phases":[{"id":"a"}]}""")).Id);

        var problem = Assert.Single(PlanJson.Inspect(Encoding.UTF8.GetBytes("\uFEFF5")).Problems);
        Assert.Equal((1L, 1L), (problem.Line, problem.Column));
    }

    [Fact]
    public void An_unverified_plan_may_have_references_to_nothing()
    {
        const string Text = """{"id":"p","phases":[{"id":"a","dependsOn":["nowhere"]}]}""";

        Assert.Throws<PlanInvalidException>(() => PlanJson.Read(Text));
        Assert.Equal(["nowhere"], PlanJson.Read(Text, new PlanReadOptions { Verify = false }).Phases[0].DependsOn!);
    }

    private static List<TaskDefinition> AllTasks(OrchestrationPlan plan) => [.. plan.Phases.SelectMany(phase => phase.Tasks)];

    /// <summary>Gives a few bytes at a time and does not know how many there are.</summary>
    private sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 777));
    }
}
