using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class LogicTests
{
    /// <summary>Every pair of true (t), false (f), an error (e) and a value that is no boolean (n), with the outcome of both operators.</summary>
    public static TheoryData<string, string, string, string> Pairs => new()
    {
        { "t", "t", "t", "t" },
        { "t", "f", "f", "t" },
        { "t", "e", "e", "t" },
        { "t", "n", "e", "t" },
        { "f", "f", "f", "f" },
        { "f", "e", "f", "e" },
        { "f", "n", "f", "e" },
        { "e", "e", "e", "e" },
        { "e", "n", "e", "e" },
        { "n", "n", "e", "e" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void And_and_or_absorb_errors_in_either_order(string left, string right, string and, string or)
    {
        Assert.Equal((and, and), (Outcome($"{Operand(left)} && {Operand(right)}"), Outcome($"{Operand(right)} && {Operand(left)}")));
        Assert.Equal((or, or), (Outcome($"{Operand(left)} || {Operand(right)}"), Outcome($"{Operand(right)} || {Operand(left)}")));
    }

    [Theory]
    [InlineData("true ? 1 : 1 / 0", "1")]
    [InlineData("false ? 1 / 0 : 2", "2")]
    [InlineData("true ? false ? 1 : 2 : 3", null)]
    [InlineData("false ? 1 : true ? 2 : 3", "2")]
    [InlineData("1 / 0 == 1 ? 1 : 2", "!A whole number cannot be divided by zero.")]
    [InlineData("'x' ? 1 : 2", "!'?' needs a boolean before it, and was given a string.")]
    [InlineData("true || false ? 1 : 2", "1")]
    public void A_choice_evaluates_one_side(string text, string? value)
    {
        if (value is null)
        {
            Assert.Throws<ExpressionException>(() => ValueExpression.Parse(text));
            return;
        }

        Assert.Equal(value, Evaluate.Text(text));
    }

    [Theory]
    [InlineData("1 + 1 == 2 && !false || 1 / 0 == 1", "true")]
    [InlineData("!true == false", "true")]
    [InlineData("1 < 2 == true", "true")]
    [InlineData("2 * 3 + 4 > 9 && 3 in [1, 3]", "true")]
    [InlineData("true || true && false", "true")]
    [InlineData("-1 + 2 == 1 // a remark", "true")]
    [InlineData("1 // a remark\n + 1", "2")]
    public void Operators_bind_as_in_CEL(string text, string value) => Assert.Equal(value, Evaluate.Text(text));

    private static string Operand(string letter) => letter switch
    {
        "t" => "true",
        "f" => "false",
        "e" => "(1 / 0 == 1)",
        _ => "'x'",
    };

    private static string Outcome(string text) => Evaluate.Text(text) switch
    {
        "true" => "t",
        "false" => "f",
        ['!', ..] => "e",
        _ => "?",
    };
}
