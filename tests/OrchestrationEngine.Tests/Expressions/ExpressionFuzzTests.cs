using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

/// <summary>A million random inputs: nothing is thrown but <see cref="ExpressionException"/>, and nothing goes beyond its limits.</summary>
public class ExpressionFuzzTests
{
    private const int Evaluations = 300_000;

    private static readonly ExpressionOptions Small = new() { CostLimit = 500, SizeLimit = 16_384 };

    private static readonly ExpressionOptions Tiny = new() { CostLimit = 30, SizeLimit = 600 };

    private static readonly string[] Pieces =
    [
        "a", "b.c", "a['x']", "a[0]", "[", "]", "(", ")", "{", "}", ".", ",", ":", "?", "==", "!=", "=", "!", "&&", "||", "&", "|", "<", "<=", ">", ">=", "+", "-", "*", "/", "%",
        "//", "'", "\"", "'''", "\\", "'x'", "r'y'", "b'z'", "\"y\"", "\\u12", "'\\n'", "1", "-1", "1.5", ".5", "1e9", "0x", "0xF", "2u", "99999999999999999999", "true", "false",
        "null", "in", "if", "int", " ", "\n", "\0", "\ud800", "\U0001F600", "$", "${", "@", "size(", "has(", "x.all(e, ", ".map(x, x", ".exists(", "math.least(", ".matches('(a')",
        ".split('')", "timestamp(", "duration('1h')", "type(", "a.size()", "string(a)",
    ];

    [Fact]
    public void No_text_throws_anything_but_an_expression_exception()
    {
        var random = new Random(20_261_120);
        var scope = new JsonScope("""{ "a": { "x": 1, "c": true }, "b": { "c": [true, "x", null, 1.5] }, "x": [1, "a"] }""");
        var parsed = 0;
        for (var round = 0; round < 400_000; round++)
        {
            parsed += Try(Tokens(random), scope) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{parsed} texts were expressions.");
        Assert.InRange(parsed, 10_000, 390_000);
    }

    [Fact]
    public void No_damaged_expression_throws_anything_but_an_expression_exception()
    {
        var random = new Random(11);
        var expressions = new RandomExpression(random);
        var scope = new JsonScope(expressions.Data());
        var parsed = 0;
        for (var round = 0; round < 300_000; round++)
        {
            parsed += Try(Damaged(random, expressions.Text(2)), scope) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{parsed} texts were expressions.");
        Assert.InRange(parsed, 30_000, 270_000);
    }

    [Fact]
    public void No_evaluation_throws_or_goes_beyond_its_limits()
    {
        var random = new Random(7);
        var expressions = new RandomExpression(random);
        var (values, problems, stopped) = (0, 0, 0);
        JsonScope? scope = null;
        for (var round = 0; round < Evaluations; round++)
        {
            scope = round % 20 == 0 ? new(expressions.Data()) : scope;
            var text = expressions.Text(random.Next(1, 5));
            var counting = new CountingScope(scope!);
            var limits = round % 3 == 0 ? Tiny : Small;
            if (!ExpressionTree.TryRead(text, limits, out var tree, out _))
            {
                continue;
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            var value = tree.Evaluate(counting, out var evaluation);
            var outcome = ValueWriter.TryWrite(value, evaluation, out var json, out var problem) ? json : "!" + problem;

            Assert.InRange(evaluation.UnitsSpent, 1, limits.CostLimit + 1);
            Assert.InRange(counting.Asked, 0, limits.CostLimit);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000 + (10 * limits.SizeLimit));
            values += outcome.StartsWith('!') ? 0 : 1;
            problems += outcome.StartsWith('!') ? 1 : 0;
            stopped += outcome.Contains("limit of", StringComparison.Ordinal) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{values} values, {problems} problems, {stopped} of them over a limit.");
        Assert.True(values > Evaluations / 10 && problems > Evaluations / 10 && stopped > 100, $"{values} values, {problems} problems, {stopped} over a limit.");
    }

    [Fact]
    public void What_is_printed_reads_back_as_the_same()
    {
        var random = new Random(3);
        var expressions = new RandomExpression(random);
        for (var round = 0; round < 50_000; round++)
        {
            var text = expressions.Text(random.Next(1, 5));
            var printed = ValueExpression.TryParse(text, out var expression, out _) ? expression.Canonical : null;
            if (printed is null || printed.Length > 4096)
            {
                continue;
            }

            var again = ValueExpression.Parse(printed);
            var scope = new JsonScope(expressions.Data());

            Assert.Equal(printed, again.Canonical);
            Assert.Equal(Evaluate.Text(text, scope), Evaluate.Text(printed, scope));
            Assert.Equal(expression!.References, again.References);
        }
    }

    [Fact]
    public void A_condition_means_what_three_valued_logic_says()
    {
        var scope = new FlagScope();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithQuietOnSuccess(true), Prop.ForAll(Formulas(5).ToArbitrary(), formula =>
            ConditionExpression.Parse(formula.Text).Evaluate(scope).Value == formula.Value));
    }

    private static bool Try(string text, IExpressionScope scope)
    {
        Assert.True(DataPath.TryParse(text, out _, out var pathError) || pathError is not null);
        if (!TextTemplate.TryParse($"{text}${{{text}}}", Small, out var template, out var templateError))
        {
            Assert.InRange(templateError.Position, 0, (2 * text.Length) + 3);
        }

        template?.TryEvaluateText(scope, out _, out _);
        try
        {
            ConditionExpression.Parse(text, Small).Evaluate(scope);
            return true;
        }
        catch (ExpressionException e)
        {
            Assert.InRange(e.Position, 0, text.Length);
            Assert.NotEmpty(e.Message);
            return false;
        }
    }

    private static string Tokens(Random random)
    {
        var pieces = Enumerable.Range(0, random.Next(1, 12));
        return random.Next(8) == 0
            ? string.Concat(pieces.Select(_ => (char)random.Next(random.Next(2) == 0 ? 0x80 : 0x10000)))
            : string.Concat(pieces.Select(_ => Pieces[random.Next(Pieces.Length)]));
    }

    private static string Damaged(Random random, string text)
    {
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(text.Length + 1);
            var end = Math.Min(text.Length, at + random.Next(4));
            text = random.Next(3) switch
            {
                0 => text.Remove(at, end - at),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                _ => text.Insert(at, text[at..end]),
            };
        }

        return text;
    }

    private static Gen<Formula> Formulas(int depth)
    {
        var leaves = Gen.Elements(new Formula("t", true), new Formula("f", false), new Formula("e.e", null), new Formula("true", true), new Formula("1 == 2", false));
        if (depth == 0)
        {
            return leaves;
        }

        var inner = Formulas(depth - 1);
        var pairs = from left in inner from right in inner select (left, right);
        return Gen.OneOf(
            leaves,
            inner.Select(x => new Formula($"!({x.Text})", !x.Value)),
            pairs.Select(p => new Formula($"({p.left.Text}) && ({p.right.Text})", p.left.Value & p.right.Value)),
            pairs.Select(p => new Formula($"({p.left.Text}) || ({p.right.Text})", p.left.Value | p.right.Value)),
            pairs.Select(p => new Formula($"({p.left.Text}) == ({p.right.Text})", p.left.Value is { } l && p.right.Value is { } r ? l == r : null)));
    }

    /// <summary>A condition and its value by C#'s lifted operators, where null stands for an error.</summary>
    private sealed record Formula(string Text, bool? Value);

    private sealed class CountingScope(IExpressionScope inner) : IExpressionScope
    {
        public int Asked { get; private set; }

        public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
        {
            Asked++;
            return inner.TryResolve(path, out value, out problem);
        }
    }

    private sealed class FlagScope : IExpressionScope
    {
        public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
        {
            value = JsonDocument.Parse(path.Root == "t" ? "true" : "false").RootElement;
            problem = path.Root == "e" ? "an error" : null;
            return problem is null;
        }
    }
}
