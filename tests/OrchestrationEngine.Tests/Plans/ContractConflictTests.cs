using System.Text;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class ContractConflictTests
{
    private const string Closed = """{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"integer"}},"additionalProperties":false},"n":{"type":["string","null"]}},"required":["n"],"additionalProperties":false}""";

    [Theory]
    [InlineData("""{"required":["summary"]}""", "'summary' is required here")]
    [InlineData("""{"required":["a.c"]}""", "'a.c' is required here")]
    [InlineData("""{"required":["n.x"]}""", "is of type string or null")]
    [InlineData("""{"schema":{"type":"array"}}""", "the value is of type object by the one, and of type array by the other")]
    [InlineData("""{"schema":{"required":["summary"]}}""", "'summary' is required by one of them")]
    [InlineData("""{"schema":{"properties":{"n":{"type":"integer"}}}}""", "'n' is of type string or null by the one, and of type integer by the other")]
    [InlineData("""{"schema":{"required":["a"],"properties":{"a":{"required":["c"]}}}}""", "'a.c' is required by one of them")]
    [InlineData("""[{"maxBytes":9},{"required":["summary"]}]""", "'summary' is required here")]
    public void What_can_never_both_hold_is_refused_with_both_places(string consumer, string why)
    {
        var problem = Assert.Single(Problems($$$"""{"schema":{{{Closed}}}}""", $"\"contract\":{consumer}"));
        Assert.Equal(("OE2009", "/handoffs/0/contract"), (problem.Code, problem.Pointer));
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
        Assert.Contains("task 't'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"required":["a.b","n"]}""")]
    [InlineData("""{"schema":{"properties":{"summary":{"type":"string"},"a":{"properties":{"b":{"type":"string"}}}}}}""")]
    [InlineData("""{"schema":{"properties":{"n":{"type":["null","array"]}}}}""")]
    [InlineData("""{"schema":{"anyOf":[{"required":["summary"]}]}}""")]
    [InlineData("""{"schema":{"$ref":"#/$defs/x","$defs":{"x":{"required":["summary"]}}}}""")]
    [InlineData("""{"schema":{"properties":{"a":{"required":["c"]}}}}""")]
    [InlineData("""{"any":[{"required":["summary"]},{"maxBytes":1}]}""")]
    [InlineData("""{"schema":"https://example.test/s"}""")]
    public void What_may_both_hold_is_not(string consumer) => Assert.Empty(Problems($$$"""{"schema":{{{Closed}}}}""", $"\"contract\":{consumer}"));

    [Theory]
    [InlineData("""{"schema":{"properties":{"x":{}}}}""")]
    [InlineData("""{"schema":{"additionalProperties":false,"patternProperties":{"^s":{}}}}""")]
    [InlineData("""{"schema":{"$ref":"#/$defs/x","additionalProperties":false,"$defs":{"x":{}}}}""")]
    [InlineData("""{"required":["y"]}""")]
    public void An_open_producer_may_make_anything(string producer) => Assert.Empty(Problems(producer, """ "contract":{"required":["summary"]}"""));

    [Fact]
    public void After_a_transformation_nothing_is_certain()
        => Assert.Empty(Problems($$$"""{"schema":{{{Closed}}}}""", """ "transforms":[{"map":{"summary":"${n}"}}],"contract":{"required":["summary"]}"""));

    [Theory]
    [InlineData("\"n\":{\"schema\":{\"type\":\"integer\"}}", "/handoffs/0/sends/n")]
    [InlineData("\"a\":{\"required\":[\"c\"]}", "/handoffs/0/sends/a")]
    [InlineData("\"n\":{\"schema\":{\"type\":\"integer\"},\"critical\":false}", null)]
    [InlineData("\"report.md\":{\"schema\":{\"type\":\"string\"}}", null)]
    public void Parts_are_compared_with_the_members_that_they_are(string parts, string? place)
        => Assert.Equal(place, Problems($$$"""{"schema":{{{Closed}}}}""", $"\"sends\":{{{parts}}}").SingleOrDefault()?.Pointer);

    [Fact]
    public void An_input_is_not_bound_to_a_member_that_is_never_there()
    {
        var plan = Built(task => task.Bind("s", "tasks.t.output.summary").Bind("ok", "tasks.t.output.a.b").Bind("deep", "tasks.t.output.a.x"));
        Assert.Equal(["/phases/0/tasks/1/inputs/s", "/phases/0/tasks/1/inputs/deep"], plan.Select(problem => problem.Pointer));
        Assert.All(plan, problem => Assert.Equal("OE2009", problem.Code));
        Assert.Contains("'tasks.t.output.summary' never has a value", plan[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_outputs_that_a_task_declares_are_those_that_its_contract_allows()
    {
        var error = Assert.Throws<PlanInvalidException>(() => new PlanBuilder("p").Phase("x", phase => phase.Task("t", "g", task => task.Output("n", "m").Contract(Contract()))).Build());
        Assert.Equal(("OE2009", "/phases/0/tasks/0/outputs/1"), (Assert.Single(error.Problems).Code, error.Problems[0].Pointer));
    }

    private static ContractDefinition Contract() => new() { Schema = JsonData.Parse(Encoding.UTF8.GetBytes(Closed)) };

    private static IReadOnlyList<PlanProblem> Built(Action<TaskBuilder> receiver)
        => Assert.Throws<PlanInvalidException>(() => new PlanBuilder("p").Phase("x", phase => phase.Task("t", "g", task => task.Contract(Contract())).Task("u", "g", receiver)).Build()).Problems;

    private static IReadOnlyList<PlanProblem> Problems(string producer, string handoff)
        => PlanJson.Inspect("{\"id\":\"p\",\"handoffs\":[{\"id\":\"h\",\"from\":\"t\",\"to\":\"u\"," + handoff + "}],\"phases\":[{\"id\":\"x\",\"tasks\":[{\"id\":\"t\",\"agent\":\"g\",\"contract\":" + producer + "},{\"id\":\"u\",\"agent\":\"g\"}]}]}").Problems;
}
