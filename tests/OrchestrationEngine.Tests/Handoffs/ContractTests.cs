using System.Globalization;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Schemas;
using static OrchestrationEngine.Tests.Handoffs.Contracts;

namespace OrchestrationEngine.Tests.Handoffs;

public sealed class ContractTests
{
    private static readonly ContractDefinition Schema = new() { Schema = Json("""{"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":3}}}""") };

    [Fact]
    public async Task What_keeps_to_a_schema_passes() => Assert.Empty(await Check(Schema, GivenHandoff.Of("""{"a":3}""")));

    [Fact]
    public async Task A_schema_says_where_it_is_broken_what_it_expected_and_what_was_found()
    {
        var violation = Assert.Single(await Check(Schema, GivenHandoff.Of("""{"a":2}""")));
        Assert.Equal(
            ("output of 't'", "schema/minimum", "/a", "a number of at least 3", "2"),
            (violation.Contract, violation.Rule, violation.Location, violation.Expected, violation.Found));
        Assert.Contains("Expected a number of at least 3; found", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var violations = await Check(
            Schema with { Required = ["b.c", "d"], MaxBytes = 5, Expression = ConditionExpression.Parse("a > 2") },
            GivenHandoff.Of("""{"a":2,"b":{},"d":null}"""));
        Assert.Equal(["maxBytes", "required", "required", "schema/minimum", "expression"], violations.Select(violation => violation.Rule));
        Assert.Equal(["", "/b", "/d", "/a", "/a"], violations.Select(violation => violation.Location));
    }

    [Fact]
    public async Task A_schema_that_is_named_by_its_uri_is_that_of_the_application()
    {
        var schemas = new SchemaRegistry();
        schemas.Add("""{"$id":"https://example.test/report","type":"array"}""");
        var named = new ContractDefinition { Schema = Json("\"https://example.test/report\"") };
        Assert.Empty(await Check(named, GivenHandoff.Of("[]"), RegistryOf(schemas: schemas)));
        Assert.Equal("schema/type", Assert.Single(await Check(named, GivenHandoff.Of("{}"), RegistryOf(schemas: schemas))).Rule);
    }

    [Fact]
    public async Task An_artifact_of_json_is_looked_into_and_read_once()
    {
        var handoff = GivenHandoff.OfArtifact("application/vnd.report+json; charset=utf-8", "\uFEFF{\"a\":1}");
        var violation = Assert.Single(await Check(Schema with { Required = ["a"], Expression = ConditionExpression.Parse("content.a == 1") }, handoff));
        Assert.Equal("/a", violation.Location);
        Assert.Equal(1, handoff.Opened);
    }

    [Fact]
    public async Task An_artifact_of_text_is_one_text()
    {
        var contract = new ContractDefinition { Expression = ConditionExpression.Parse("content.contains('## Decisions') && size(content) > 20"), MediaTypes = ["text/*"] };
        Assert.Empty(await Check(contract, GivenHandoff.OfArtifact("text/markdown", "# Design\n\n## Decisions\n\nNone yet.\n")));
        Assert.Equal("expression", Assert.Single(await Check(contract, GivenHandoff.OfArtifact("text/markdown", "# Design"))).Rule);
    }

    [Fact]
    public async Task Bytes_of_another_kind_cannot_be_looked_into_which_is_said_once()
    {
        var violation = Assert.Single(await Check(Schema with { Required = ["a"] }, GivenHandoff.OfArtifact("image/png", [1, 2])));
        Assert.Equal("content", violation.Rule);
        Assert.Contains("'image/png'", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_no_utf_8_and_json_that_is_none_are_violations()
    {
        Assert.Equal("The content is not text in UTF-8.", Assert.Single(await Check(Schema, GivenHandoff.OfArtifact("text/plain", [0xC3, 0x28]))).Message);
        Assert.StartsWith("The content can't be read as JSON", Assert.Single(await Check(Schema, GivenHandoff.OfArtifact("application/json", "{\"a\":"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3L)]
    [InlineData(9L)]
    [InlineData(-1L)]
    public async Task A_reference_that_gives_another_size_than_there_is_breaks_the_contract(long size)
        => Assert.Equal("content", Assert.Single(await Check(Schema, GivenHandoff.OfArtifact("application/json", "{\"a\":5}"u8.ToArray(), size))).Rule);

    [Fact]
    public async Task Media_type_size_and_checksum_are_those_of_the_artifact()
    {
        var content = "hello"u8.ToArray();
        var right = new ContractDefinition { MediaTypes = ["image/png", "Text/*"], MinBytes = 5, MaxBytes = 5, Sha256 = ContentDigest.Of(content).Hex.ToUpperInvariant() };
        Assert.Empty(await Check(right, GivenHandoff.OfArtifact("text/plain", content)));
        var violations = await Check(right, GivenHandoff.OfArtifact("application/octet-stream", [1]));
        Assert.Equal(["mediaTypes", "minBytes", "sha256"], violations.Select(violation => violation.Rule));
        Assert.Equal(("at least 5 bytes", "1 bytes"), (violations[1].Expected, violations[1].Found));
    }

    [Fact]
    public async Task The_names_of_artifacts_are_patterns()
    {
        var contract = new ContractDefinition { Artifacts = ["src/**/*.cs", "report.??", "docs/*"] };
        Assert.Empty(await Check(contract, GivenHandoff.WithArtifacts("src/a/b/x.cs", "report.md", "docs/i.txt")));
        var violation = Assert.Single(await Check(contract, GivenHandoff.WithArtifacts("src/x.cs", "report.md", "docs/a/i.txt")));
        Assert.Equal(("artifacts", "docs/*"), (violation.Rule, violation.Expected));
    }

    [Fact]
    public async Task A_condition_that_does_not_hold_says_what_its_names_are()
    {
        var contract = new ContractDefinition { Expression = ConditionExpression.Parse("coverage >= 0.8 && size(content.tests) > 0") };
        Assert.Empty(await Check(contract, GivenHandoff.Of("""{"coverage":0.9,"tests":[1]}""")));
        var violation = Assert.Single(await Check(contract, GivenHandoff.Of("""{"coverage":0.5,"tests":[1]}""")));
        Assert.Equal("coverage is the number 0.5, content.tests is an array of 1 item", violation.Found);
        var error = Assert.Single(await Check(contract, GivenHandoff.Of("""{"coverag":1,"tests":[1]}""")));
        Assert.Contains("no member 'coverage'; the nearest is 'coverag'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_of_several_must_hold_and_each_says_which_it_is()
    {
        var combined = new ContractDefinition { All = [Named("small"), Inline(new() { Required = ["b"] })], Any = [Named("small"), Inline(Schema)] };
        PlanContract small = new() { Name = "small", Contract = new() { MaxBytes = 8 } };
        Assert.Empty(await Check(combined, GivenHandoff.Of("""{"b":1}"""), null, small));
        var violations = await Check(combined, GivenHandoff.Of("""{"c":"something"}"""), null, small);
        Assert.Equal([("small", "maxBytes"), ("output of 't'", "required"), ("output of 't'", "any"), ("small", "maxBytes"), ("output of 't', choice 2", "schema/required")], violations.Select(violation => (violation.Contract, violation.Rule)));
    }

    [Fact]
    public async Task Of_several_alternatives_one_is_enough()
    {
        var any = new ContractDefinition { Any = [Inline(new() { Required = ["a"] }), Inline(new() { Required = ["b"] })] };
        Assert.Empty(await Check(any, GivenHandoff.Of("""{"b":1}""")));
        Assert.Equal(["any", "required", "required"], (await Check(any, GivenHandoff.Of("{}"))).Select(violation => violation.Rule));
    }

    [Fact]
    public async Task A_contract_of_the_application_is_asked_by_its_name()
    {
        var registry = RegistryOf(contracts: new OddSize());
        Assert.Empty(await Check(new() { Uses = "odd" }, GivenHandoff.Of("1"), registry));
        Assert.Equal("odd", Assert.Single(await Check(new() { Uses = "odd" }, GivenHandoff.Of("12"), registry)).Contract);
    }

    [Fact]
    public async Task A_judge_gives_a_score_and_reasons()
    {
        var contract = new ContractDefinition { Judge = new() { Agent = "critic", Criteria = "clear", Threshold = 0.7 } };
        var good = await Compile(contract).ValidateAsync(GivenHandoff.WithJudge("{}", (_, criteria) => $$"""{"score":{{(criteria == "clear" ? "0.7" : "0")}}}"""), TestContext.Current.CancellationToken);
        Assert.Equal((true, 0.7), (good.Holds, good.Score));
        var bad = await Compile(contract).ValidateAsync(GivenHandoff.WithJudge("{}", (_, _) => """{"score":0.1,"reason":"vague","violations":["no example",3,""]}"""), TestContext.Current.CancellationToken);
        Assert.Equal(0.1, bad.Score);
        Assert.Equal(["vague", "no example"], bad.Violations.Select(violation => violation.Message));
        Assert.Equal(("a score of at least 0.7", "a score of 0.1"), (bad.Violations[0].Expected, bad.Violations[0].Found));
    }

    [Fact]
    public async Task A_judge_is_not_asked_about_what_is_wrong_already()
    {
        var handoff = GivenHandoff.Of("{}");
        var combined = new ContractDefinition { Judge = new() { Agent = "critic" }, All = [Inline(new() { Judge = new() { Agent = "other" }, Required = ["a"] })] };
        Assert.Equal("required", Assert.Single(await Check(combined, handoff)).Rule);
        Assert.Empty(handoff.Asked);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("""{"score":"high"}""")]
    [InlineData("""{"score":1.01}""")]
    [InlineData("""{"score":-0.01}""")]
    [InlineData("""{"score":1e400}""")]
    public async Task A_judge_without_a_verdict_passes_nothing(string answer)
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Check(new() { Judge = new() { Agent = "critic" } }, GivenHandoff.WithJudge("{}", (_, _) => answer)));
        Assert.Contains("'critic'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contract_that_throws_is_not_a_pass()
        => await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Check(new() { Uses = "broken" }, GivenHandoff.Of("1"), RegistryOf(contracts: new Broken())));

    [Fact]
    public void A_task_without_contracts_has_nothing_to_check()
    {
        var plan = new PlanBuilder("p").Phase("a", phase => phase.Task("t", "agent")).Build();
        Assert.Null(HandoffRules.Of(PlanGraph.Compile(plan), HandoffRegistry.Empty).Of(0));
    }

    private sealed class OddSize : IHandoffContract
    {
        public string Name => "odd";

        public async ValueTask<HandoffVerdict> ValidateAsync(Handoff handoff, CancellationToken cancellationToken)
        {
            await using var content = await handoff.OpenAsync(cancellationToken);
            return content.Length % 2 == 1
                ? HandoffVerdict.Valid
                : new HandoffVerdict { Violations = [new ContractViolation { Contract = Name, Rule = "odd", Message = content.Length.ToString(CultureInfo.InvariantCulture) }] };
        }
    }

    private sealed class Broken : IHandoffContract
    {
        public string Name => "broken";

        public ValueTask<HandoffVerdict> ValidateAsync(Handoff handoff, CancellationToken cancellationToken) => throw new TimeZoneNotFoundException();
    }
}
