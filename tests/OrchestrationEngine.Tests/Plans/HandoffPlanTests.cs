using System.Text;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class HandoffPlanTests
{
    private const string Text = """
        {
          "id": "p",
          "contracts": {
            "spec": { "description": "A spec", "schema": { "type": "object", "required": [ "title" ] }, "required": [ "title", "a.b" ], "expression": "size(title) > 3" },
            "report": { "uses": "reviewed", "mediaTypes": [ "text/*" ], "minBytes": 10, "maxBytes": 1000, "artifacts": [ "src/**/*.cs" ], "files": [ "src/" ],
                        "sha256": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "judge": { "agent": "g", "criteria": "clear", "threshold": 0.8 },
                        "any": [ "spec", { "schema": "https://example.test/report" } ] },
            "both": [ "spec", "report" ]
          },
          "handoffs": [
            { "id": "h", "from": "t", "to": "u",
              "sends": { "spec.md": { "description": "The spec", "contract": "spec", "critical": false, "ifMissing": "ask" }, "plan": { "required": [ "x" ] }, "any": {} },
              "expectsInReturn": { "report.md": { "maxBytes": 5, "ifMissing": "skip" } },
              "transforms": [ { "select": [ "a", "b.c" ] }, { "rename": { "a": "d" } }, { "map": { "x": "${d}" } }, { "text": "# ${x}" }, { "uses": "toYaml" }, { "agent": "g" } ],
              "contract": [ "both", { "maxBytes": 7 } ] }
          ],
          "workspace": {
            "spec.md": { "description": "What", "mediaType": "text/markdown", "writers": [ "t", "agent:g" ], "readers": [ "*" ], "merge": "escalate", "escalateTo": "architect", "contract": "spec", "initial": "# ${x}" },
            "decisions": { "appendOnly": true, "merge": "threeWay" }
          },
          "phases": [ { "id": "a", "mode": "parallel", "tasks": [
            { "id": "u", "agent": "g", "contract": "both", "onViolation": "fail", "memo": { "maxAge": "1h", "key": "${run.id}" } },
            { "id": "t", "agent": "g", "contract": { "judge": { "agent": "g" } }, "memo": true } ] } ]
        }
        """;

    [Fact]
    public void A_plan_with_handoffs_reads_and_writes_back()
    {
        var plan = PlanJson.Read(Text);
        var written = Encoding.UTF8.GetString(PlanJson.Write(plan));
        using var expected = JsonDocument.Parse(Text);
        using var actual = JsonDocument.Parse(written);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), written);
        Assert.Equal(written, Encoding.UTF8.GetString(PlanJson.Write(PlanJson.Read(written))));
    }

    [Fact]
    public void What_was_read_is_in_the_model()
    {
        var plan = PlanJson.Read(Text);
        var handoff = Assert.Single(plan.Handoffs);
        Assert.Equal((OnMissing.Ask, false, "spec", "The spec"), (handoff.Sends[0].IfMissing, handoff.Sends[0].Critical, handoff.Sends[0].Contract!.Name, handoff.Sends[0].Description));
        Assert.Equal((OnMissing.Retry, true, "x"), (handoff.Sends[1].IfMissing, handoff.Sends[1].Critical, handoff.Sends[1].Contract!.Inline!.Required[0]));
        Assert.Null(handoff.Sends[2].Contract);
        Assert.Equal(6, handoff.Transforms.Count);
        Assert.Equal(["both", null], handoff.Contract!.Inline!.All.Select(use => use.Name));
        Assert.Equal("\"https://example.test/report\"", plan.Contracts[1].Contract.Any[1].Inline!.Schema.ToString());
        Assert.Equal((DocumentMerge.Escalate, "# ${x}"), (plan.Workspace[0].Merge, plan.Workspace[0].Initial));
        var tasks = plan.Phases[0].Tasks;
        Assert.Equal((OnViolation.Fail, TimeSpan.FromHours(1), "both"), (tasks[0].OnViolation, tasks[0].Memo!.MaxAge, tasks[0].Contract!.Name));
        Assert.Equal(new MemoDefinition(), tasks[1].Memo);
    }

    [Fact]
    public void A_plan_written_in_code_says_the_same()
    {
        var plan = new PlanBuilder("p").Contract("c", new() { MaxBytes = 1 }).Document(new() { Name = "d.md" })
            .Handoff(new() { Id = "h", From = "t", To = "u" })
            .Phase("a", phase => phase
                .Task("t", "g", task => task.Contract("c").OnViolation(OnViolation.Fail).Memo(TimeSpan.FromDays(1)))
                .Task("u", "g", task => task.Contract(new ContractDefinition { MinBytes = 1 })))
            .Build();
        Assert.Equal(
            """{"id":"p","contracts":{"c":{"maxBytes":1}},"handoffs":[{"id":"h","from":"t","to":"u"}],"workspace":{"d.md":{}},"phases":[{"id":"a","tasks":[{"id":"t","agent":"g","contract":"c","onViolation":"fail","memo":{"maxAge":"24h"}},{"id":"u","agent":"g","contract":{"minBytes":1}}]}]}""",
            Encoding.UTF8.GetString(PlanJson.Write(plan)));
    }

    [Theory]
    [InlineData("""{"contracts":{"c":1}}""", "OE1006", "/contracts/c")]
    [InlineData("""{"contracts":{"c":{"schema":1}}}""", "OE1006", "/contracts/c/schema")]
    [InlineData("""{"contracts":{"c":{"expression":"a >"}}}""", "OE1013", "/contracts/c/expression")]
    [InlineData("""{"handoffs":{}}""", "OE1006", "/handoffs")]
    [InlineData("""{"handoffs":[{"id":"h","from":"t","to":"u","sends":{"p":1}}]}""", "OE1006", "/handoffs/0/sends/p")]
    [InlineData("""{"handoffs":[{"id":"h","from":"t","to":"u","sends":{"p":{"contract":"c","maxBytes":1}}}]}""", "OE1016", "/handoffs/0/sends/p")]
    [InlineData("""{"handoffs":[{"id":"h","from":"t","to":"u","sends":{"p":{"ifMissing":"wait"}}}]}""", "OE1011", "/handoffs/0/sends/p/ifMissing")]
    [InlineData("""{"handoffs":[{"id":"h","from":"t","to":"u","transforms":[{"map":"${"}]}]}""", "OE1014", "/handoffs/0/transforms/0/map")]
    [InlineData("""{"handoffs":[{"id":"h","from":"t","to":"u","transforms":[{"text":"","uses":"x"}]}]}""", "OE1016", "/handoffs/0/transforms/0")]
    [InlineData("""{"handoffs":[{"id":"h","from":"t"}]}""", "OE1010", "/handoffs/0/to")]
    [InlineData("""{"workspace":{"d":{"merge":"best"}}}""", "OE1011", "/workspace/d/merge")]
    public void What_cannot_be_read_says_where(string header, string code, string place)
    {
        const string Rest = """,{"id":"p","phases":[{"id":"a","tasks":[{"id":"t","agent":"g"},{"id":"u","agent":"g"}]}]}""";
        var json = header[..^1] + Rest.Replace(",{\"id\":\"p\"", ",\"id\":\"p\"", StringComparison.Ordinal);
        var problem = PlanJson.Inspect(json).Problems[0];
        Assert.Equal((code, place), (problem.Code, problem.Pointer));
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "c")]
    public void A_handoff_makes_its_receiver_wait_for_its_sender_and_says_so(string from, string to)
    {
        var graph = PlanGraph.Compile(new PlanBuilder("p").Handoff(new() { Id = "h", From = from, To = to })
            .Phase("x", phase => phase.Parallel().Task("a", "g").Task("c", "g").Task("b", "g")).Build());
        graph.TryGetTask(from, out var sender);
        graph.TryGetTask(to, out var receiver);
        Assert.Equal([sender], graph.JoinDependencies(receiver).ToArray());
        Assert.Equal($"hands over to '{to}' (handoff 'h')", graph.ReasonOf(sender, receiver));
    }

    [Fact]
    public void Handoffs_in_a_circle_are_named()
    {
        var error = Assert.Throws<PlanInvalidException>(() => new PlanBuilder("p").Handoff(new() { Id = "there", From = "a", To = "b" }).Handoff(new() { Id = "back", From = "b", To = "a" })
            .Phase("x", phase => phase.Parallel().Task("a", "g").Task("b", "g")).Build());
        var problem = Assert.Single(error.Problems);
        Assert.Equal("OE1501", problem.Code);
        Assert.Contains("By the handoff '", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_difference_of_two_plans_has_their_handoffs()
    {
        var before = new PlanBuilder("p").Contract("c", new() { MaxBytes = 1 }).Phase("x", phase => phase.Parallel().Task("a", "g").Task("b", "g", task => task.Contract("c"))).Build();
        var after = before with { Contracts = [new() { Name = "c", Contract = new() { MaxBytes = 2 } }], Handoffs = [new() { Id = "h", From = "a", To = "b" }] };
        var difference = PlanDifference.Between(before, after);
        Assert.Equal(["contracts", "handoffs"], difference.Changed.Select(member => member.Member));
        Assert.Equal([new PlanEdge("a", "b", PlanEdgeKind.Join)], difference.AddedEdges);
    }

    [Fact]
    public void A_patch_may_use_the_contracts_of_the_plan_and_no_others()
    {
        var plan = new PlanBuilder("p").Contract("c", new() { MaxBytes = 1 }).Handoff(new() { Id = "h", From = "a", To = "b" }).Phase("x", phase => phase.Task("a", "g").Task("b", "g")).Build();
        var task = new TaskDefinition { Id = "n", Agent = "g", Contract = ContractUse.Of("c") };
        var patched = PlanPatch.Of(PlanChange.AddTask("x", task)).Apply(plan);
        Assert.Empty(PlanVerifier.Verify(patched));
        Assert.Equal("c", patched.Phases[0].Tasks[2].Contract!.Name);
        Assert.Single(patched.Handoffs);
        var problem = Assert.Single(PlanVerifier.Verify(PlanPatch.Of(PlanChange.AddTask("x", task with { Contract = ContractUse.Of("d") })).Apply(plan)));
        Assert.Equal(("OE2001", "/phases/0/tasks/2/contract", "c"), (problem.Code, problem.Pointer, problem.Nearest));
    }

    [Fact]
    public void A_patch_cannot_turn_a_handoff_around()
    {
        var plan = new PlanBuilder("p").Handoff(new() { Id = "h", From = "a", To = "b" }).Phase("x", phase => phase.Parallel().Task("a", "g").Task("b", "g")).Build();
        Assert.Equal("OE1501", Assert.Single(PlanVerifier.Verify(PlanPatch.Of(PlanChange.RewireTask("a", ["b"])).Apply(plan))).Code);
        var waiting = new TaskDefinition { Id = "a", Wait = new WaitDefinition { Branches = [new WaitBranch { After = TimeSpan.FromSeconds(1) }] } };
        var sending = plan with { Handoffs = [plan.Handoffs[0] with { Sends = [new HandoffPart { Name = "spec" }] }] };
        Assert.Equal("OE2008", Assert.Single(PlanVerifier.Verify(PlanPatch.Of(PlanChange.ReplaceTask(waiting)).Apply(sending))).Code);
    }
}
