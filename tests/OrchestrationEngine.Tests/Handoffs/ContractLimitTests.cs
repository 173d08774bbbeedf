using System.Text;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Schemas;
using static OrchestrationEngine.Tests.Handoffs.Contracts;

namespace OrchestrationEngine.Tests.Handoffs;

/// <summary>What is made to break a check: it ends in good time, with a violation or a refusal that says why.</summary>
public sealed class ContractLimitTests
{
    private static readonly ContractDefinition AnyObject = new() { Schema = Json("""{"type":["object","array"]}"""), Required = ["a"], Expression = ConditionExpression.Parse("content.a == 1") };

    [Fact]
    public async Task A_document_of_10_000_levels_is_refused_as_a_value()
    {
        var deep = JsonData.Trusted(Encoding.UTF8.GetBytes(new string('[', 10_000) + new string(']', 10_000)));
        var violation = Assert.Single(await Check(AnyObject, GivenHandoff.OfValue(deep)));
        Assert.Equal("content", violation.Rule);
        Assert.Contains("nested at most 128 deep", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_of_10_000_levels_is_refused_as_an_artifact()
    {
        var deep = new StringBuilder().Insert(0, "{\"a\":", 10_000).Append('1').Append('}', 10_000).ToString();
        Assert.Contains("nested at most 128 deep", Assert.Single(await Check(AnyObject, GivenHandoff.OfArtifact("application/json", deep))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_artifact_that_is_too_large_is_not_even_opened()
    {
        var handoff = GivenHandoff.OfArtifact("application/json", "{}"u8.ToArray(), long.MaxValue);
        Assert.Contains("OrchestrationOptions.MaxCheckedBytes", Assert.Single(await Check(AnyObject, handoff)).Message, StringComparison.Ordinal);
        Assert.Equal(0, handoff.Opened);
    }

    [Fact]
    public async Task A_schema_that_grows_while_it_is_checked_ends_at_its_limit()
    {
        // Each level asks twice for the next one: 2 to the power of 60 evaluations.
        var definitions = string.Join(',', Enumerable.Range(0, 60).Select(i => $$$"""
            "d{{{i}}}":{"allOf":[{"$ref":"#/$defs/d{{{i + 1}}}"},{"$ref":"#/$defs/d{{{i + 1}}}"}]}
            """));
        var bomb = "{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + definitions + ",\"d60\":{\"type\":\"object\"}}}";
        var violations = await Check(new() { Schema = Json(bomb) }, GivenHandoff.Of("{}")).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Contains("MaxSteps", Assert.Single(violations).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_refers_to_nothing_is_refused()
    {
        var error = Assert.Throws<SchemaException>(() => Compile(new() { Schema = Json("""{"properties":{"a":{"$ref":"https://example.test/none"}}}""") }));
        Assert.Equal("/properties/a/$ref", Assert.Single(error.Problems).Pointer);
    }

    [Fact]
    public async Task A_pattern_over_a_huge_text_ends_in_good_time()
    {
        var contract = new ContractDefinition { Schema = Json("""{"properties":{"a":{"pattern":"^(a+)+$"}}}""") };
        var text = $"{{\"a\":\"{new string('a', 5_000_000)}!\"}}";
        var violations = await Check(contract, GivenHandoff.Of(text)).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.NotEmpty(violations);
        Assert.All(violations, violation => Assert.True(violation.Message.Length <= 1_000));
    }

    [Fact]
    public async Task An_expression_that_costs_too_much_is_no_pass()
    {
        var contract = new ContractDefinition { Expression = ConditionExpression.Parse("content.all(a, content.all(b, content.all(c, a + b + c >= 0)))") };
        var violation = Assert.Single(await Check(contract, GivenHandoff.Of($"[{string.Join(',', Enumerable.Range(0, 2_000))}]")));
        Assert.StartsWith("The condition 'content.all", violation.Message, StringComparison.Ordinal);
        Assert.Contains("can't be decided", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Violations_are_counted_beyond_a_hundred_and_their_texts_are_cut()
    {
        var contract = new ContractDefinition { Required = [.. Enumerable.Range(0, 250).Select(i => new string('x', 2_000) + i)] };
        var violations = await Check(contract, GivenHandoff.Of("{}"));
        Assert.Equal(101, violations.Count);
        Assert.Equal("There are 150 more violations, which are not listed.", violations[^1].Message);
        Assert.All(violations, violation => Assert.True(violation.Message.Length <= 1_000 && violation.Expected?.Length is null or <= 200));
    }

    [Fact]
    public async Task Contracts_that_stand_in_each_other_many_times_are_checked_once()
    {
        // Without that it would be 3 to the power of 30 checks.
        var named = Enumerable.Range(0, 30).Select(i => new PlanContract
        {
            Name = $"c{i}",
            Contract = new() { Any = [Named($"c{i + 1}"), Named($"c{i + 1}"), Inline(new() { All = [Named($"c{i + 1}")], Required = ["z"] })] },
        });
        PlanContract last = new() { Name = "c30", Contract = new() { Required = ["a"] } };
        var violations = await Check(new() { All = [Named("c0")] }, GivenHandoff.Of("{}"), null, [.. named, last]).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(violations.Count > 1);
    }

    [Theory]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*b")]
    [InlineData("**/a/**/a/**/a/**/a/**/a/**/b")]
    public void Patterns_of_names_are_matched_without_trying_everything(string pattern)
        => Assert.False(new NamePattern(pattern).Matches(string.Join('/', Enumerable.Repeat(new string('a', 250), 100))));
}
