using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class ValueExpressionTests
{
    private static readonly JsonScope Data = new(
        """{ "a": { "text": "x\u00e9", "n": 3, "whole": 4.0, "half": 0.5, "big": 1e999, "deep": {"z": [1.50, {"y": null}]}, "bad": "\uD800", "worse": {"x": "\uD800"} } }""");

    [Theory]
    [InlineData("a.deep", "{\"z\":[1.50,{\"y\":null}]}")]
    [InlineData("{'d': a.deep.z, 't': a.text}", "{\"d\":[1.50,{\"y\":null}],\"t\":\"x\u00e9\"}")]
    [InlineData("null", "null")]
    [InlineData("a.n > 2", "true")]
    [InlineData("[timestamp(0), duration('90s')]", "[\"1970-01-01T00:00:00Z\",\"90s\"]")]
    [InlineData("{true: 1, 2: 3}", "{\"true\":1,\"2\":3}")]
    public void A_value_of_any_kind_is_written_as_JSON(string text, string json) => Assert.Equal(json, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("[1, type(1)]", "!The type 'int' is not a value that JSON has.")]
    [InlineData("{'a': [0.0 / 0.0]}", "!NaN is not a number that JSON has.")]
    [InlineData("a.big", "!Infinity is not a number that JSON has.")]
    [InlineData("a.missing", "!'a' has no member 'missing'.")]
    public void When_there_is_a_problem_nothing_is_written(string text, string problem) => Assert.Equal(problem, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("a.bad")]
    [InlineData("a.worse")]
    [InlineData("[a.worse]")]
    [InlineData("[a.worse].map(w, w.x)")]
    [InlineData("a.worse == a.worse")]
    [InlineData("size(a.worse.x)")]
    public void Text_that_is_not_Unicode_is_a_problem(string text) => Assert.Contains("not valid text", Evaluate.Text(text, Data), StringComparison.Ordinal);

    [Fact]
    public void A_document_that_is_nested_deep_is_written()
    {
        var deep = new string('[', 5_000) + new string(']', 5_000);

        Assert.Equal($"[{deep}]", Evaluate.Text("[d]", new JsonScope($$"""{ "d": {{deep}} }""")));
    }

    [Fact]
    public void A_text_is_given_without_JSON()
    {
        Assert.True(ValueExpression.Parse("a.text + '!'").TryEvaluateText(Data, out var text, out _));
        Assert.Equal("x\u00e9!", text);

        Assert.False(ValueExpression.Parse("a.n").TryEvaluateText(Data, out _, out var problem));
        Assert.Equal("The expression 'a.n' gives another number, not a string.", problem);
        Assert.False(ValueExpression.Parse("a.missing").TryEvaluateText(Data, out _, out problem));
        Assert.Equal("'a' has no member 'missing'.", problem);
    }

    [Theory]
    [InlineData("a.n * 2", 6, null)]
    [InlineData("a.whole", 4, null)]
    [InlineData("a.half", 0, "The expression 'a.half' gives another number, not a whole number.")]
    [InlineData("a.text", 0, "The expression 'a.text' gives a string, not a whole number.")]
    [InlineData("a.n / 0", 0, "A whole number cannot be divided by zero.")]
    public void A_whole_number_is_given_without_JSON(string text, long number, string? problem)
    {
        Assert.Equal(problem is null, ValueExpression.Parse(text).TryEvaluateInteger(Data, out var given, out var said));
        Assert.Equal((number, problem), (given, said));
    }

    [Fact]
    public void An_expression_that_is_only_a_path_says_which()
    {
        Assert.Equal("a.text", ValueExpression.Parse(" (a['text']) ").SinglePath?.ToString());
        Assert.Null(ValueExpression.Parse("a.text + ''").SinglePath);
        Assert.Null(ValueExpression.Parse("int").SinglePath);
    }

    [Fact]
    public async Task Many_threads_may_evaluate_one_expression()
    {
        var expression = ValueExpression.Parse("a.deep.z.map(x, [x, x]).size() * 10 + [1, 2, 3].filter(y, a.text.matches('^x') && y > 1).size()");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 500; round++)
            {
                Assert.True(expression.TryEvaluateInteger(Data, out var number, out var problem), problem);
                Assert.Equal(22, number);
            }
        }, TestContext.Current.CancellationToken)));
    }
}
