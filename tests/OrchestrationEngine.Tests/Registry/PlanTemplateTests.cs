using System.Text;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;

namespace OrchestrationEngine.Tests.Registry;

public sealed class PlanTemplateTests
{
    private const string Review = """
        {
          "parameters": {
            "language": { "description": "the language", "schema": { "enum": ["C#", "F#"] } },
            "limit": { "schema": { "type": "integer", "minimum": 1 }, "default": 3 },
            "target": { "default": { "name": "main", "paths": ["src", "tests"] } }
          },
          "id": "review-${params.target.name}",
          "maxParallelTasks": "${params.limit}",
          "inputs": { "deep": {} },
          "phases": [
            {
              "id": "one",
              "tasks": [
                {
                  "id": "a",
                  "agent": "x",
                  "inputs": {
                    "paths": "${params.target.paths}",
                    "first": "${params.target.paths[0]}",
                    "title": "Review ${params.language}, at most ${ params.limit } of: ${params.target.paths}",
                    "deep": "${inputs.deep}",
                    "plain": "$${params.language}"
                  }
                }
              ]
            }
          ]
        }
        """;

    [Fact]
    public void Whole_values_keep_their_type_and_parts_of_a_text_become_text()
    {
        var plan = PlanTemplate.Read(Review).Instantiate(Values(("language", "\"C#\""))).GetPlan();
        Assert.Equal("review-main", plan.Id);
        Assert.Equal(3, plan.MaxParallelTasks);
        var inputs = plan.Phases[0].Tasks[0].Inputs;
        Assert.Equal(JsonData.Parse("[\"src\",\"tests\"]"), Input("paths").Value);
        Assert.Equal(JsonData.Parse("\"src\""), Input("first").Value);
        Assert.Equal("inputs.deep", Input("deep").From!.ToString());
        Assert.Equal("Review C#, at most 3 of: [\"src\", \"tests\"]", Input("title").Value.ToElement().GetString());
        Assert.Equal(JsonData.Parse("\"${params.language}\""), Input("plain").Value);

        TaskInput Input(string name) => inputs.Single(input => input.Name == name);
    }

    [Fact]
    public void All_that_is_wrong_with_the_values_is_said_at_once()
    {
        var result = PlanTemplate.Read(Review).Instantiate(Values(("limit", "0"), ("targt", "1"), ("target", "{\"name\":\"${tasks.a.output}\"}")));
        Assert.Null(result.Plan);
        Assert.Equal(["/parameters/language", "/parameters/limit", "/parameters/target", "/parameters/targt"], result.Problems.Select(problem => problem.Pointer));
        Assert.Equal("The parameter 'language' (the language) has no default and was not given.", result.Problems[0].Message);
        Assert.Equal("target", result.Problems[3].Nearest);
    }

    [Fact]
    public void What_the_values_make_is_verified_as_any_plan()
    {
        var template = PlanTemplate.Read("""{ "parameters": { "agent": {}, "count": {} }, "id": "p", "maxParallelTasks": "${params.count}", "phases": [{ "id": "one", "tasks": [{ "id": "a", "agent": "${params.agent}", "dependsOn": ["b"] }] }] }""");
        var result = template.Instantiate(Values(("agent", "7"), ("count", "\"many\"")));
        Assert.Null(result.Plan);
        Assert.Contains(result.Problems, problem => problem is { Pointer: "/maxParallelTasks", Line: null });
        Assert.Contains(result.Problems, problem => problem is { Pointer: "/phases/0/tasks/0/agent", Line: null });
    }

    [Fact]
    public void A_member_that_a_value_does_not_have_is_told_where_it_is_asked_for()
    {
        var result = PlanTemplate.Read(Review).Instantiate(Values(("language", "\"F#\""), ("target", "{\"name\":\"x\"}")));
        Assert.Equal(
            ["/phases/0/tasks/0/inputs/paths", "/phases/0/tasks/0/inputs/first", "/phases/0/tasks/0/inputs/title"],
            result.Problems.Select(problem => problem.Pointer));
    }

    [Fact]
    public void All_that_is_wrong_with_a_template_is_said_at_once()
    {
        Assert.Null(PlanTemplate.Inspect("""
            {
              "parameters": { "size": { "schema": { "type": 7 } }, "name": { "defualt": 1 }, "count": { "schema": { "type": "integer" }, "default": "x" }, "odd": 1 },
              "id": "${params.nmae}",
              "phases": [{ "id": "${params.size + 1}", "name": "${params}" }]
            }
            """u8.ToArray(), out var problems));
        Assert.Equal(
            ["/parameters/size/schema/type", "/parameters/name/defualt", "/parameters/count/default", "/parameters/odd", "/id", "/phases/0/id", "/phases/0/name"],
            problems.Select(problem => problem.Pointer));
        Assert.Equal(("default", "name"), (problems[1].Nearest, problems[4].Nearest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"parameters\":[]}")]
    public void What_is_no_template_is_a_problem_and_no_crash(string json)
    {
        Assert.Null(PlanTemplate.Inspect(Encoding.UTF8.GetBytes(json), out var problems));
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void A_plan_without_parameters_is_a_template_that_makes_this_plan()
    {
        var plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "x")).Build();
        var template = PlanTemplate.Read(PlanJson.Write(plan));
        Assert.Empty(template.Parameters);
        Assert.Equal(PlanJson.Write(plan), PlanJson.Write(template.Instantiate().GetPlan()));
    }

    private static Dictionary<string, JsonData> Values(params (string Name, string Json)[] values) => values.ToDictionary(value => value.Name, value => JsonData.Parse(value.Json));
}
