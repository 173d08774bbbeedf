using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class InputSchemaTests
{
    [Fact]
    public void A_schema_that_can_not_be_used_is_a_problem_of_the_plan_at_its_place()
    {
        var result = PlanJson.Inspect("""
            {
              "id": "plan",
              "inputs": { "a/b": { "schema": { "type": "strnig" } }, "c": { "schema": { "type": "integer", "minimum": 3 }, "default": 2 } },
              "phases": [{ "id": "one" }]
            }
            """);
        Assert.Null(result.Plan);
        Assert.Equal(["/inputs/a~1b/schema/type", "/inputs/c/default"], result.Problems.Select(problem => problem.Pointer));
        Assert.All(result.Problems, problem => Assert.Equal(3, problem.Line));
        Assert.Contains("strnig", result.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_does_not_satisfy_the_schema_is_a_problem_with_the_place_in_the_value()
    {
        var plan = PlanJson.Read("""
            {
              "id": "plan",
              "inputs": { "files": { "schema": { "type": "array", "items": { "type": "string" } } }, "free": {} },
              "phases": [{ "id": "one" }]
            }
            """);
        Assert.Empty(PlanVerifier.VerifyInputs(plan, new Dictionary<string, JsonData> { ["files"] = JsonData.Parse("[\"a\"]"), ["free"] = JsonData.Parse("1") }));
        Assert.Empty(PlanVerifier.VerifyInputs(plan, new Dictionary<string, JsonData>()));
        var problem = Assert.Single(PlanVerifier.VerifyInputs(plan, new Dictionary<string, JsonData> { ["files"] = JsonData.Parse("[\"a\", 2]") }));
        Assert.Equal("/inputs/files/1", problem.Pointer);
    }
}
