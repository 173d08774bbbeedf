using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Tests.Expressions;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanLiteralTests
{
    [Theory]
    [InlineData("\"text\"", "\"text\"")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("\"$5\"", "\"$5\"")]
    [InlineData("\"$${\"", "\"${\"")]
    [InlineData("\"$${x}\"", "\"${x}\"")]
    [InlineData("\"$$${x}\"", "\"$${x}\"")]
    [InlineData("\"echo $${HOME} and $${PATH}\"", "\"echo ${HOME} and ${PATH}\"")]
    [InlineData("\"\\u0024\\u0024{x}\"", "\"${x}\"")]
    [InlineData("1.50", "1.50")]
    [InlineData("null", "null")]
    [InlineData("{ \"a\" : [ 1 , \"$${b}\" ] }", "{\"a\":[1,\"${b}\"]}")]
    [InlineData("{ \"${key}\": true }", "{\"${key}\":true}")]
    public void A_value_is_what_stands_there_with_the_escape_taken_away(string written, string value)
    {
        var input = PlanJson.Read(PlanWith(written)).Phases[0].Tasks[0].Inputs[0];

        Assert.Null(input.From);
        Assert.Equal(value, input.Value.ToString());
    }

    [Theory]
    [InlineData("${inputs.x}", "inputs.x")]
    [InlineData("${ inputs['x'] }", "inputs.x")]
    [InlineData("${inputs.x['}']}", "inputs.x['}']")]
    [InlineData("\\u0024{inputs.x}", "inputs.x")]
    public void A_text_that_is_wholly_a_path_in_braces_is_a_binding(string written, string path)
        => Assert.Equal(path, PlanJson.Read(PlanWith($"\"{written}\"")).Phases[0].Tasks[0].Inputs[0].From!.ToString());

    [Theory]
    [InlineData("[ 1, \"${inputs.x}\" ]", "[1,\"${inputs.x}\"]", "[1,7]")]
    [InlineData("{ \"a\": { \"b\": \"${inputs.x}\", \"${c}\": \"$${d}\" } }", "{\"a\":{\"b\":\"${inputs.x}\",\"${c}\":\"$${d}\"}}", "{\"a\":{\"b\":7,\"${c}\":\"${d}\"}}")]
    public void A_template_inside_of_a_value_keeps_the_type_of_what_it_gives(string written, string? source, string? value)
    {
        var input = PlanJson.Inspect(PlanWith(written)).Plan?.Phases[0].Tasks[0].Inputs[0];

        Assert.Equal(source, input?.Template!.Source.ToString());
        var scope = new JsonScope("""{"inputs":{"x":7}}""");
        Assert.Equal(value, input?.Template!.TryEvaluate(scope, out var computed, out _) == true ? computed.ToString() : null);
        Assert.Equal(["inputs.x"], input?.Template!.References.Select(path => path.ToString()) ?? ["inputs.x"]);
    }

    [Theory]
    [InlineData("\"${}\"")]
    [InlineData("\"${inputs.}\"")]
    [InlineData("\"${\"")]
    [InlineData("\"a ${ b\"")]
    [InlineData("[ \"${inputs.}\" ]")]
    public void A_template_that_can_not_be_read_is_refused_with_the_way_to_mean_the_characters(string written)
    {
        var problem = Assert.Single(PlanJson.Inspect(PlanWith(written)).Problems);

        Assert.StartsWith("The template '", problem.Message, StringComparison.Ordinal);
        Assert.Contains("To mean the characters '${' write '$${'.", problem.Message, StringComparison.Ordinal);
        Assert.Equal("/phases/0/tasks/0/inputs/v", problem.Pointer);
        Assert.NotNull(problem.Line);
    }

    [Fact]
    public void A_default_can_not_be_a_binding()
    {
        var result = PlanJson.Inspect("""{"id":"p","inputs":{"x":{"default":"${inputs.y}"}},"phases":[{"id":"a"}]}""");

        Assert.Equal("/inputs/x/default", Assert.Single(result.Problems).Pointer);
    }

    [Fact]
    public void Any_text_in_any_value_reads_back_as_itself()
    {
        var random = new Random(11);
        for (var round = 0; round < 2_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => "${}x\"\\😀\u0001".EnumerateRunes().ElementAt(random.Next(8)).ToString()));
            var value = round % 2 == 0 ? JsonData.String(text) : JsonData.Parse($$"""{"a":[{{JsonData.String(text)}}]}""");
            var plan = new PlanBuilder("p").Phase("a", phase => phase.Task("t", "g", task => task.Input("v", value))).Build();

            var again = PlanJson.Read(PlanJson.Write(plan)).Phases[0].Tasks[0].Inputs[0];

            Assert.Null(again.From);
            Assert.True(JsonElement.DeepEquals(value.ToElement(), again.Value.ToElement()), $"{value} became {again.Value}");
        }
    }

    private static string PlanWith(string value)
        => $$$"""{"id":"p","inputs":{"x":{}},"phases":[{"id":"a","tasks":[{"id":"t","agent":"g","inputs":{"v":{{{value}}} } } ]}]}""";
}
