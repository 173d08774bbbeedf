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

    [Fact]
    public void What_is_built_is_what_would_be_read()
    {
        var child = new PlanBuilder("child").Input("x").Output("y", "${inputs.x}").Phase("only", phase => phase.Task("inner", "g")).Build();
        var built = new PlanBuilder("p")
            .Input("list", schema: JsonData.Parse("{\"type\":\"array\"}")).Input("from")
            .Output("all", "${tasks.each.output}").Output("parts", JsonData.Parse("""{"n":["${tasks.vote.output}","$${x}"]}""")).StartAt("${inputs.from}")
            .Phase("a", phase => phase.Smart().MaxParallelTasks(3).Locks("l", "m").SkipWhen("inputs.from == 'b'", "Not this time").Repeat("tasks.vote.output == 1", 4, TimeSpan.FromSeconds(1), ExhaustedLoop.Continue)
                .Task("each", "g", task => task.ForEach("inputs.list", maxParallel: 2, JoinDefinition.AtLeast(2, cancelRest: true), continueOnError: true, open: true).Template("title", "Item ${index} of $${all}"))
                .Task("vote", "g", task => task.After("each").Join(JoinDefinition.Until("tasks.each.status == 'succeeded'", cancelRest: true)).When("inputs.from != 'c'").SkipWhen("inputs.from == 'd'")
                    .Repeat("turn == 2", 3).Guard("inputs.from != null", TimeSpan.FromMinutes(1)).Locks("n").Resource("gpu", 2).Resource("cpu").Reads("r").Writes("w").Exclusive("e").Critical().Tags("t", "u")
                    .Estimate(TimeSpan.FromSeconds(1)).Forecast(TimeSpan.FromSeconds(2), 1000, 0.25m).Template("deep", JsonData.Parse("""{"a":"${inputs.list}"}""")))
                .Task("left", "g", task => task.Choice("c").When("inputs.from == 'x'")).Task("right", "g", task => task.Choice("c")))
            .Phase("b", phase => phase.OneAtATime()
                .Wait("pause", TimeSpan.FromHours(1)).WaitUntil("date", "2027-01-31T08:00:00Z").Signal("ok", "approve-${inputs.from}", "signal.payload.ok == true", SignalMode.Transient)
                .FirstOf("race", wait => wait.After("late", TimeSpan.FromDays(1)).At("date", DateTimeOffset.UnixEpoch).Signal("come", "s"))
                .SubPlan("other", "q", "2", 3).SubPlan("child", child, task => task.Bind("x", "inputs.list"))
                .End("stop", EndStatus.Failed, "Because of ${inputs.from}", task => task.When("inputs.from == 'y'")).End("done"))
            .Build();

        const string Text = """
            {"id":"p","inputs":{"list":{"schema":{"type":"array"}},"from":{}},
             "outputs":{"all":"${tasks.each.output}","parts":{"n":["${tasks.vote.output}","$${x}"]}},"startAt":"${inputs.from}",
             "phases":[
              {"id":"a","mode":"smart","skipWhen":{"condition":"inputs.from == 'b'","reason":"Not this time"},"repeat":{"until":"tasks.vote.output == 1","max":4,"delay":"1s","onExhausted":"continue"},"maxParallelTasks":3,"locks":["l","m"],"tasks":[
               {"id":"each","agent":"g","inputs":{"title":"Item ${index} of $${all}"},"forEach":{"items":"${inputs.list}","maxParallel":2,"join":{"atLeast":2,"cancelRest":true},"continueOnError":true,"open":true}},
               {"id":"vote","agent":"g","inputs":{"deep":{"a":"${inputs.list}"}},"dependsOn":["each"],"join":{"until":"tasks.each.status == 'succeeded'","cancelRest":true},"when":"inputs.from != 'c'","skipWhen":"inputs.from == 'd'",
                "repeat":{"until":"turn == 2","max":3},"guard":"inputs.from != null","guardTimeout":"1m","locks":["n"],"resources":{"gpu":2,"cpu":1},"reads":["r"],"writes":["w"],"exclusive":["e"],"criticality":"critical","tags":["t","u"],
                "estimateP90":"2s","estimatedTokens":1000,"estimatedCost":0.25,"estimate":"1s"},
               {"id":"left","agent":"g","when":"inputs.from == 'x'","choice":"c"},{"id":"right","agent":"g","choice":"c"}]},
              {"id":"b","mode":"oneAtATime","tasks":[
               {"id":"pause","wait":{"after":"1h"}},{"id":"date","wait":{"at":"2027-01-31T08:00:00Z"}},
               {"id":"ok","wait":{"signal":"approve-${inputs.from}","mode":"transient","where":"signal.payload.ok == true"}},
               {"id":"race","wait":{"firstOf":{"late":{"after":"24h"},"date":{"at":"1970-01-01T00:00:00.0000000+00:00"},"come":{"signal":"s"}}}},
               {"id":"other","plan":{"id":"q","version":"2","maxDepth":3}},
               {"id":"child","plan":{"inline":{"id":"child","inputs":{"x":{}},"outputs":{"y":"${inputs.x}"},"phases":[{"id":"only","tasks":[{"id":"inner","agent":"g"}]}]}},"inputs":{"x":"${inputs.list}"}},
               {"id":"stop","end":{"status":"failed","reason":"Because of ${inputs.from}"},"when":"inputs.from == 'y'"},{"id":"done","end":"succeeded"}]}]}
            """;
        using var expected = JsonDocument.Parse(Text);
        using var actual = JsonDocument.Parse(PlanJson.Write(built));
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), Encoding.UTF8.GetString(PlanJson.Write(built)));
        Assert.Equal(PlanJson.Write(built), PlanJson.Write(PlanJson.Read(Text)));
    }

    [Fact]
    public void Texts_that_can_not_be_read_are_all_reported_when_the_plan_is_built()
    {
        var builder = new PlanBuilder("p").StartAt("inputs.").Output("o", "${")
            .Phase("a", phase => phase.Parallel().SkipWhen("(").Repeat("1 ==", 2)
                .Task("t", "g", task => task.When("&&").Guard("||").SkipWhen("!").Repeat("+", 2).ForEach("[").Template("v", "${x"))
                .Signal("s", "${", ")"));

        var error = Assert.Throws<PlanInvalidException>(() => builder.Build());

        Assert.Equal<ISet<string>>(
            new HashSet<string>
            {
                "/startAt", "/outputs/o", "/phases/0/skipWhen", "/phases/0/repeat/until", "/phases/0/tasks/0/when", "/phases/0/tasks/0/guard", "/phases/0/tasks/0/skipWhen",
                "/phases/0/tasks/0/repeat/until", "/phases/0/tasks/0/forEach/items", "/phases/0/tasks/0/inputs/v", "/phases/0/tasks/1/wait/signal", "/phases/0/tasks/1/wait/where",
            },
            error.Problems.Where(problem => problem.Code is "OE1013" or "OE1014").Select(problem => problem.Pointer).ToHashSet());
    }
}
