using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class ExpressionFuzzTests
{
    private static readonly string[] Pieces =
    [
        "a", "b.c", "a['x']", "a[0]", "[", "]", "(", ")", ".", "==", "!=", "=", "!", "&&", "||", "&", "|", "'", "\"", "\\", "'x'", "\"y\"", "\\u12", "'\\n'",
        "1", "-1", "1.5", ".5", "1e9", "0x", "0xF", "99999999999999999999", "true", "false", "null", "in", "if", " ", "\n", "\0", "\ud800", "\U0001F600", "-", "$", "@",
    ];

    [Fact]
    public void No_text_throws_anything_but_an_expression_exception()
    {
        var random = new Random(20_261_120);
        var scope = new JsonScope("""{ "a": { "x": 1, "c": true }, "b": { "c": [true, "x", null, 1.5] } }""");
        var parsed = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var text = Text(random);
            try
            {
                var expression = ConditionExpression.Parse(text);
                expression.Evaluate(scope);
                parsed++;
            }
            catch (ExpressionException e)
            {
                Assert.InRange(e.Position, 0, text.Length);
                Assert.NotEmpty(e.Message);
            }

            Assert.True(DataPath.TryParse(text, out _, out var error) || error is not null);
        }

        Assert.InRange(parsed, 1_000, 59_000);
    }

    [Fact]
    public void A_condition_means_what_three_valued_logic_says()
    {
        var scope = new FlagScope();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithQuietOnSuccess(true), Prop.ForAll(Formulas(5).ToArbitrary(), formula =>
            ConditionExpression.Parse(formula.Text).Evaluate(scope).Value == formula.Value));
    }

    private static string Text(Random random)
    {
        var pieces = Enumerable.Range(0, random.Next(1, 12));
        return random.Next(4) == 0
            ? string.Concat(pieces.Select(_ => (char)random.Next(random.Next(2) == 0 ? 0x80 : 0x10000)))
            : string.Concat(pieces.Select(_ => Pieces[random.Next(Pieces.Length)]));
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
