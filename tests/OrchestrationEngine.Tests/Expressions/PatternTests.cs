using System.Diagnostics;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class PatternTests
{
    [Theory]
    [InlineData("'hubba'.matches('ubb')", "true")]
    [InlineData("'hubba'.matches('^ubb')", "false")]
    [InlineData("matches('hubba', 'ba$')", "true")]
    [InlineData("'x\\n'.matches('x$')", "false")]
    [InlineData("'x\\ny'.matches('(?m)x$')", "true")]
    [InlineData("'a\\nb'.matches('a.b')", "false")]
    [InlineData("'a\\nb'.matches('(?s)a.b')", "true")]
    [InlineData("'ABC'.matches('(?i)^abc$')", "true")]
    [InlineData("'ABCd'.matches('^(?i:abc)d$') && !'ABCD'.matches('^(?i:abc)d$')", "true")]
    [InlineData("'2026-11-21'.matches(r'^\\d{4}-\\d{2}-\\d{2}$')", "true")]
    [InlineData("'\\u0661'.matches(r'\\d') || '\\u00e9'.matches(r'\\w') || '\\u00a0'.matches(r'\\s')", "false")]
    [InlineData("'\\u0661'.matches(r'^\\D$') && '\\u00e9'.matches(r'^\\W$') && '\\u00e9'.matches(r'^\\pL$')", "true")]
    [InlineData("'\\U0001F600'.matches('^.$') && '\\U0001F600'.matches('^[^a]$') && '\\U0001F600'.matches(r'^\\D$')", "true")]
    [InlineData("'\\U0001F600\\U0001F600'.matches('^\\U0001F600+$') && !'\\U0001F600'.matches('^..$')", "true")]
    [InlineData("'a]b-c[d'.matches(r'^[][a-d-]+$') && 'x\\\\y'.matches(r'^[x\\\\y]+$')", "true")]
    [InlineData("'Ab1_'.matches('^[[:alpha:]]+[[:digit:]][[:word:]]$')", "true")]
    [InlineData("'-'.matches(r'^[\\W]$') && 'a '.matches(r'^[^\\s]\\s$')", "true")]
    [InlineData("'ab'.matches('^(?P<x>a)(?<y>b)$')", "true")]
    [InlineData("'a#b'.matches('a#b') && 'a.b'.matches(r'^a\\.b$') && 'A'.matches(r'^\\x41\\x{00}?$')", "true")]
    [InlineData("'x{'.matches('x{') && ''.matches('')", "true")]
    [InlineData("'123e4567-e89b-12d3-a456-426614174000'.matches('^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')", "true")]
    [InlineData("1.matches('x')", "!'matches' needs two texts, and was given a number and a string.")]
    public void A_pattern_means_what_RE2_says(string text, string value) => Assert.Equal(value, Evaluate.Text(text));

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(?<=a)")]
    [InlineData("(?!a)")]
    [InlineData("(?>a)")]
    [InlineData("(?#a)")]
    [InlineData("(?x)a")]
    [InlineData("(?n)a")]
    [InlineData("(?")]
    [InlineData("(a)\\1")]
    [InlineData("\\k<a>")]
    [InlineData("\\G")]
    [InlineData("\\Z")]
    [InlineData("\\u0041")]
    [InlineData("\\cA")]
    [InlineData("\\p{IsGreek}")]
    [InlineData("\\")]
    [InlineData("[a")]
    [InlineData("[]")]
    [InlineData("[[:nope:]]")]
    [InlineData("a)")]
    [InlineData("(a")]
    [InlineData("*")]
    [InlineData("a{5001}")]
    [InlineData("((a{100}){100}){100}")]
    public void What_RE2_does_not_have_is_refused_when_the_expression_is_read(string pattern)
    {
        Assert.False(ConditionExpression.TryParse($"a.matches(r'{pattern}')", out _, out var error), pattern);
        Assert.Equal(10, error.Position);
        Assert.StartsWith("The pattern at position 10 cannot be used: ", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("!'matches' cannot use the pattern: ", Evaluate.Text($"'a'.matches(['{pattern.Replace("\\", "\\\\", StringComparison.Ordinal)}'][0])"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_may_have_512_characters()
    {
        Assert.True(ConditionExpression.TryParse($"a.matches('{new string('a', 512)}')", out _, out _));
        Assert.False(ConditionExpression.TryParse($"a.matches('{new string('a', 513)}')", out _, out var error));
        Assert.Equal("The pattern at position 10 cannot be used: it has 513 characters; at most 512 are allowed.", error.Message);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|aa)+$")]
    [InlineData("(x+x+)+y")]
    [InlineData("(.*)*(.*)*(.*)*z")]
    [InlineData("(a?){200}a{200}b")]
    [InlineData("[ab]*a[ab]{300}c")]
    public void No_pattern_takes_long(string pattern)
    {
        var scope = new JsonScope($$"""{ "t": "{{string.Concat(Enumerable.Repeat("aabxxab", 20_000))}}!" }""");
        var watch = Stopwatch.StartNew();

        Evaluate.Text($"t.matches('{pattern}')", scope);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{pattern} took {watch.Elapsed}.");
    }
}
