using System.Text;
using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class SchemaFuzzTests
{
    [Theory]
    [InlineData(1, SchemaDraft.Draft202012)]
    [InlineData(2, SchemaDraft.Draft7)]
    public void No_schema_and_no_value_throw_anything_and_every_check_ends_with_one_verdict(int seed, SchemaDraft draft)
    {
        var generator = new SchemaGenerator(seed);
        var options = new SchemaOptions { DefaultDraft = draft, AssertFormats = true, MaxSteps = 50_000, MaxDepth = 200, PatternTimeout = TimeSpan.FromMinutes(1) };
        var (compiled, valid, checks) = (0, 0, 0);
        for (var round = 0; round < 2_500; round++)
        {
            var schemaText = generator.Text(generator.Schema(4));
            if (!JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schemaText), options, out var schema, out var problems))
            {
                Assert.Contains(problems, problem => problem.Severity == SchemaSeverity.Error);
                continue;
            }

            compiled++;
            for (var i = 0; i < 8; i++)
            {
                var bytes = Encoding.UTF8.GetBytes(generator.Text(generator.Value(3)));
                var result = schema.Validate(bytes);
                checks++;
                valid += result.IsValid ? 1 : 0;
                Assert.All(result.Violations, violation => Assert.NotEmpty(violation.Message));
                if (TryParse(bytes) is { } value)
                {
                    Assert.True(schema.IsValid(value) == result.IsValid, schemaText);
                    var annotated = schema.Annotate(value);
                    Assert.True(annotated.IsValid == result.IsValid || !annotated.IsComplete, schemaText);
                    using var stream = new MemoryStream();
                    using var writer = new Utf8JsonWriter(stream);
                    result.WriteBasic(writer);
                }
            }
        }

        // Otherwise this looks at nothing.
        Assert.InRange(compiled, 500, 2_400);
        Assert.InRange(valid, checks / 10, checks * 9 / 10);
    }

    [Fact]
    public void No_bytes_throw_anything()
    {
        var random = new Random(3);
        var schema = JsonSchema.Compile("""{ "properties": { "a": { "type": "string", "pattern": "^.$", "enum": ["b"] } }, "uniqueItems": true, "propertyNames": { "format": "hostname", "maxLength": 3 }, "required": ["a"], "const": { "a": 1 } }""", new SchemaOptions { AssertFormats = true });
        byte[] pieces = [.. "{}[]\"\\u:,0123456789ade\u00ff-.+ tfnull"u8];
        for (var round = 0; round < 20_000; round++)
        {
            byte[] text = [.. "{\"a\":\""u8, .. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(4) == 0 ? (byte)random.Next(256) : pieces[random.Next(pieces.Length)]), .. "\"}"u8];
            var result = schema.Validate(text);
            Assert.False(result.IsValid);
            JsonSchema.TryCompile(text, null, out _, out _);
            byte[] wrapped = [.. "{\"pattern\":\""u8, .. text, .. "\"}"u8];
            JsonSchema.TryCompile(wrapped, null, out _, out _);
        }
    }

    private static JsonElement? TryParse(byte[] utf8)
    {
        try
        {
            return OfficialSuite.Parse(utf8);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
