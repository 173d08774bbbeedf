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
    [InlineData("a[99999999999]", 2, "The index at position 2 is larger than 2147483647.")]
    [InlineData("a[0", 3, "Unexpected end at position 3; expected ']'.")]
    [InlineData("a == 'b", 5, "The string that begins at position 5 is not closed; expected '.")]
    [InlineData("a == 'b\\q'", 7, "Unknown escape at position 7; a backslash itself is written '\\\\'.")]
    [InlineData("a == '\\ud800'", 6, "Unknown escape at position 6; a backslash itself is written '\\\\'.")]
    [InlineData("a == 9223372036854775808", 5, "The number at position 5 does not fit into 64 bits; an integer is between -9223372036854775808 and 9223372036854775807.")]
    [InlineData("a == 1e999", 5, "The number at position 5 is too large for a double.")]
    [InlineData("a == b'x'", 5, "The string at position 5 is marked as bytes; there are no bytes, only texts.")]
    [InlineData("a == '''b'", 5, "The string that begins at position 5 is not closed; expected '''.")]
    [InlineData("in == 1", 0, "'in' at position 0 is a reserved word and cannot begin a path.")]
    [InlineData("a in", 4, "Unexpected end at position 4; expected a value.")]
    [InlineData("a ? b", 5, "Unexpected end at position 5; expected ':' for the '?' at position 2.")]
    [InlineData("[1, 2", 5, "Unexpected end at position 5; expected ',' or ']' for the '[' at position 0.")]
    [InlineData("{'a' 1}", 5, "Unexpected '1' at position 5; expected ':' and the value of the key.")]
    [InlineData("{'a': 1", 7, "Unexpected end at position 7; expected ',' or '}' for the '{' at position 0.")]
    [InlineData("len(a) == 1", 0, "There is no function 'len' (position 0).")]
    [InlineData("siez(a) == 1", 0, "There is no function 'siez' (position 0); the nearest is 'size'.")]
    [InlineData("a.b.startswith('x')", 4, "There is no function 'startswith' (position 4); the nearest is 'startsWith'.")]
    [InlineData("contains(a, 'x')", 0, "'contains' at position 0 is called as a.contains(b).")]
    [InlineData("a.int() == 1", 2, "'int' at position 2 is called as int(a).")]
    [InlineData("a.substring() == ''", 2, "'substring' at position 2 takes 1 to 2 in its parentheses, as in a.substring(b, c), and was given 0.")]
    [InlineData("size(a, b) == 1", 0, "'size' at position 0 takes 1 in its parentheses, as in size(a), and was given 2.")]
    [InlineData("math.least() == 1", 0, "'math.least' at position 0 takes at least one in its parentheses, as in math.least(a, b, ...), and was given 0.")]
    [InlineData("size(a", 6, "Unexpected end at position 6; expected ',' or ')' for 'size' at position 0.")]
    [InlineData("has(a)", 0, "'has' at position 0 asks whether a member is there: has(a.b) or has(a['b']).")]
    [InlineData("a.has(b)", 2, "'has' at position 2 is called with a member: has(a.b).")]
    [InlineData("all(a, x)", 0, "'all' at position 0 is called on a list or an object: list.all(x, condition).")]
    [InlineData("a.all(b.c, true)", 7, "Unexpected '.' at position 7; 'all' is written list.all(x, condition).")]
    [InlineData("a.all(1, true)", 6, "Unexpected '1' at position 6; 'all' begins with a name for the element, as in list.all(x, condition).")]
    [InlineData("a.exists(x)", 10, "Unexpected ')' at position 10; 'exists' is written list.exists(x, condition).")]
    [InlineData("a.filter(x, x, x)", 13, "Unexpected ',' at position 13; 'filter' is written list.filter(x, condition).")]
    [InlineData("a.map(x, 1, 2, 3)", 13, "Unexpected ',' at position 13; 'map' is written list.map(x, value) or list.map(x, condition, value).")]
    [InlineData("a.matches('(')", 10, "The pattern at position 10 cannot be used: it is not a regular expression (InsufficientClosingParentheses).")]
    [InlineData("a.matches('(?=x)')", 10, "The pattern at position 10 cannot be used: '(?=' at 0 is not supported.")]
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
    [InlineData("tasks.@plan.output", 6)]
    [InlineData("tasks.9a.output", 7)]
    [InlineData("phases.12.output", 6)]
    public void An_odd_id_behind_a_dot_is_pointed_to_the_index_form(string text, int position)
    {
        Assert.False(ConditionExpression.TryParse(text, out _, out var error));
        Assert.Equal(position, error.Position);
        Assert.EndsWith("is written in index form: ['my-task'].", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hyphen_is_a_minus_so_the_names_on_its_sides_are_what_is_referred_to() =>
        Assert.Equal(["tasks.my", "task.output"], ConditionExpression.Parse("tasks.my-task.output").References.Select(path => path.ToString()));

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
    [InlineData("false ? false : ", "true", "")]
    public void A_text_may_be_nested_64_deep(string before, string core, string after)
    {
        Assert.True(ConditionExpression.TryParse(Nested(64), out var expression, out _));
        Assert.True(expression.Evaluate(new JsonScope("{}")).IsTrue);
        Assert.False(ConditionExpression.TryParse(Nested(65), out _, out var error));
        Assert.StartsWith("The expression is nested more than 64 deep at position ", error.Message, StringComparison.Ordinal);

        string Nested(int depth) => string.Concat(Enumerable.Repeat(before, depth)) + core + string.Concat(Enumerable.Repeat(after, depth));
    }
}
