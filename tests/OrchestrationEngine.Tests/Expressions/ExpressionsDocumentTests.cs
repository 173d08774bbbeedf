using System.Text.RegularExpressions;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Tests.Architecture;

namespace OrchestrationEngine.Tests.Expressions;

/// <summary>docs/expressions.md says what there is.</summary>
public sealed partial class ExpressionsDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "expressions.md"));

    [Fact]
    public void It_names_each_function_and_each_macro()
    {
        var named = Calls().Matches(Section("Functions") + Section("Macros")).Select(match => match.Groups["name"].Value).Append("existsOne").ToHashSet();

        Assert.Equal(ExpressionFunctions.Names.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_examples_are_expressions()
    {
        var examples = Section("Expressions").Split("```")[1].Trim().Split('\n');

        Assert.Equal(3, examples.Length);
        Assert.All(examples, example => Assert.True(ValueExpression.TryParse(example, out _, out var error), error?.Message));
    }

    [Fact]
    public void Its_limits_are_the_limits()
    {
        Assert.Equal((1_000_000, 16 * 1024 * 1024), (ExpressionOptions.Default.CostLimit, ExpressionOptions.Default.SizeLimit));
        Assert.Contains("1,000,000 units", Section("Limits"), StringComparison.Ordinal);
        Assert.Contains("16 MiB", Section("Limits"), StringComparison.Ordinal);
    }

    private static string Section(string name) => Headings().Split(Document).SkipWhile(part => part != name).ElementAt(1);

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"(?:`|, `)(?:[a-z]+\.(?<!math\.))?(?<name>math\.\w+|\w+)\(")]
    private static partial Regex Calls();
}
