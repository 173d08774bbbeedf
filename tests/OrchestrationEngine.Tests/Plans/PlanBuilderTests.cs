using System.Text;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanBuilderTests
{
    [Fact]
    public void A_plan_written_in_code_equals_the_same_plan_in_a_file()
    {
        var plan = new PlanBuilder("release")
            .Version("2").Name("Release").Description("Ships it")
            .Input("repository", required: true, description: "Where").Input("deep", defaultValue: JsonData.Parse("true"))
            .Agent("reviewer", uses: "acme/reviewer", description: "Reads").Agent("inventory-agent")
            .Tier("orchestration", "First")
            .OnFailure(FailureMode.FinishWhatCan, failuresAllowed: 1)
            .MaxParallelTasks(4).MaxStarts(1000)
            .Phase("inventory", phase => phase
                .Name("Inventory").Tier("orchestration").Parallel().DependsOn().When("inputs.deep == true").Timeout(TimeSpan.FromHours(1))
                .OnFailure(FailureMode.FailFast, failuresAllowed: 2)
                .Task("other", "reviewer")
                .Task("files", "inventory-agent", task => task
                    .Name("Files").Input("path", "src/${x}").Input("count", 3).Input("all", true).Input("list", JsonData.Parse("[1]")).Input("none", (string?)null)
                    .Bind("root", "inputs.repository").Output("files", "total").After("other")
                    .Retry(maxAttempts: 3, initialDelay: TimeSpan.FromMilliseconds(250), jitter: RetryJitter.Full)
                    .Timeout(TimeSpan.FromSeconds(30)).Priority(1).Estimate(TimeSpan.FromMinutes(2)).OnSkipped(OnSkipped.Run)
                    .OnUnknown(OnUnknown.Fail).MaxStarts(2)))
            .Phase("empty", phase => phase.DependsOn("inventory").Sequential())
            .Phase("last")
            .Build();

        const string Text = """
            {
              "id": "release", "version": "2", "name": "Release", "description": "Ships it",
              "inputs": { "repository": { "description": "Where", "required": true }, "deep": { "default": true } },
              "agents": [ { "id": "reviewer", "uses": "acme/reviewer", "description": "Reads" }, { "id": "inventory-agent" } ],
              "tiers": [ { "id": "orchestration", "name": "First" } ],
              "onFailure": { "mode": "finishWhatCan", "failuresAllowed": 1 },
              "maxParallelTasks": 4, "maxStarts": 1000,
              "phases": [
                { "id": "inventory", "name": "Inventory", "tier": "orchestration", "dependsOn": [], "mode": "parallel", "when": "inputs.deep == true",
                  "timeout": "1h", "onFailure": { "failuresAllowed": 2 },
                  "tasks": [
                    { "id": "other", "agent": "reviewer" },
                    { "id": "files", "name": "Files", "agent": "inventory-agent",
                      "inputs": { "path": "src/$${x}", "count": 3, "all": true, "list": [1], "none": null, "root": "${inputs.repository}" },
                      "outputs": [ "files", "total" ], "dependsOn": [ "other" ], "priority": 1, "timeout": "30s",
                      "retry": { "maxAttempts": 3, "initialDelay": "250ms", "jitter": "full" }, "estimate": "2m", "onSkipped": "run", "onUnknown": "fail", "maxStarts": 2 }
                  ] },
                { "id": "empty", "dependsOn": [ "inventory" ] },
                { "id": "last" }
              ]
            }
            """;
        var written = Encoding.UTF8.GetString(PlanJson.Write(plan));
        using var expected = JsonDocument.Parse(Text);
        using var actual = JsonDocument.Parse(written);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), written);
        Assert.Equal(written, Encoding.UTF8.GetString(PlanJson.Write(PlanJson.Read(Text))));
    }

    [Fact]
    public void Building_reports_every_problem_at_once()
    {
        var builder = new PlanBuilder("p")
            .Phase("a", phase => phase.When("inputs.x ==").Task("t", "g", task => task.Bind("v", "inputs..x").Bind("w", "tasks.nobody.output").Retry(maxAttempts: 0)))
            .Phase("a");

        var error = Assert.Throws<PlanInvalidException>(() => builder.Build());

        Assert.Equal("p", error.PlanId);
        Assert.Equal(
            ["/phases/0/when", "/phases/0/tasks/0/inputs/v", "/phases/0/tasks/0/inputs/w", "/phases/0/tasks/0/retry/maxAttempts", "/phases/1/id"],
            error.Problems.Select(problem => problem.Pointer));
    }

    [Fact]
    public void A_plan_does_not_change_when_its_builder_is_used_further()
    {
        var builder = new PlanBuilder("p").Phase("a");
        var first = builder.Build();
        var second = builder.Phase("b").Build();

        Assert.Single(first.Phases);
        Assert.Equal(2, second.Phases.Count);
    }
}
