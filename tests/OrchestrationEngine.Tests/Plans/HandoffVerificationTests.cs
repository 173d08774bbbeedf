using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class HandoffVerificationTests
{
    private const string Tasks = """
        {"id":"t","agent":"g"},{"id":"u","agent":"g","dependsOn":["t"]},{"id":"w","wait":{"after":"1s"}},{"id":"s","plan":{"id":"q"}},{"id":"e","end":"failed","when":"inputs.i == 1"},
        {"id":"f","agent":"g","forEach":"[1]"}
        """;

    [Theory]
    [InlineData("\"contracts\":{\"spec\":{\"maxBytes\":1}},\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\",\"contract\":\"spek\"}]", "OE2001", "/handoffs/0/contract", "spec")]
    [InlineData("\"contracts\":{\"spec\":{\"maxBytes\":1}},\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\",\"sends\":{\"p\":\"spek\"}}]", "OE2001", "/handoffs/0/sends/p/contract", "spec")]
    [InlineData("\"contracts\":{\"spec\":{\"all\":[\"spac\"]}}", "OE2001", "/contracts/spec/0", "spec")]
    [InlineData("\"contracts\":{\"spec\":{\"maxBytes\":1,\"any\":[\"spac\"]}}", "OE2001", "/contracts/spec/any/0", "spec")]
    [InlineData("\"workspace\":{\"d/e\":{\"contract\":\"c\"}}", "OE2001", "/workspace/d~1e/contract", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"tt\",\"to\":\"u\"}]", "OE1303", "/handoffs/0/from", "t")]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"uu\"}]", "OE1303", "/handoffs/0/to", "u")]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"t\"}]", "OE1311", "/handoffs/0/to", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\"},{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\"}]", "OE1104", "/handoffs/1/id", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"u\",\"to\":\"t\"}]", "OE1501", "/phases/0/tasks/0", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"w\",\"to\":\"t\",\"sends\":{\"p\":{}}}]", "OE2008", "/handoffs/0/from", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"s\",\"to\":\"t\",\"contract\":{\"maxBytes\":1}}]", "OE2008", "/handoffs/0/from", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"s\",\"expectsInReturn\":{\"p\":{}}}]", "OE2008", "/handoffs/0/expectsInReturn", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"f\",\"to\":\"u\",\"transforms\":[{\"select\":[\"a\"]}]}]", "OE2008", "/handoffs/0/transforms", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\",\"transforms\":[{\"text\":\"\"}]},{\"id\":\"i\",\"from\":\"t\",\"to\":\"u\",\"transforms\":[{\"text\":\"\"}]}]", "OE2008", "/handoffs/1/transforms", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\",\"transforms\":[{\"rename\":{\"a\":\"c\",\"b\":\"c\"}}]}]", "OE2007", "/handoffs/0/transforms/0/rename/b", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\",\"transforms\":[{\"select\":[\"a..b\"]}]}]", "OE2007", "/handoffs/0/transforms/0/select/0", null)]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\",\"sends\":{\"../a\":{}}}]", "OE2006", "/handoffs/0/sends/..~1a", null)]
    [InlineData("\"workspace\":{\"/etc/passwd\":{}}", "OE2006", "/workspace/~1etc~1passwd", null)]
    [InlineData("\"workspace\":{\"NUL.md\":{}}", "OE2006", "/workspace/NUL.md", null)]
    [InlineData("\"workspace\":{\"d\":{\"writers\":[\"tt\"]}}", "OE2010", "/workspace/d/writers/0", "t")]
    [InlineData("\"agents\":[{\"id\":\"g\"}],\"workspace\":{\"d\":{\"readers\":[\"agent:h\"]}}", "OE2010", "/workspace/d/readers/0", "g")]
    [InlineData("\"workspace\":{\"d\":{\"mediaType\":\"markdown\"}}", "OE2005", "/workspace/d/mediaType", null)]
    [InlineData("\"contracts\":{\"c\":{\"any\":[{\"judge\":\"g\"},{\"maxBytes\":1}]}},\"workspace\":{\"d\":{\"contract\":\"c\"}}", "OE2008", "/workspace/d/contract", null)]
    [InlineData("\"workspace\":{\"d\":{\"merge\":\"escalate\"}}", "OE1405", "/workspace/d/escalateTo", null)]
    [InlineData("\"workspace\":{\"d\":{\"escalateTo\":\"x\"}}", "OE1405", "/workspace/d/escalateTo", null)]
    [InlineData("\"contracts\":{\"c\":{}}", "OE2003", "/contracts/c", null)]
    [InlineData("\"contracts\":{\"c\":{\"description\":\"x\"}}", "OE2003", "/contracts/c", null)]
    [InlineData("\"contracts\":{\"c\":{\"any\":[\"d\"]},\"d\":[\"e\"],\"e\":{\"maxBytes\":1,\"all\":[{\"any\":[\"c\"]}]}}", "OE2004", "/contracts/c", null)]
    [InlineData("\"contracts\":{\"c\":{\"schema\":{\"properties\":{\"a\":{\"typ\":\"object\",\"type\":\"objekt\"}}}}}", "OE1017", "/contracts/c/schema/properties/a/type", null)]
    [InlineData("\"contracts\":{\"c\":{\"schema\":{\"$ref\":\"#/$defs/none\"}}}", "OE1017", "/contracts/c/schema/$ref", null)]
    [InlineData("\"contracts\":{\"c\":{\"schema\":\"http://[\"}}", "OE2005", "/contracts/c/schema", null)]
    [InlineData("\"contracts\":{\"c\":{\"required\":[\"a.\"]}}", "OE2005", "/contracts/c/required/0", null)]
    [InlineData("\"contracts\":{\"c\":{\"mediaTypes\":[\"text\"]}}", "OE2005", "/contracts/c/mediaTypes/0", null)]
    [InlineData("\"contracts\":{\"c\":{\"minBytes\":2,\"maxBytes\":1}}", "OE1201", "/contracts/c/minBytes", null)]
    [InlineData("\"contracts\":{\"c\":{\"minBytes\":-1}}", "OE1201", "/contracts/c/minBytes", null)]
    [InlineData("\"contracts\":{\"c\":{\"artifacts\":[\"a/\"]}}", "OE2006", "/contracts/c/artifacts/0", null)]
    [InlineData("\"contracts\":{\"c\":{\"files\":[\"C:/x\"]}}", "OE2006", "/contracts/c/files/0", null)]
    [InlineData("\"contracts\":{\"c\":{\"judge\":{\"agent\":\"g\",\"threshold\":1.5}}}", "OE1201", "/contracts/c/judge/threshold", null)]
    [InlineData("\"agents\":[{\"id\":\"g\"}],\"contracts\":{\"c\":{\"judge\":\"gg\"}}", "OE1304", "/contracts/c/judge/agent", "g")]
    [InlineData("\"agents\":[{\"id\":\"g\"}],\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\",\"transforms\":[{\"agent\":\"gg\"}]}]", "OE1304", "/handoffs/0/transforms/0/agent", "g")]
    public void What_cannot_be_is_named_with_its_place(string header, string code, string place, string? nearest)
    {
        var problems = PlanJson.Inspect(Plan(header)).Problems;
        Assert.True(problems.Count == 1 && (problems[0].Code, problems[0].Pointer) == (code, place), string.Join("\n", problems.Select(each => $"{each.Code} {each}")));
        Assert.Equal(nearest, problems[0].Nearest);
    }

    [Theory]
    [InlineData("{\"id\":\"x\",\"wait\":{\"after\":\"1s\"},\"contract\":{\"maxBytes\":1}}", "OE2008", "contract")]
    [InlineData("{\"id\":\"x\",\"plan\":{\"id\":\"q\"},\"contract\":{\"maxBytes\":1}}", "OE2008", "contract")]
    [InlineData("{\"id\":\"x\",\"agent\":\"g\",\"memo\":{\"maxAge\":\"0\"}}", "OE1202", "memo/maxAge")]
    [InlineData("{\"id\":\"x\",\"agent\":\"g\",\"memo\":{\"key\":\"${inputs.none}\"}}", "OE1306", "memo/key")]
    [InlineData("{\"id\":\"x\",\"agent\":\"g\",\"memo\":{\"key\":[\"${item}\"]}}", "OE1307", "memo/key")]
    public void What_a_task_cannot_say_is_named_with_its_place(string task, string code, string member)
    {
        var problem = Assert.Single(PlanJson.Inspect(Plan("\"name\":\"n\"", task)).Problems);
        Assert.Equal((code, "/phases/0/tasks/6/" + member), (problem.Code, problem.Pointer));
    }

    [Theory]
    [InlineData("\"contracts\":{\"c\":{\"schema\":\"https://example.test/s\"},\"d\":{\"schema\":{\"$ref\":\"other.json#/definitions/x\"}},\"e\":{\"schema\":{\"allOf\":[{\"$ref\":\"https://example.test/t\"}]}}}")]
    [InlineData("\"contracts\":{\"c\":{\"expression\":\"anything.at.all == content && whatever > 0.8\"}}")]
    [InlineData("\"workspace\":{\"d\":{\"writers\":[\"t\",\"agent:anybody\",\"*\"],\"readers\":[\"u\"]}}")]
    [InlineData("\"handoffs\":[{\"id\":\"h\",\"from\":\"f\",\"to\":\"u\",\"sends\":{\"p\":{\"maxBytes\":1}},\"contract\":{\"maxBytes\":1}},{\"id\":\"i\",\"from\":\"t\",\"to\":\"s\"},{\"id\":\"j\",\"from\":\"w\",\"to\":\"e\"}]")]
    public void What_only_the_application_or_the_content_knows_is_no_problem(string header) => Assert.Empty(PlanJson.Inspect(Plan(header)).Problems);

    [Fact]
    public void A_memo_key_has_its_task_wait_for_what_it_reads()
    {
        var graph = PlanGraph.Compile(PlanJson.Read(Plan("\"name\":\"n\"", "{\"id\":\"x\",\"agent\":\"g\",\"memo\":{\"key\":\"${tasks.t.output.version}\"}}")));
        Assert.True(graph.TryGetTask("x", out var task));
        Assert.Equal([0], graph.OrderDependencies(task).ToArray());
    }

    [Fact]
    public void Contracts_in_each_other_without_end_are_refused_whoever_made_them()
    {
        var deep = new ContractDefinition { MaxBytes = 1 };
        for (var level = 0; level < 10_000; level++)
        {
            deep = new ContractDefinition { Any = [ContractUse.Of(deep)] };
        }

        var nested = Assert.Throws<PlanInvalidException>(() => new PlanBuilder("p").Contract("c", deep).Phase("a").Build());
        Assert.Equal("OE2004", Assert.Single(nested.Problems).Code);

        var chain = new PlanBuilder("p").Contract("c5000", new() { MaxBytes = 1 });
        for (var level = 0; level < 5_000; level++)
        {
            chain.Contract($"c{level}", new() { All = [ContractUse.Of($"c{level + 1}")] });
        }

        var named = Assert.Throws<PlanInvalidException>(() => chain.Phase("a").Build());
        Assert.Contains("stand 5,000 others", Assert.Single(named.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_of_10_000_levels_is_refused_whoever_made_it()
    {
        var deep = JsonData.Trusted(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"not\":", 10_000)) + "true" + new string('}', 10_000)));
        var error = Assert.Throws<PlanInvalidException>(() => new PlanBuilder("p").Contract("c", new() { Schema = deep }).Phase("a").Build());
        Assert.Equal("OE1017", error.Problems[0].Code);
    }

    [Fact]
    public void Gaps_in_what_was_made_in_code_are_reported_like_all_else()
    {
        var plan = new PlanBuilder("p").Phase("a", phase => phase.Task("t", "g")).Build() with
        {
            Contracts = [null!, new() { Name = "c", Contract = null! }, new() { Name = "d", Contract = new() { All = [null!], Required = [null!], Files = null!, Any = null! } }],
            Handoffs = [null!, new() { Id = null!, From = null!, To = null!, Sends = null!, Transforms = [null!], Contract = new() }],
            Workspace = [null!, new() { Name = null!, Writers = null! }],
        };
        var codes = PlanVerifier.Verify(plan).Select(problem => problem.Code).Distinct().Order();
        Assert.Equal(["OE1016", "OE1101", "OE1106"], codes);
        Assert.Single(PlanVerifier.Verify(plan with { Contracts = null!, Handoffs = null!, Workspace = [] }, PlanLimits.Default with { MaxProblems = 1 }), problem => problem.Code == "OE1106");
    }

    [Fact]
    public void Agents_of_judges_and_transformations_must_be_registered()
    {
        var plan = new PlanBuilder("p").Contract("c", new() { Judge = new() { Agent = "critic" } }).Phase("a", phase => phase.Task("t", "g").Task("u", "g"))
            .Handoff(new() { Id = "h", From = "t", To = "u", Transforms = [new() { Agent = "writer" }] }).Build();
        Assert.Empty(PlanVerifier.Verify(plan, null, ["g", "critic", "writer"]));
        Assert.Equal([("OE1305", "/contracts/c/judge/agent"), ("OE1305", "/handoffs/0/transforms/0/agent")], PlanVerifier.Verify(plan, null, ["g"]).Select(problem => (problem.Code, problem.Pointer)));
    }

    private static string Plan(string header, string? task = null)
        => "{\"id\":\"p\",\"inputs\":{\"i\":{}}," + header + ",\"phases\":[{\"id\":\"a\",\"mode\":\"parallel\",\"tasks\":[" + Tasks + (task is null ? "" : "," + task) + "]}]}";
}
