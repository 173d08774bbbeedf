using System.Diagnostics;
using System.Globalization;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class CostLimitTests
{
    private const string OverCost = "!The evaluation takes more than its cost limit of 1000000 units.";
    private const string OverSize = "!The evaluation makes more than its size limit of 16777216 bytes of texts and lists.";

    // A list of a thousand numbers, an object with a thousand members, and a text of a hundred thousand characters.
    private static readonly JsonScope Data = new(string.Create(
        CultureInfo.InvariantCulture,
        $$"""
          { "row": [{{string.Join(",", Enumerable.Range(0, 1_000))}}], "object": { {{string.Join(",", Enumerable.Range(0, 1_000).Select(i => $"\"m{i}\": {i}"))}} },
            "text": "{{new string('a', 100_000)}}", "rows": [{{string.Join(",", Enumerable.Repeat("[1,2,[3]]", 1_000))}}] }
          """));

    [Theory]
    [InlineData("row.map(a, row.map(b, row.map(c, 1)))", OverCost)]
    [InlineData("row.all(a, row.all(b, row.exists(c, c / 0 == 1)))", OverCost)]
    [InlineData("row.exists(a, row.exists(b, row.exists(c, false)))", OverCost)]
    [InlineData("true || row.exists(a, row.exists(b, row.exists(c, false)))", "true")]
    [InlineData("row.exists(a, row.exists(b, row.exists(c, false))) || true", OverCost)]
    [InlineData("row.exists_one(a, row.exists_one(b, row.exists_one(c, false)))", OverCost)]
    [InlineData("row.filter(a, row.all(b, object.m1 == 1 && row == row))", OverCost)]
    [InlineData("row.all(a, object == object)", OverCost)]
    [InlineData("row.all(a, size(object) == 1000)", OverSize)]
    [InlineData("row.map(a, rows[a][2]).size() + row.map(a, row.map(b, rows[b])).size()", OverCost)]
    [InlineData("row.map(a, text).size()", "1000")]
    [InlineData("row.map(a, text + 'x').size()", OverSize)]
    [InlineData("row.map(a, text.upperAscii()).size()", OverSize)]
    [InlineData("row.map(a, text.substring(a)).size()", OverSize)]
    [InlineData("row.map(a, [text].join('x')).size()", OverSize)]
    [InlineData("text.replace('a', text)", OverSize)]
    [InlineData("text.replace('', text)", OverSize)]
    [InlineData("text.split('').map(c, text.split(''))", OverSize)]
    [InlineData("row.map(a, row + row + row)", OverSize)]
    [InlineData("row.map(a, {a: row, 'x': [text, text]}).map(m, m.x[0] + m.x[1])", OverSize)]
    [InlineData("row.map(a, text)", OverSize)]
    [InlineData("['foo', 'bar'].map(x, [x + x, x + x]).map(x, [x, x]).map(x, [x, x]).size()", "2")]
    [InlineData("text.contains(text) && row.all(a, text.contains('aab'))", OverCost)]
    [InlineData("row.all(a, row.all(b, size(text) > 0))", OverCost)]
    [InlineData("row.all(a, row.all(b, text == text))", OverCost)]
    [InlineData("row.all(a, row.all(b, text <= text))", OverCost)]
    [InlineData("row.all(a, text.matches('a*b|.*'))", OverCost)]
    [InlineData("row.all(a, ['^' + string(a)].all(p, string(a).matches(p)))", OverCost)]
    [InlineData("row.all(a, row.all(b, timestamp(a).getHours('Europe/Paris') >= 0))", OverCost)]
    [InlineData("row.all(a, row.all(b, math.least(row) == 0))", OverCost)]
    [InlineData("row.all(a, row.all(b, 1001 in row || true))", OverCost)]
    public void Work_that_explodes_ends_soon_and_with_a_word(string text, string outcome)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();

        Assert.Equal(outcome, Evaluate.Text(text, Data));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"It took {watch.Elapsed}.");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400 * 1024 * 1024);
    }

    [Fact]
    public void Doubling_again_and_again_is_stopped()
    {
        var text = "'" + new string('x', 100) + "'";
        var doubled = Enumerable.Range(0, 40).Aggregate($"[{text}]", (inner, _) => $"{inner}.map(x, x + x)");

        Assert.Equal(OverSize, Evaluate.Text($"{doubled}[0].size()"));
    }

    [Fact]
    public void Joining_lists_again_and_again_is_stopped()
    {
        var doubled = Enumerable.Range(0, 40).Aggregate("[[1, 2]]", (inner, _) => $"{inner}.map(x, x + x)");

        Assert.Equal(OverSize, Evaluate.Text($"{doubled}[0].size()"));
    }

    [Fact]
    public void The_limits_can_be_set()
    {
        Assert.Equal("!The evaluation takes more than its cost limit of 10 units.", Evaluate.Text("row.all(x, true)", Data, new() { CostLimit = 10 }));
        Assert.Equal("true", Evaluate.Text("row.all(x, true)", Data, new() { CostLimit = 4_000 }));
        Assert.Equal("!The evaluation makes more than its size limit of 10 bytes of texts and lists.", Evaluate.Text("'abcd' + 'efgh'", Data, new() { SizeLimit = 10 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExpressionOptions { CostLimit = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExpressionOptions { SizeLimit = 0 });
    }

    [Fact]
    public void A_condition_over_its_limit_is_an_error_that_nothing_absorbs()
    {
        var condition = ConditionExpression.Parse("row.all(x, x >= 0) || true", new() { CostLimit = 50 });

        Assert.Equal("The evaluation takes more than its cost limit of 50 units.", condition.Evaluate(Data).Error);
    }

    [Fact]
    public void The_same_evaluation_costs_the_same_again()
    {
        var cost = Enumerable.Range(1, 20_000).First(limit => ConditionExpression.Parse("row.exists(x, x == 99)", new() { CostLimit = limit }).Evaluate(Data).IsTrue);

        Assert.InRange(cost, 100, 1_000);
        Assert.True(ConditionExpression.Parse("row.exists(x, x == 99)", new() { CostLimit = cost - 1 }).Evaluate(Data).IsError);
    }
}
