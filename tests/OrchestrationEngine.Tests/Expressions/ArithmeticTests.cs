namespace OrchestrationEngine.Tests.Expressions;

public class ArithmeticTests
{
    [Theory]
    [InlineData("1 + 2 * 3 - 4", "3")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("7 / 2", "3")]
    [InlineData("-7 / 2", "-3")]
    [InlineData("7 % 3", "1")]
    [InlineData("-7 % 3", "-1")]
    [InlineData("7 % -3", "1")]
    [InlineData("10 - 4 - 3", "3")]
    [InlineData("100 / 10 / 5", "2")]
    [InlineData("2 - -1", "3")]
    [InlineData("- -1", "1")]
    [InlineData("-(3)", "-3")]
    [InlineData("0x1F + 1", "32")]
    [InlineData("7u + 1", "8")]
    [InlineData("9223372036854775807 - 1", "9223372036854775806")]
    public void Whole_numbers_are_computed_as_in_CEL(string text, string value) => Assert.Equal(value, Evaluate.Text(text));

    [Theory]
    [InlineData("1.5 + 2.25", "3.75")]
    [InlineData("1.0 / 4.0", "0.25")]
    [InlineData("-(1.5)", "-1.5")]
    [InlineData("1e3 * 2.0", "2000")]
    [InlineData("string(1.0 / 0.0)", "\"Infinity\"")]
    [InlineData("string(0.0 / 0.0)", "\"NaN\"")]
    public void Doubles_are_computed_as_IEEE_says(string text, string value) => Assert.Equal(value, Evaluate.Text(text));

    [Theory]
    [InlineData("9223372036854775807 + 1")]
    [InlineData("-9223372036854775808 - 1")]
    [InlineData("9223372036854775807 * 2")]
    [InlineData("-9223372036854775808 / -1")]
    [InlineData("-9223372036854775808 * -1")]
    [InlineData("-9223372036854775808 % -1")]
    [InlineData("-(-9223372036854775808)")]
    public void What_does_not_fit_is_an_error(string text) => Assert.Equal("!The result does not fit into a whole number of 64 bits.", Evaluate.Text(text));

    [Theory]
    [InlineData("1 / 0", "!A whole number cannot be divided by zero.")]
    [InlineData("1 % 0", "!There is no remainder of a division by zero.")]
    [InlineData("1 + 1.0", "!'+' needs two numbers of one type, and was given an int and a double; convert with double() or int().")]
    [InlineData("5.0 % 2.0", "!'%' needs two whole numbers; convert with int().")]
    [InlineData("1 + 'a'", "!'+' cannot be used with a number and a string.")]
    [InlineData("'a' * 3", "!'*' cannot be used with a string and a number.")]
    [InlineData("[1] - [1]", "!'-' cannot be used with a list and a list.")]
    [InlineData("-'a'", "!'-' needs a number, and was given a string.")]
    [InlineData("1.0 / 0.0", "!Infinity is not a number that JSON has.")]
    public void What_cannot_be_computed_says_why(string text, string problem) => Assert.Equal(problem, Evaluate.Text(text));

    [Theory]
    [InlineData("'a' + 'b' + 'c'", "\"abc\"")]
    [InlineData("[1] + [] + ['x', [2]]", "[1,\"x\",[2]]")]
    public void Texts_and_lists_are_put_together(string text, string value) => Assert.Equal(value, Evaluate.Text(text));
}
