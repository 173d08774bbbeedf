using System.Text;
using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class SchemaLimitTests
{
    [Fact]
    public void A_schema_that_doubles_with_every_reference_ends_at_the_limit_of_steps()
    {
        var definitions = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""
            "d{{i}}": { "allOf": [{ "$ref": "#/$defs/d{{i + 1}}" }, { "$ref": "#/$defs/d{{i + 1}}" }] }
            """));
        var schema = JsonSchema.Compile($$"""{ "$ref": "#/$defs/d0", "$defs": { {{definitions}}, "d60": true } }""", new SchemaOptions { MaxSteps = 100_000 });
        using var json = JsonDocument.Parse("1");
        var result = schema.Validate(json.RootElement);
        Assert.False(result.IsValid);
        Assert.False(result.IsComplete);
        Assert.Contains("The check was ended after 100,000 steps (MaxSteps)", result.Violations[^1].Message, StringComparison.Ordinal);
    }

    // Which schema a dynamic reference leads to shows only while something is checked.
    [Theory]
    [InlineData("""{ "$dynamicAnchor": "a", "$dynamicRef": "#a" }""")]
    [InlineData("""{ "$dynamicAnchor": "a", "not": { "$dynamicRef": "#a" } }""")]
    [InlineData("""{ "$dynamicAnchor": "a", "if": { "$dynamicRef": "#a" }, "else": true }""")]
    [InlineData("""{ "$dynamicAnchor": "a", "anyOf": [{ "$dynamicRef": "#a" }, true] }""")]
    [InlineData("""{ "$dynamicAnchor": "a", "allOf": [{ "$dynamicRef": "#a" }, { "$dynamicRef": "#a" }] }""")]
    public void A_dynamic_reference_that_leads_in_a_circle_ends_at_the_limit_of_depth_and_nothing_is_valid_by_it(string schema)
    {
        using var json = JsonDocument.Parse("1");
        var compiled = JsonSchema.Compile(schema);
        Assert.False(compiled.IsValid(json.RootElement));
        var result = compiled.Validate(json.RootElement);
        Assert.False(result.IsComplete);
        Assert.Contains("schemas within one another (MaxDepth)", result.Violations[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_values_end_at_the_limit_also_on_a_small_stack()
    {
        const int deep = 10_000;
        var text = Encoding.UTF8.GetBytes(new string('[', deep) + new string(']', deep));
        using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = deep });
        var root = json.RootElement;
        var schemas = new[] { """{ "items": { "$ref": "#" } }""", """{ "uniqueItems": true, "items": { "$ref": "#" }, "unevaluatedItems": false }""" }
            .Select(schema => JsonSchema.Compile(schema, new SchemaOptions { MaxDepth = int.MaxValue })).Append(JsonSchema.Compile("""{ "items": { "$ref": "#" } }"""));
        var results = new List<SchemaResult>();
        var thread = new Thread(() => results.AddRange(schemas.Select(schema => schema.Validate(root))), maxStackSize: 256 * 1024);
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        Assert.All(results, result => Assert.False(result.IsComplete));
        Assert.Equal(3, results.Count);
    }

    [Fact]
    public void Deep_values_that_are_compared_end_in_time()
    {
        const int deep = 5_000;
        var nested = new string('[', deep) + new string(']', deep);
        using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(nested, 8))}]"), new JsonDocumentOptions { MaxDepth = deep + 1 });
        var root = json.RootElement;
        var result = default(SchemaResult);
        var thread = new Thread(() => result = JsonSchema.Compile("""{ "uniqueItems": true }""").Validate(root), maxStackSize: 256 * 1024);
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        Assert.False(result!.IsValid);
    }

    [Fact]
    public void A_deep_schema_is_refused_as_text_and_compiled_as_an_element()
    {
        const int deep = 20_000;
        var schema = string.Concat(Enumerable.Repeat("{\"not\":", deep)) + "true" + new string('}', deep);
        Assert.False(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema), null, out _, out var problems));
        Assert.Contains("The maximum configured depth of 128 has been exceeded", problems[0].Message, StringComparison.Ordinal);
        var small = string.Concat(Enumerable.Repeat("{\"not\":", 2_000)) + "true" + new string('}', 2_000);
        using var json = JsonDocument.Parse(small, new JsonDocumentOptions { MaxDepth = deep });
        Assert.Contains("(MaxDepth)", JsonSchema.Compile(json.RootElement).Validate("1"u8.ToArray()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_are_limited()
    {
        Assert.Contains("(MaxSchemaBytes)", Assert.Throws<SchemaException>(() => JsonSchema.Compile("""{ "title": "long" }""", new SchemaOptions { MaxSchemaBytes = 10 })).Message, StringComparison.Ordinal);
        using var stream = new MemoryStream("""{ "title": "long" }"""u8.ToArray());
        Assert.Contains("(MaxSchemaBytes)", Assert.Throws<SchemaException>(() => JsonSchema.Compile(stream, new SchemaOptions { MaxSchemaBytes = 10 })).Message, StringComparison.Ordinal);
        var schema = JsonSchema.Compile("true", new SchemaOptions { MaxInstanceBytes = 10 });
        Assert.Contains("(MaxInstanceBytes)", schema.Validate("[1, 2, 3, 4]"u8.ToArray()).ToString(), StringComparison.Ordinal);
        using var json = JsonDocument.Parse("[1, 2, 3, 4]");
        Assert.False(schema.IsValid(json.RootElement));
        Assert.Contains("(MaxInstanceBytes)", schema.Validate(json.RootElement).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_violations_ends_at_its_limit_and_says_that_it_is_not_all()
    {
        var schema = JsonSchema.Compile("""{ "items": { "anyOf": [{ "type": "string" }, { "type": "null" }] } }""", new SchemaOptions { MaxViolations = 10 });
        using var json = JsonDocument.Parse($"[{string.Join(',', Enumerable.Range(0, 100_000))}]");
        var result = schema.Validate(json.RootElement);
        Assert.Equal(10, result.Violations.Count);
        Assert.False(result.IsComplete);
    }

    [Fact]
    public void Patterns_that_explode_elsewhere_take_linear_time_or_are_ended()
    {
        using var json = JsonDocument.Parse($"\"{new string('a', 40_000)}!\"");
        Assert.Equal("pattern", JsonSchema.Compile("""{ "pattern": "^(a+)+$" }""", new SchemaOptions { PatternTimeout = TimeSpan.FromMinutes(1) }).Validate(json.RootElement).Violations[0].Keyword);
        var slow = JsonSchema.Compile("""{ "pattern": "^(?=(?:a|aa)+$)" }""", new SchemaOptions { PatternTimeout = TimeSpan.FromMilliseconds(50) });
        var result = slow.Validate(json.RootElement);
        Assert.False(result.IsComplete);
        Assert.Contains("(PatternTimeout)", result.Violations[0].Message, StringComparison.Ordinal);
        Assert.Contains("cannot be matched in linear time", Assert.Throws<SchemaException>(() => JsonSchema.Compile("""{ "pattern": "^(?=a)" }""", new SchemaOptions { AllowBacktracking = false })).Message, StringComparison.Ordinal);
        Assert.Contains("(MaxPatternLength)", Assert.Throws<SchemaException>(() => JsonSchema.Compile($$"""{ "pattern": "{{new string('a', 5_000)}}" }""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_are_limited_together()
    {
        var patterns = string.Join(',', Enumerable.Range(0, 400).Select(i => $$"""{ "pattern": "{{i}}{{new string('-', 4_000)}}" }"""));
        Assert.False(JsonSchema.TryCompile(Encoding.UTF8.GetBytes($$"""{ "anyOf": [{{patterns}}] }"""), null, out _, out var problems));
        Assert.Contains("The patterns of the schema are too large together", problems[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(((((a{1,1000}){1,1000}){1,1000}){1,1000}){1,1000})b")]
    [InlineData("(a?){1000000}a{1000000}")]
    [InlineData("(x{999999999}|y{999999999}){999999999}")]
    public void Huge_patterns_are_refused_or_ended(string pattern)
    {
        using var json = JsonDocument.Parse($"\"{new string('a', 2_000)}\"");
        if (JsonSchema.TryCompile(Encoding.UTF8.GetBytes($$"""{ "pattern": "{{pattern}}" }"""), new SchemaOptions { PatternTimeout = TimeSpan.FromMilliseconds(200) }, out var schema, out var problems))
        {
            Assert.NotNull(schema.Validate(json.RootElement));
        }
        else
        {
            Assert.NotEmpty(problems);
        }
    }

    // Neither names a part of the value, but both go through all of it.
    [Fact]
    public void Many_schemas_for_a_large_value_end_at_the_limit_of_steps()
    {
        var all = string.Join(',', Enumerable.Repeat("""{ "properties": { "b": false }, "required": ["a0"] }""", 5_000));
        var dependent = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"a{i}\": [\"a0\"]"));
        using var json = JsonDocument.Parse($"{{ {string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"a{i}\": 1"))} }}");
        foreach (var schema in new[] { $$"""{ "allOf": [{{all}}] }""", $$"""{ "dependentRequired": { {{dependent}} } }""" })
        {
            var compiled = JsonSchema.Compile(schema, new SchemaOptions { MaxSteps = 100_000 });
            Assert.False(compiled.IsValid(json.RootElement));
            Assert.Contains("(MaxSteps)", compiled.Validate(json.RootElement).Violations[^1].Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Limits_that_make_no_sense_are_a_bug_of_the_caller()
    {
        SchemaOptions[] wrong =
            [new() { MaxDepth = 0 }, new() { MaxSteps = -1 }, new() { MaxViolations = 0 }, new() { MaxNesting = 0 }, new() { PatternTimeout = TimeSpan.Zero }, new() { DefaultDraft = (SchemaDraft)7 }];
        Assert.All(wrong, options => Assert.Throws<ArgumentOutOfRangeException>(() => JsonSchema.Compile("true", options)));
    }

    [Fact]
    public void An_undefined_element_is_a_bug_of_the_caller()
    {
        Assert.Throws<ArgumentException>(() => JsonSchema.Compile("true").IsValid(default));
        Assert.Throws<ArgumentException>(() => JsonSchema.Compile("true").Validate(default(JsonElement)));
        Assert.Throws<ArgumentException>(() => JsonSchema.Compile(default(JsonElement)));
    }
}
