using System.Text;
using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class SchemaPatternTests
{
    [Theory]
    [InlineData("b", "abc", true)]
    [InlineData("^b", "abc", false)]
    [InlineData("a$", "a\n", false)]
    [InlineData("^a.b$", "a\nb", false)]
    [InlineData("^a.b$", "a\u2028b", false)]
    [InlineData("^a[^]b$", "a\nb", true)]
    [InlineData("[]", "a", false)]
    [InlineData("^\\d$", "\u0663", false)]
    [InlineData("^\\w$", "\u00e9", false)]
    [InlineData("^\\W$", "\u00e9", true)]
    [InlineData("^\\s$", "\ufeff", true)]
    [InlineData("^\\s$", "\u180e", false)]
    [InlineData("^.$", "\U0001F432", true)]
    [InlineData("^..$", "\U0001F432", false)]
    [InlineData("^[\U0001F430-\U0001F440]$", "\U0001F432", true)]
    [InlineData("^[^\U0001F430-\U0001F440]$", "\U0001F432", false)]
    [InlineData("^[^a]$", "\U0001F432", true)]
    [InlineData("^\\u{1F432}$", "\U0001F432", true)]
    [InlineData("^\\ud83d\\udc32$", "\U0001F432", true)]
    [InlineData("^\\p{L}$", "\U00010400", true)]
    [InlineData("^\\p{Letter}\\p{Nd}$", "\u00e9\u0663", true)]
    [InlineData("^\\P{L}$", "1", true)]
    [InlineData("^\\p{General_Category=Uppercase_Letter}$", "A", true)]
    [InlineData("^[\\w.\\-_]+$", "a-b.c", true)]
    [InlineData("^[a\\d-z]$", "-", true)]
    [InlineData("^\\cA$", "\u0001", true)]
    [InlineData("^\\x41\\0$", "A\0", true)]
    [InlineData("^(a)(?<n>b)\\2\\1\\k<n>$", "abbab", true)]
    [InlineData("^(?:(a)|b)\\1c$", "bc", true)]
    [InlineData("(?<=a)b(?!c)", "abd", true)]
    [InlineData("\\bfoo\\b", "\u00e9foo", true)]
    [InlineData("^a{2}b{1,}c{0,2}?$", "aabbcc", true)]
    [InlineData("^{a}$", "{a}", true)]
    [InlineData("^a{,2}$", "a{,2}", true)]
    [InlineData("^\\/\\-\\@$", "/-@", true)]
    [InlineData("^#x $", "#x ", true)]
    [InlineData("a||b", "", true)]
    public void A_pattern_means_what_it_means_in_ECMA_262(string pattern, string text, bool isMatch)
    {
        var schema = JsonSchema.Compile($$"""{ "pattern": {{JsonSerializer.Serialize(pattern)}} }""");
        Assert.Equal(isMatch, schema.Validate(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(text))).IsValid);
    }

    [Theory]
    [InlineData("\\Aa", "'\\A' is no escape of ECMA-262")]
    [InlineData("a\\z", "'\\z' is no escape of ECMA-262")]
    [InlineData("(?i)a", "'(?' must be followed by")]
    [InlineData("(?>a)", "'(?' must be followed by")]
    [InlineData("(?#a)", "'(?' must be followed by")]
    [InlineData("a**", "there is nothing that '*' could repeat")]
    [InlineData("*", "there is nothing that '*' could repeat")]
    [InlineData("^*", "there is nothing that '*' could repeat")]
    [InlineData("{2}", "there is nothing that '{' could repeat")]
    [InlineData("a{3,2}", "the numbers in braces are out of order")]
    [InlineData("[b-a]", "the ends of a range are out of order")]
    [InlineData("a)", "there is a ')' without a '('")]
    [InlineData("\\", "there is nothing after the last '\\'")]
    [InlineData("\\2(a)", "there is no group with the number 2")]
    [InlineData("\\k<x>(?<y>a)", "there is no group with the name 'x'")]
    [InlineData("\\u{110000}", "'\\u{' must be followed by")]
    [InlineData("\\u12", "4 hexadecimal digits are expected")]
    [InlineData("\\p{Script=Greek}", "the Unicode property 'Script=Greek' is not supported")]
    [InlineData("\\pL", "'\\p' must be followed by a property in braces")]
    public void What_is_no_pattern_of_ECMA_262_is_refused_with_the_reason(string pattern, string expected)
    {
        var e = Assert.Throws<SchemaException>(() => JsonSchema.Compile($$"""{ "pattern": {{JsonSerializer.Serialize(pattern)}} }"""));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_groups_are_refused()
        => Assert.Contains("nested more than 100 deep", Assert.Throws<SchemaException>(() => JsonSchema.Compile($$"""{ "pattern": "{{new string('(', 2_000)}}{{new string(')', 2_000)}}" }""")).Message, StringComparison.Ordinal);

    [Fact]
    public void Half_a_pair_counts_as_one_character_and_equals_only_itself()
    {
        var value = "\"\\ud800\""u8.ToArray();
        Assert.True(JsonSchema.Compile("""{ "minLength": 1, "maxLength": 1, "pattern": "^.$", "const": "\ud800", "enum": ["\ud800"] }""").Validate(value).IsValid);
        Assert.False(JsonSchema.Compile("""{ "const": "\ud801" }""").Validate(value).IsValid);
        Assert.False(JsonSchema.Compile("""{ "enum": ["\ufffd"] }""").Validate(value).IsValid);
    }
}
