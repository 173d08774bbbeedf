namespace OrchestrationEngine.Tests.Expressions;

public class ComparisonTests
{
    [Theory]
    [InlineData("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3")]
    [InlineData("1 < 1.5 && 1.5 < 2 && 2 >= 2.0 && 2.0 <= 2")]
    [InlineData("9007199254740993 > 9007199254740992.0")]
    [InlineData("9223372036854775807 < 9223372036854775808.0")]
    [InlineData("-9223372036854775808 >= -9223372036854775808.0")]
    [InlineData("-9223372036854775808 > -1e300 && 1 < 1e300")]
    [InlineData("1 < 1.0 / 0.0 && 1 > -1.0 / 0.0")]
    [InlineData("-1 < -0.5 && -1 > -1.5")]
    [InlineData("'a' < 'b' && 'a' < 'aa' && '' < 'a' && 'B' < 'a'")]
    [InlineData("false < true")]
    [InlineData("duration('59s') < duration('1m')")]
    [InlineData("timestamp('2026-01-01T00:00:00Z') < timestamp('2026-01-01T00:00:00.000000001Z')")]
    [InlineData("timestamp('2026-01-01T02:00:00+02:00') == timestamp('2026-01-01T00:00:00Z')")]
    public void There_is_an_order(string text) => Assert.Equal("true", Evaluate.Text(text));

    [Theory]
    [InlineData("'\\uFFFD' < '\\U0001F600'", "true")]
    [InlineData("'x\\U0001F600' > 'x\\uE000'", "true")]
    [InlineData("'\\U0001F600' < '\\U0001F601'", "true")]
    public void Texts_are_ordered_by_code_points(string text, string value) => Assert.Equal(value, Evaluate.Text(text));

    [Theory]
    [InlineData("0.0 / 0.0 == 0.0 / 0.0", "false")]
    [InlineData("0.0 / 0.0 != 0.0 / 0.0", "true")]
    [InlineData("0.0 / 0.0 < 1", "false")]
    [InlineData("0.0 / 0.0 >= 1", "false")]
    public void What_is_not_a_number_has_no_order(string text, string value) => Assert.Equal(value, Evaluate.Text(text));

    [Theory]
    [InlineData("1 < 'a'", "!a number and a string have no order; '<' compares two numbers, texts, timestamps, durations or booleans.")]
    [InlineData("[1] > [0]", "!a list and a list have no order; '>' compares two numbers, texts, timestamps, durations or booleans.")]
    [InlineData("null <= null", "!null and null have no order; '<=' compares two numbers, texts, timestamps, durations or booleans.")]
    public void What_has_no_order_is_an_error(string text, string problem) => Assert.Equal(problem, Evaluate.Text(text));

    [Theory]
    [InlineData("[1, 2.0, 'x', null] == [1.0, 2, 'x', null]", "true")]
    [InlineData("[1, 2] == [2, 1]", "false")]
    [InlineData("[[1]] == [[1, 2]]", "false")]
    [InlineData("{'a': 1, 'b': 2} == {'b': 2.0, 'a': 1}", "true")]
    [InlineData("{'a': 1} == {'a': 1, 'b': 2}", "false")]
    [InlineData("{'a': 1} == {'b': 1}", "false")]
    [InlineData("{1: 'x'} == {1: 'x'} && {true: 1} != {1: 1}", "true")]
    [InlineData("row == [1, {'b': [2]}] && [1, {'b': [2]}] == row", "true")]
    [InlineData("row == [1, {'b': [3]}]", "false")]
    [InlineData("object == {'b': [2]} && {'b': [2]} == object", "true")]
    [InlineData("type(1) == int && type(1.0) == double && type('') == string && type([]) == list && type({}) == map", "true")]
    [InlineData("type(null) == null_type && type(true) == bool && type(int) == type && type(1) != double", "true")]
    [InlineData("type(timestamp(0)) == google.protobuf.Timestamp && type(duration('1s')) == google.protobuf.Duration", "true")]
    [InlineData("timestamp(0) == duration('0s')", "false")]
    public void Everything_can_be_equal(string text, string value) =>
        Assert.Equal(value, Evaluate.Text(text, new JsonScope("""{ "row": [1, {"b": [2]}], "object": {"b": [2.0]} }""")));

    [Theory]
    [InlineData("2 in [1, 2.0]", "true")]
    [InlineData("'a' in ['b', 'a']", "true")]
    [InlineData("3 in [1, 2]", "false")]
    [InlineData("'a' in {'a': 1}", "true")]
    [InlineData("1.0 in {1: 'x'}", "true")]
    [InlineData("1.5 in {1: 'x'}", "false")]
    [InlineData("null in {'a': 1}", "false")]
    [InlineData("'b' in object && !('c' in object) && !(1 in object)", "true")]
    [InlineData("1 in row && !('x' in row)", "true")]
    [InlineData("'a' in 'abc'", "!'in' needs a list or an object behind it, and was given a string.")]
    public void Lists_have_elements_and_objects_keys(string text, string value) =>
        Assert.Equal(value, Evaluate.Text(text, new JsonScope("""{ "row": [1, {"b": [2]}], "object": {"b": [2.0]} }""")));
}
