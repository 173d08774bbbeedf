using System.Text.Json;
using System.Text.Json.Nodes;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class Draft7Tests(ITestOutputHelper output)
{
    private const string Schema7 = "\"$schema\": \"http://json-schema.org/draft-07/schema#\"";

    // The schema that it refers to is one of draft 2020-12 without saying so.
    private const string NotTranslated = "remote HTTP ref with nested absolute ref";

    // In defs.json a schema is the value that is checked, and it would have to be translated too.
    public static TheoryData<string> Translated => [.. OfficialSuite.Files("draft2020-12", isOptional: false).Select(row => row.Data).Where(file => file != "defs.json")];

    public static TheoryData<string> Required => OfficialSuite.Files("draft7", isOptional: false);

    // The suite that comes with the project has no folder for draft-07; where there is one, it is run as it is.
    [Theory, MemberData(nameof(Required))]
    public void The_required_tests_of_draft_07_pass(string file)
    {
        Assert.SkipWhen(file.Length == 0, $"The official tests of draft-07 are not there: they would be in 'json-schema-suite/tests/draft7' of the folder that {OfficialSuite.Variable} names.");
        var (count, failed) = OfficialSuite.Run(OfficialSuite.Read("draft7", file), new SchemaOptions { Registry = OfficialSuite.Remotes, DefaultDraft = SchemaDraft.Draft7 });
        output.WriteLine($"{count - failed.Count} of {count} pass");
        Assert.Empty(failed);
    }

    [Theory, MemberData(nameof(Translated))]
    public void The_required_tests_of_draft_2020_12_pass_as_schemas_of_draft_07(string file)
    {
        Assert.SkipWhen(OfficialSuite.Root is null, $"The official JSON Schema test suite is not there: set {OfficialSuite.Variable} to the folder that has 'json-schema-suite' in it.");
        var groups = JsonNode.Parse(File.ReadAllText(Path.Combine(OfficialSuite.Root!, "tests", "draft2020-12", file)))!.AsArray();
        var translated = new JsonArray();
        foreach (var group in groups.Select(group => group!.DeepClone().AsObject()))
        {
            if ((string?)group["description"] != NotTranslated && Draft7Translation.Translate(group["schema"]) is { } schema)
            {
                group["schema"] = schema;
                translated.Add(group);
            }
        }

        using var json = JsonDocument.Parse(translated.ToJsonString());
        var (count, failed) = OfficialSuite.Run(json.RootElement, new SchemaOptions { Registry = OfficialSuite.Remotes, DefaultDraft = SchemaDraft.Draft7 });
        output.WriteLine($"{translated.Count} of {groups.Count} groups; {count - failed.Count} of {count} pass");
        Assert.Empty(failed);
    }

    [Theory]
    [InlineData("""{ "$ref": "#/definitions/a", "maxItems": 1, "definitions": { "a": { "type": "array" } } }""", "[1, 2]", true)]
    [InlineData("""{ "$ref": "#/definitions/a", "maxItems": 1, "definitions": { "a": { "type": "array" } } }""", "1", false)]
    [InlineData("""{ "items": [{ "type": "integer" }], "additionalItems": { "type": "string" } }""", "[1, \"a\"]", true)]
    [InlineData("""{ "items": [{ "type": "integer" }], "additionalItems": { "type": "string" } }""", "[1, 2]", false)]
    [InlineData("""{ "items": { "type": "integer" }, "additionalItems": false }""", "[1, 2]", true)]
    [InlineData("""{ "additionalItems": false }""", "[1, 2]", true)]
    [InlineData("""{ "dependencies": { "a": ["b"], "c": { "required": ["d"] } } }""", """{ "a": 1, "b": 1, "c": 1, "d": 1 }""", true)]
    [InlineData("""{ "dependencies": { "a": ["b"], "c": { "required": ["d"] } } }""", """{ "a": 1 }""", false)]
    [InlineData("""{ "dependencies": { "a": ["b"], "c": { "required": ["d"] } } }""", """{ "c": 1 }""", false)]
    [InlineData("""{ "allOf": [{ "$ref": "#foo" }], "definitions": { "a": { "$id": "#foo", "type": "integer" } } }""", "\"a\"", false)]
    [InlineData("""{ "$id": "http://localhost/root.json", "allOf": [{ "$ref": "http://localhost/nested.json#foo" }], "definitions": { "a": { "$id": "nested.json", "definitions": { "b": { "$id": "#foo", "type": "integer" } } } } }""", "\"a\"", false)]
    [InlineData("""{ "unevaluatedProperties": false, "prefixItems": [false], "dependentRequired": { "a": ["b"] }, "minContains": 5, "contains": {} }""", """{ "a": 1 }""", true)]
    [InlineData("""{ "$id": "http://localhost/sibling_id/base/", "definitions": { "foo": { "$id": "http://localhost/sibling_id/foo.json", "type": "string" }, "base_foo": { "$id": "foo.json", "type": "number" } }, "allOf": [{ "$id": "http://localhost/sibling_id/", "$ref": "foo.json" }] }""", "1", true)]
    [InlineData("""{ "$id": "http://localhost/sibling_id/base/", "definitions": { "foo": { "$id": "http://localhost/sibling_id/foo.json", "type": "string" }, "base_foo": { "$id": "foo.json", "type": "number" } }, "allOf": [{ "$id": "http://localhost/sibling_id/", "$ref": "foo.json" }] }""", "\"a\"", false)]
    [InlineData("""{ "contains": { "minimum": 5 } }""", "[]", false)]
    public void What_differs_in_draft_07_is_done_its_way(string schema, string instance, bool isValid)
    {
        using var json = JsonDocument.Parse(instance);
        Assert.Equal(isValid, JsonSchema.Compile(schema, new SchemaOptions { DefaultDraft = SchemaDraft.Draft7 }).IsValid(json.RootElement));
        Assert.Equal(isValid, JsonSchema.Compile($"{{ {Schema7},{schema[1..]}").Validate(json.RootElement).IsValid);
    }

    [Fact]
    public void A_schema_of_one_draft_may_refer_to_one_of_the_other()
    {
        var registry = new SchemaRegistry();
        registry.Add($$"""{ {{Schema7}}, "$id": "https://example.com/old", "items": [{ "type": "integer" }], "additionalItems": false }""");
        registry.Add("""{ "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/new", "prefixItems": [{ "type": "integer" }], "items": false }""");
        var options = new SchemaOptions { Registry = registry };
        using var right = JsonDocument.Parse("[1]");
        using var wrong = JsonDocument.Parse("[1, 2]");
        foreach (var schema in new[] { """{ "$ref": "https://example.com/old" }""", $$"""{ {{Schema7}}, "$ref": "https://example.com/new" }""" })
        {
            Assert.True(JsonSchema.Compile(schema, options).IsValid(right.RootElement));
            Assert.False(JsonSchema.Compile(schema, options).IsValid(wrong.RootElement));
        }
    }

    [Fact]
    public void The_draft_is_that_of_the_schema_or_else_the_one_that_was_chosen()
    {
        Assert.Equal(SchemaDraft.Draft202012, JsonSchema.Compile("{}").Draft);
        Assert.Equal(SchemaDraft.Draft7, JsonSchema.Compile("{}", new SchemaOptions { DefaultDraft = SchemaDraft.Draft7 }).Draft);
        Assert.Equal(SchemaDraft.Draft7, JsonSchema.Compile($"{{ {Schema7} }}").Draft);
        Assert.Equal(SchemaDraft.Draft202012, JsonSchema.Compile("""{ "$schema": "https://json-schema.org/draft/2020-12/schema" }""", new SchemaOptions { DefaultDraft = SchemaDraft.Draft7 }).Draft);
    }
}
