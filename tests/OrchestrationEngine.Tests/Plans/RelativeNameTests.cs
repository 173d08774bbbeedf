using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

/// <summary>What plans may name is what stores take: the two rooms have the rules each for itself, as the lower one can't know the upper.</summary>
public sealed class RelativeNameTests
{
    public static TheoryData<string> Names => new(
        "a", "src/app.ts", "日本/😀.md", "it's", "a b", "${x}", "~", "-1", "a..b", ".git", "COM", "COMX.txt", "nul1", "a/NULL",
        "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a\\b", "C:a", "a:b", "a*", "a?", "a\"b", "<a>", "a|b", "NUL", "nul.txt", "a/com1", "COM¹", "LPT9.x.y", "CONIN$", "aux .txt",
        "a.", "a ", " a", "a/ b", "a\u202Eb", "a\uFEFF", "a\u2028b", new string('x', 240), new string('x', 241), new string('ä', 121));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_is_refused_by_the_verifier_exactly_where_stores_refuse_it(string name)
        => Assert.Equal(SafeName.IsSafe(name), RelativeName.Problem(name) is null);

    [Theory]
    [InlineData("**/*.cs", true)]
    [InlineData("src/", true)]
    [InlineData("a?", true)]
    [InlineData("/", false)]
    [InlineData("//", false)]
    [InlineData("../*", false)]
    [InlineData("**/../*", false)]
    public void Patterns_may_have_wildcards_and_lead_only_down(string pattern, bool isGood) => Assert.Equal(isGood, RelativeName.PatternProblem(pattern, mayBeFolder: true) is null);
}
