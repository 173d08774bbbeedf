using System.Globalization;
using System.Numerics;
using System.Text;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class SchemaNumberTests
{
    [Fact]
    public void Numbers_are_compared_and_divided_exactly()
    {
        var random = new Random(20_261_121);
        for (var round = 0; round < 20_000; round++)
        {
            var (left, right) = (Text(random), Text(random));
            var (leftValue, rightValue) = (Exact(left), Exact(right));
            var a = new JsonNumber(Encoding.UTF8.GetBytes(left));
            var b = new JsonNumber(Encoding.UTF8.GetBytes(right));
            Assert.True(leftValue.CompareTo(rightValue) == a.CompareTo(b), $"{left} against {right}");
            Assert.True((leftValue.CompareTo(rightValue) != 0) || a.Hash() == b.Hash(), $"the hashes of {left} and {right}");
            Assert.Equal(leftValue % BigInteger.Pow(10, Scale) == 0, a.IsInteger);
            if (rightValue != 0)
            {
                Assert.True(leftValue % rightValue == 0 == a.IsMultipleOf(b), $"{left} as a multiple of {right}");
            }
        }
    }

    [Theory]
    [InlineData("1e400", "1e399", 1)]
    [InlineData("-1e400", "1", -1)]
    [InlineData("1e99999999999999999999", "1e400", 1)]
    [InlineData("1e-99999999999999999999", "0", 1)]
    [InlineData("0e99999999999999999999", "-0.0", 0)]
    [InlineData("1.0", "1", 0)]
    [InlineData("100", "1E+2", 0)]
    public void Numbers_beyond_any_type_have_their_order(string left, string right, int expected)
        => Assert.Equal(expected, new JsonNumber(Encoding.UTF8.GetBytes(left)).CompareTo(new JsonNumber(Encoding.UTF8.GetBytes(right))));

    [Theory]
    [InlineData("1e1000000000", "3", false)]
    [InlineData("3e1000000000", "3", true)]
    [InlineData("1e308", "0.123456789", false)]
    [InlineData("12345678901234567890123456789012345678901234567890", "12345678901234567890", false)]
    [InlineData("246913578024691357802469135780e30", "123456789012345678901234567890", true)]
    [InlineData("0", "7", true)]
    public void Multiples_are_found_without_writing_the_numbers_out(string value, string divisor, bool expected)
        => Assert.Equal(expected, new JsonNumber(Encoding.UTF8.GetBytes(value)).IsMultipleOf(new JsonNumber(Encoding.UTF8.GetBytes(divisor))));

    private const int Scale = 60;

    private static string Text(Random random)
    {
        var text = new StringBuilder(random.Next(2) == 0 ? "-" : string.Empty);
        text.Append(random.Next(3) == 0 ? "0" : Digits(random, random.Next(2) == 0 ? 3 : 25).TrimStart('0').PadLeft(1, '1'));
        if (random.Next(2) == 0)
        {
            text.Append('.').Append(Digits(random, random.Next(2) == 0 ? 2 : 20));
        }

        return random.Next(3) == 0 ? text.Append(random.Next(2) == 0 ? 'e' : 'E').Append(CultureInfo.InvariantCulture, $"{random.Next(-20, 20):+0;-0;0}").ToString() : text.ToString();
    }

    private static string Digits(Random random, int most) => string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => random.Next(3) == 0 ? '0' : (char)('0' + random.Next(10))));

    // The number times 10^60.
    private static BigInteger Exact(string text)
    {
        var e = text.IndexOfAny(['e', 'E']);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        return BigInteger.Parse(mantissa.Replace(".", string.Empty, StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) * BigInteger.Pow(10, Scale + exponent - decimals);
    }
}
