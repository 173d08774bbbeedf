using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class MetaSchemaTests
{
    public static TheoryData<SchemaDraft> Drafts => [SchemaDraft.Draft202012, SchemaDraft.Draft7];

    [Theory, MemberData(nameof(Drafts))]
    public void The_meta_schema_is_valid_by_itself(SchemaDraft draft)
    {
        var meta = Meta(draft);
        Assert.Equal("valid", meta.Validate(Encoding.UTF8.GetBytes($$"""{ "$schema": "{{Name(draft)}}", "$ref": "#/a", "minLength": 3 }""")).ToString());
        Assert.False(meta.Validate("""{ "minLength": -1 }"""u8.ToArray()).IsValid);
        Assert.False(meta.Validate("""{ "properties": { "a": { "type": "int" } } }"""u8.ToArray()).IsValid);
    }

    // The compiler has its own words for each mistake; what the meta-schema refuses, it must refuse too.
    [Theory, MemberData(nameof(Drafts))]
    public void What_the_meta_schema_refuses_is_refused_by_the_compiler(SchemaDraft draft)
    {
        var meta = Meta(draft);
        var generator = new SchemaGenerator(11);
        var refused = 0;
        for (var round = 0; round < 3_000; round++)
        {
            if (generator.Schema(2) is not JsonObject schema || schema.ContainsKey("$schema") || IsOutside(schema, draft))
            {
                continue;
            }

            var text = Encoding.UTF8.GetBytes(schema.ToJsonString());
            var result = meta.Validate(text);
            if (!result.IsValid)
            {
                refused++;
                Assert.False(JsonSchema.TryCompile(text, new SchemaOptions { DefaultDraft = draft }, out _, out _), $"{schema.ToJsonString()}: {result}");
            }
        }

        Assert.True(refused > 50, $"{refused}");
    }

    // A schema within may choose another draft, of which this meta-schema knows nothing; and draft-07 does not look at what is beside a reference.
    private static bool IsOutside(JsonObject schema, SchemaDraft draft)
        => schema.ToJsonString() is var text && (text.Contains("\"$schema\"", StringComparison.Ordinal) || (draft == SchemaDraft.Draft7 && text.Contains("\"$ref\"", StringComparison.Ordinal)));

    private static JsonSchema Meta(SchemaDraft draft) => JsonSchema.Compile($$"""{ "$ref": "{{Name(draft)}}" }""");

    private static string Name(SchemaDraft draft) => draft == SchemaDraft.Draft7 ? "http://json-schema.org/draft-07/schema#" : "https://json-schema.org/draft/2020-12/schema";
}
