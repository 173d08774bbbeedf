using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class SchemaOutputTests
{
    private const string Draft = "draft2020-12";

    public static TheoryData<string> Files => Folder is null ? [string.Empty] : [.. Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    private static string? Folder => OfficialSuite.Root is null ? null : Path.Combine(OfficialSuite.Root, "output-tests", Draft, "content");

    [Theory, MemberData(nameof(Files))]
    public void The_official_tests_of_the_basic_output_pass(string file)
    {
        Assert.SkipWhen(Folder is null, $"The official JSON Schema test suite is not there: set {OfficialSuite.Variable} to the folder that has 'json-schema-suite' in it.");
        var registry = new SchemaRegistry();
        registry.Add(File.ReadAllBytes(Path.Combine(Folder!, "..", "output-schema.json")));
        var tests = 0;
        foreach (var group in OfficialSuite.Parse(File.ReadAllBytes(Path.Combine(Folder!, file))).EnumerateArray())
        {
            var schema = JsonSchema.Compile(group.GetProperty("schema"));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var expected = JsonSchema.Compile(test.GetProperty("output").GetProperty("basic"), new SchemaOptions { Registry = registry });
                Assert.Equal("valid", expected.Validate(OfficialSuite.Parse(Basic(schema.Annotate(test.GetProperty("data"))))).ToString());
                tests++;
            }
        }

        Assert.True(tests > 0);
    }

    [Fact]
    public void The_basic_output_of_violations_is_that_of_the_standard()
    {
        var schema = JsonSchema.Compile("""{ "$id": "https://example.com/s", "properties": { "a": { "type": "string" } } }""");
        using var json = JsonDocument.Parse("""{ "a": 1 }""");
        Assert.Equal(
            """{"valid":false,"errors":[{"keywordLocation":"/properties/a/type","absoluteKeywordLocation":"https://example.com/s#/properties/a/type","instanceLocation":"/a","error":"Expected a string; found the number 1."}]}""",
            System.Text.Encoding.UTF8.GetString(Basic(schema.Validate(json.RootElement)).Span));
    }

    [Fact]
    public void Annotations_are_those_of_the_schemas_that_hold()
    {
        var schema = JsonSchema.Compile("""
            {
              "title": "all",
              "properties": { "a": { "default": 1, "format": "date", "x-own": true } },
              "anyOf": [{ "title": "is null", "type": "null" }, { "title": "is object", "type": "object" }],
              "not": { "title": "never seen", "type": "array" },
              "if": { "required": ["a"], "title": "has a" }, "then": { "title": "then" }, "else": { "title": "else" },
              "contains": { "title": "for lists" },
              "$comment": "not for readers"
            }
            """);
        using var json = JsonDocument.Parse("""{ "a": "b" }""");
        var annotations = schema.Annotate(json.RootElement).Annotations.Select(note => $"{note.InstanceLocation}|{note.KeywordLocation}|{note.Annotation.GetRawText()}");
        Assert.Equal(
            ["/a|/properties/a/default|1", "/a|/properties/a/format|\"date\"", "/a|/properties/a/x-own|true", "|/anyOf/1/title|\"is object\"", "|/if/title|\"has a\"", "|/then/title|\"then\"", "|/title|\"all\""],
            annotations);
    }

    private static ReadOnlyMemory<byte> Basic(SchemaResult result)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            result.WriteBasic(writer);
        }

        return buffer.WrittenMemory;
    }
}
