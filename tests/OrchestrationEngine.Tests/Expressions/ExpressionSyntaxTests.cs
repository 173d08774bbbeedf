using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class ExpressionSyntaxTests
{
    [Theory]
    [InlineData("tasks.build = 1", 12, "Unexpected '=' at position 12; did you mean '=='?")]
    [InlineData("a & b", 2, "Unexpected '&' at position 2; did you mean '&&'?")]
    [InlineData("a | b", 2, "Unexpected '|' at position 2; did you mean '||'?")]
    [InlineData("a AND b", 2, "Unexpected 'AND' at position 2; did you mean '&&'?")]
    [InlineData("a or b", 2, "Unexpected 'or' at position 2; did you mean '||'?")]
    [InlineData("a in b", 2, "Unexpected 'in' at position 2; 'in' is not supported.")]
    [InlineData("a < 1", 2, "Unexpected '<' at position 2; values can be compared by '==' and '!=' only.")]
    [InlineData("a + 1", 2, "Unexpected '+' at position 2; arithmetic is not supported.")]
    [InlineData("size(a)", 4, "Unexpected '(' at position 4; functions are not supported.")]
    [InlineData("'a'.b", 3, "Unexpected '.' at position 3; only a path has members.")]
    [InlineData("${a}", 0, "Unexpected '$' at position 0; a path is written without '${' and '}'.")]
    [InlineData("a == \u201cb\u201d", 5, "Unexpected '\u201c' at position 5; text is quoted by ' or \".")]
    [InlineData("a ==", 4, "Unexpected end at position 4; expected a value.")]
    [InlineData("(a", 2, "Unexpected end at position 2; expected ')' for the '(' at position 0.")]
    [InlineData("a b", 2, "Unexpected 'b' at position 2.")]
    [InlineData("a == )", 5, "Unexpected ')' at position 5; expected a value.")]
    [InlineData("  ", 0, "The expression is empty.")]
    [InlineData("if == 1", 0, "'if' at position 0 is a reserved word and cannot begin a path.")]
    [InlineData("a.", 2, "Unexpected end at position 2; expected a name after '.'.")]
    [InlineData("a.true", 2, "Unexpected 'true' at position 2; a member of this name is written ['true'].")]
    [InlineData("a[x]", 2, "Unexpected 'x' at position 2; an index is a whole number from 0 or a quoted key.")]
    [InlineData("a[99999999999]", 2, "The index at position 2 is larger than 2147483647.")]
    [InlineData("a[0", 3, "Unexpected end at position 3; expected ']'.")]
    [InlineData("-a", 0, "Unexpected '-' at position 0; a minus can only be the sign of a number.")]
    [InlineData("a == 'b", 5, "The string that begins at position 5 is not closed; expected '.")]
    [InlineData("a == 'b\\q'", 7, "Unknown escape at position 7; a backslash itself is written '\\\\'.")]
    [InlineData("a == '\\ud800'", 6, "Unknown escape at position 6; a backslash itself is written '\\\\'.")]
    [InlineData("a == 9223372036854775808", 5, "The number at position 5 does not fit into 64 bits; an integer is between -9223372036854775808 and 9223372036854775807.")]
    [InlineData("a == 1e999", 5, "The number at position 5 is too large for a double.")]
    [InlineData("a \u0001", 2, "Unexpected character U+0001 at position 2.")]
    public void A_mistake_is_told_with_its_place_and_its_remedy(string text, int position, string message)
    {
        Assert.False(ConditionExpression.TryParse(text, out var expression, out var error));
        Assert.Null(expression);
        Assert.Equal((position, message), (error.Position, error.Message));

        var e = Assert.Throws<ExpressionException>(() => ConditionExpression.Parse(text));
        Assert.Equal((text, position, message), (e.Text, e.Position, e.Message));
    }

    [Theory]
    [InlineData("tasks.my-task.output", 8)]
    [InlineData("tasks.@plan.output", 6)]
    [InlineData("tasks.9a.output", 7)]
    [InlineData("phases.12.output", 6)]
    public void An_odd_id_behind_a_dot_is_pointed_to_the_index_form(string text, int position)
    {
        Assert.False(ConditionExpression.TryParse(text, out _, out var error));
        Assert.Equal(position, error.Position);
        Assert.EndsWith("is written in index form: ['my-task'].", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"'\a\b\f\n\r\t\v\\\'\""\`\?'", "\a\b\f\n\r\t\v\\'\"`?")]
    [InlineData(@"""\x41\X42\u0043\U0001F600\104""", "ABC\U0001F600D")]
    [InlineData("\"it's\"", "it's")]
    [InlineData("'\U0001F600'", "\U0001F600")]
    public void A_string_has_the_escapes_of_CEL(string literal, string value)
    {
        var path = DataPath.Parse($"a[{literal}]");

        Assert.Equal(value, path.Segments[0].Key);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_not_text()
    {
        Assert.False(ConditionExpression.TryParse("a == '\ud83d'", out _, out var error));
        Assert.Equal("The string at position 5 contains half of a surrogate pair, which is not a character.", error.Message);
    }

    [Fact]
    public void A_text_may_have_4096_characters()
    {
        Assert.True(ConditionExpression.TryParse("true".PadRight(4096), out _, out _));
        Assert.False(ConditionExpression.TryParse("true".PadRight(4097), out _, out var error));
        Assert.Equal("The text has 4097 characters; at most 4096 are allowed.", error.Message);
        Assert.True(ConditionExpression.TryParse(string.Concat(Enumerable.Repeat("a&&", 1300)) + "a", out _, out _));
    }

    [Theory]
    [InlineData("(", "true", ")")]
    [InlineData("!", "true", "")]
    [InlineData("", "true", "==true")]
    public void A_text_may_be_nested_64_deep(string before, string core, string after)
    {
        Assert.True(ConditionExpression.TryParse(Nested(64), out var expression, out _));
        Assert.True(expression.Evaluate(new JsonScope("{}")).IsTrue);
        Assert.False(ConditionExpression.TryParse(Nested(65), out _, out var error));
        Assert.StartsWith("The expression is nested more than 64 deep at position ", error.Message, StringComparison.Ordinal);

        string Nested(int depth) => string.Concat(Enumerable.Repeat(before, depth)) + core + string.Concat(Enumerable.Repeat(after, depth));
    }
}
