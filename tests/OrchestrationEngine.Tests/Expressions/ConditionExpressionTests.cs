using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class ConditionExpressionTests
{
    private static readonly JsonScope Data = new(
        """
        {
          "inputs": { "env": "prod", "count": 3, "ratio": 3.0, "big": 9007199254740993, "none": null, "on": true, "off": false, "half": "\uD800" },
          "tasks": { "@plan": { "output": { "files": ["a.cs", "b.cs"], "sizes": [1, 2.0, {"x": null}] } }, "9a": { "output": [1.0, 2, {"x": null}] } },
          "empty": {}, "other": {}, "twice": { "a": 1, "a": 1 }, "pair": { "a": 1, "b": 1 }
        }
        """);

    [Theory]
    [InlineData("true", "true")]
    [InlineData("inputs.env == 'prod'", "true")]
    [InlineData("inputs['env'] == \"prod\"", "true")]
    [InlineData("inputs.env != 'prod' || tasks['@plan'].output.files[1] == 'b.cs'", "true")]
    [InlineData("!inputs.off && !!inputs.on", "true")]
    [InlineData("true || false && false", "true")]
    [InlineData("(true || false) && false", "false")]
    [InlineData("1 == 2 == false", "true")]
    [InlineData("inputs.none == null", "true")]
    public void Operators_bind_as_in_CEL(string text, string expected) => Gives(expected, text);

    [Theory]
    [InlineData("1 == 1.0", "true")]
    [InlineData("inputs.count == 3.0 && inputs.ratio == 3", "true")]
    [InlineData("0x10 == 16 && 1e2 == 100 && .5 == 0.5 && -1 == -1.0 && 007 == 7", "true")]
    [InlineData("-9223372036854775808 == -9223372036854775808.0", "true")]
    [InlineData("9223372036854775807 == 9223372036854775807.0", "false")]
    [InlineData("inputs.big == 9007199254740992.0", "false")]
    [InlineData("0 == -0.0", "true")]
    public void Numbers_are_equal_by_value(string text, string expected) => Gives(expected, text);

    [Theory]
    [InlineData("1 == '1'", "false")]
    [InlineData("1 != '1'", "true")]
    [InlineData("null == false", "false")]
    [InlineData("inputs == tasks['9a'].output", "false")]
    [InlineData("true == 1", "false")]
    public void Values_of_different_types_are_not_equal(string text, string expected) => Gives(expected, text);

    [Theory]
    [InlineData("tasks['@plan'].output.sizes == tasks['9a'].output", "true")]
    [InlineData("tasks['@plan'].output.files == tasks['9a'].output", "false")]
    [InlineData("empty == other", "true")]
    [InlineData("twice == pair", "false")]
    public void Lists_and_objects_are_equal_by_their_parts(string text, string expected) => Gives(expected, text);

    [Theory]
    [InlineData("false && inputs.nothing", "false")]
    [InlineData("inputs.nothing && false", "false")]
    [InlineData("true || inputs.nothing", "true")]
    [InlineData("inputs.nothing || true", "true")]
    [InlineData("inputs.env && false", "false")]
    [InlineData("inputs.env || true", "true")]
    [InlineData("true && inputs.nothing && false", "false")]
    public void An_operand_that_decides_absorbs_an_error_on_either_side(string text, string expected) => Gives(expected, text);

    [Theory]
    [InlineData("true && inputs.nothing", "'inputs' has no member 'nothing'.")]
    [InlineData("inputs.cuont == 3", "'inputs' has no member 'cuont'; the nearest is 'count'.")]
    [InlineData("!nowhere.to", "There is no 'nowhere'.")]
    [InlineData("inputs.missing != null", "'inputs' has no member 'missing'.")]
    [InlineData("inputs.a || inputs.b", "'inputs' has no member 'a'.")]
    [InlineData("tasks['9a'].output[3] == 1", "'tasks['9a'].output' has no element 3; it has 3.")]
    [InlineData("inputs.env.length == 4", "'inputs.env' is a string, not an object, so it has no member 'length'.")]
    [InlineData("inputs.none[0] == 4", "'inputs.none' is null, not a list, so it has no element 0.")]
    [InlineData("inputs.env && true", "'&&' needs booleans, and was given a string.")]
    [InlineData("false || 1", "'||' needs booleans, and was given a number.")]
    [InlineData("!null", "'!' needs a boolean, and was given null.")]
    [InlineData("inputs.env", "The condition 'inputs.env' gives a string, not true or false.")]
    [InlineData("tasks", "The condition 'tasks' gives an object, not true or false.")]
    public void What_cannot_be_decided_says_why(string text, string error)
    {
        var result = Evaluate(text);

        Assert.Equal((true, false, false, error), (result.IsError, result.IsTrue, result.IsFalse, result.Error));
    }

    [Fact]
    public void Text_that_is_not_Unicode_is_an_error_and_not_an_exception()
    {
        Assert.StartsWith("'inputs.half' is not valid text: ", Evaluate("inputs.half == 'x'").Error, StringComparison.Ordinal);
        Assert.StartsWith("The values cannot be compared: ", Evaluate("inputs == inputs").Error, StringComparison.Ordinal);

        var scope = new JsonScope("""{ "a": { "\uD800": 1, "b": 2 } }""");
        Assert.True(ConditionExpression.Parse("a.b == 2 || true").Evaluate(scope).IsTrue);
        Assert.True(ConditionExpression.Parse("a.c == 2").Evaluate(scope).IsError);
    }

    [Fact]
    public void Values_that_are_nested_too_deep_are_an_error_and_not_a_crash()
    {
        var deep = new string('[', 50_000) + new string(']', 50_000);
        var scope = new JsonScope($$"""{ "a": {{deep}}, "b": {{deep}} }""");

        Assert.Equal("The values are nested too deep to be compared.", ConditionExpression.Parse("a == b").Evaluate(scope).Error);
    }

    [Fact]
    public void A_scope_that_gives_neither_value_nor_problem_is_an_error()
    {
        Assert.Equal("'a.b' has no value.", ConditionExpression.Parse("a.b").Evaluate(new SilentScope(true)).Error);
        Assert.Equal("'a.b' has no value.", ConditionExpression.Parse("a.b").Evaluate(new SilentScope(false)).Error);
    }

    [Fact]
    public void The_paths_that_it_mentions_are_listed_once_in_order()
    {
        var expression = ConditionExpression.Parse("b.c == 1 && (a['x y'][0] != 2 || !b [ 'c' ]) && a");

        Assert.Equal(["b.c", "a['x y'][0]", "a"], expression.References.Select(path => path.ToString()));
    }

    [Fact]
    public void A_result_that_nobody_computed_is_an_error()
    {
        Assert.True(default(ExpressionResult).IsError);
        Assert.Equal("The condition was not evaluated.", default(ExpressionResult).Error);
        Assert.Null(ExpressionResult.True.Error);
        Assert.Equal("false", ExpressionResult.Of(false).ToString());
    }

    private static ExpressionResult Evaluate(string text) => ConditionExpression.Parse(text).Evaluate(Data);

    private static void Gives(string expected, string text) => Assert.Equal(expected, Evaluate(text).ToString());

    private sealed class SilentScope(bool answer) : IExpressionScope
    {
        public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
        {
            value = default;
            problem = null!;
            return answer;
        }
    }
}
