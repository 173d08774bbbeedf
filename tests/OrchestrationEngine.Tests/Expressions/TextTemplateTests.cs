using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class TextTemplateTests
{
    private static readonly JsonScope Data = new(
        """{ "inputs": { "name": "Ada", "n": 3, "half": 0.5, "on": true, "none": null, "list": [1, "\u00e9"], "map": {"a": {"b": 1}} } }""");

    [Theory]
    [InlineData("Hello ${inputs.name}!", "\"Hello Ada!\"")]
    [InlineData("${inputs.name}${inputs.n}", "\"Ada3\"")]
    [InlineData("${inputs.n + 1} of ${inputs.half}: ${inputs.on}, ${inputs.none}", "\"4 of 0.5: true, null\"")]
    [InlineData("${inputs.list} and ${inputs.map}", "\"[1,\\\"é\\\"] and {\\\"a\\\":{\\\"b\\\":1}}\"")]
    [InlineData("at ${timestamp(0)} for ${duration('90s')}", "\"at 1970-01-01T00:00:00Z for 90s\"")]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    public void Pieces_are_filled_into_the_text(string text, string json) => Assert.Equal(json, Evaluate.Template(text, Data));

    [Theory]
    [InlineData("${inputs.n}", "3")]
    [InlineData("${ inputs.map }", "{\"a\":{\"b\":1}}")]
    [InlineData("${inputs.list.map(x, {'v': x})}", "[{\"v\":1},{\"v\":\"é\"}]")]
    [InlineData("${inputs.none}", "null")]
    [InlineData("${'}'}", "\"}\"")]
    public void One_piece_alone_keeps_its_type(string text, string json) => Assert.Equal(json, Evaluate.Template(text, Data));

    [Theory]
    [InlineData("${{'a': {'b': '}'}}.a.b} x", "\"} x\"")]
    [InlineData("${'${'}${\"}\"}", "\"${}\"")]
    [InlineData("a} {b ${[1].map(x, {x: '{'})[0][1]} }", "\"a} {b { }\"")]
    [InlineData("${'it\\'s }'} ${'''}'''}", "\"it's } }\"")]
    [InlineData("${1 // a remark }\n}-", "\"1-\"")]
    public void Braces_and_quotes_within_a_piece_do_not_end_it(string text, string json) => Assert.Equal(json, Evaluate.Template(text, Data));

    [Theory]
    [InlineData("$${inputs.name}", "\"${inputs.name}\"")]
    [InlineData("$$${x}", "\"$${x}\"")]
    [InlineData("${inputs.n}$${${inputs.n}", "\"3${3\"")]
    [InlineData("$5 $$ {x} $ {", "\"$5 $$ {x} $ {\"")]
    [InlineData("costs $$5", "\"costs $$5\"")]
    public void A_dollar_more_makes_it_a_text(string text, string json) => Assert.Equal(json, Evaluate.Template(text, Data));

    [Theory]
    [InlineData("a ${", 4, "Unexpected end at position 4; expected a value.")]
    [InlineData("a ${}", 2, "The piece at position 2 is empty; '${' itself is written '$${'.")]
    [InlineData("a ${inputs.n", 12, "Unexpected end at position 12; expected '}' for the '${' at position 2.")]
    [InlineData("${inputs.n} ${inputs.n inputs.n}", 23, "Unexpected 'inputs' at position 23; expected '}' for the '${' at position 12.")]
    [InlineData("ab ${nope(1)}", 5, "There is no function 'nope' (position 5).")]
    [InlineData("ab ${'x}", 5, "The string that begins at position 5 is not closed; expected '.")]
    public void A_mistake_is_told_with_its_place_in_the_whole_text(string text, int position, string message)
    {
        Assert.False(TextTemplate.TryParse(text, out _, out var error));
        Assert.Equal((position, message), (error.Position, error.Message));
        Assert.Equal(text, Assert.Throws<ExpressionException>(() => TextTemplate.Parse(text)).Text);
    }

    [Fact]
    public void A_plain_binding_is_known_as_one()
    {
        Assert.Equal("inputs.name", TextTemplate.Parse("${ inputs['name'] }").SinglePath?.ToString());
        Assert.Null(TextTemplate.Parse("${inputs.name} ").SinglePath);
        Assert.Null(TextTemplate.Parse("${inputs.name + ''}").SinglePath);
        Assert.True(TextTemplate.Parse("${inputs.name + ''}").IsSinglePiece);
        Assert.False(TextTemplate.Parse("$${inputs.name}").HasPieces);
        Assert.False(TextTemplate.Parse("").HasPieces);
        Assert.True(TextTemplate.Parse("x${1}").HasPieces);
    }

    [Fact]
    public void The_paths_of_all_pieces_are_its_references()
    {
        var template = TextTemplate.Parse("${a.b} ${c[a.b].d} ${has(e.f)} ${has(a.b)}");

        Assert.Equal(["a.b", "c", "e.f"], template.References.Select(path => path.ToString()));
        Assert.Equal(["e.f"], template.OptionalReferences.Select(path => path.ToString()));
    }

    [Theory]
    [InlineData("x ${inputs.missing}", "!'inputs' has no member 'missing'.")]
    [InlineData("x ${type(1)}", "!The type 'int' is not a value that JSON has.")]
    [InlineData("x ${[1.0 / 0.0]}", "!Infinity is not a number that JSON has.")]
    public void A_piece_without_a_value_is_a_problem(string text, string problem) => Assert.Equal(problem, Evaluate.Template(text, Data));

    [Fact]
    public void A_text_is_given_without_JSON()
    {
        Assert.True(TextTemplate.Parse("${inputs.list}").TryEvaluateText(Data, out var text, out _));
        Assert.Equal("[1,\"\u00e9\"]", text);
        Assert.False(TextTemplate.Parse("${inputs.missing}").TryEvaluateText(Data, out _, out var problem));
        Assert.Equal("'inputs' has no member 'missing'.", problem);
    }

    [Fact]
    public void All_pieces_share_one_limit()
    {
        var template = string.Concat(Enumerable.Repeat("${[1, 2, 3].map(x, x)}", 10));

        Assert.StartsWith("\"[1,2,3][1,", Evaluate.Template(template, Data, new() { CostLimit = 1_000 }), StringComparison.Ordinal);
        Assert.Equal("!The evaluation takes more than its cost limit of 100 units.", Evaluate.Template(template, Data, new() { CostLimit = 100 }));
    }

    [Fact]
    public void A_template_may_be_long_but_not_its_pieces()
    {
        var words = new string('x', 100_000);

        Assert.Equal($"\"{words}3\"", Evaluate.Template(words + "${inputs.n}", Data));
        Assert.True(TextTemplate.TryParse($"abc${{{"1".PadRight(4096)}}}", out _, out _));
        Assert.False(TextTemplate.TryParse($"abc${{{"1".PadRight(4097)}}}", out _, out var error));
        Assert.Equal((5 + 4096, "The piece has 4097 characters; at most 4096 are allowed."), (error.Position, error.Message));
    }
}
