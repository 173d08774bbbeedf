using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class SchemaAllocationTests
{
    private const string Everything = """
        {
          "type": "object",
          "required": ["name", "items", "kind"],
          "minProperties": 1, "maxProperties": 100,
          "propertyNames": { "maxLength": 40, "pattern": "^[a-z\\-\"]+$" },
          "properties": {
            "name": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[\\w \u00e9\"]+$" },
            "items": { "type": "array", "uniqueItems": true, "items": { "$ref": "#/$defs/item" }, "contains": { "required": ["id"] }, "minItems": 1 },
            "kind": { "enum": ["a", "b", 3, null, { "x": 1 }] },
            "fixed": { "const": { "x": [1.0, "\u0061"] } },
            "when": { "format": "date-time" }
          },
          "patternProperties": { "^x-": { "type": ["string", "integer"] } },
          "unevaluatedProperties": { "type": "boolean" },
          "dependentRequired": { "fixed": ["kind"] },
          "dependentSchemas": { "kind": { "properties": { "kind": true } } },
          "if": { "properties": { "kind": { "const": "a" } } }, "then": { "required": ["name"] }, "else": false,
          "anyOf": [{ "required": ["missing"] }, { "properties": { "extra": true } }],
          "oneOf": [{ "required": ["name"] }, { "type": "array" }],
          "not": { "required": ["forbidden"] },
          "$defs": {
            "item": {
              "$dynamicAnchor": "item",
              "type": "object",
              "properties": { "id": { "type": "integer", "minimum": 0, "exclusiveMaximum": 1e30, "multipleOf": 0.5 }, "children": { "items": { "$dynamicRef": "#item" } }, "pair": { "prefixItems": [true, true], "unevaluatedItems": false } },
              "additionalProperties": false
            }
          }
        }
        """;

    [Fact]
    public void A_check_of_a_valid_value_allocates_nothing()
    {
        var schema = JsonSchema.Compile(Everything, new SchemaOptions { AssertFormats = true });
        var items = string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{ "id": {{i}}, "pair": [1, 2], "children": [{ "id": {{i}}.0 }, { "id": 12345678901234567890123 }] }"""));
        using var json = JsonDocument.Parse($$"""
            { "name": "caf\u00e9 \" of \"", "kind": "a", "fixed": { "x": [1, "a"] }, "when": "2026-11-21T08:30:00.5Z", "x-own": 1, "extra": 5, "more": true, "esc\u0061ped": false, "items": [{{items}}] }
            """);
        Assert.Equal("valid", schema.Validate(json.RootElement).ToString());

        // The stacks and the automata of the patterns have grown after some rounds.
        for (var i = 0; i < 50; i++)
        {
            schema.IsValid(json.RootElement);
        }

        // A collection elsewhere may take the borrowed memory of the pools away, but not every time.
        var least = long.MaxValue;
        var isValid = true;
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            isValid &= schema.IsValid(json.RootElement) && schema.Validate(json.RootElement).IsValid;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(isValid);
    }

    [Fact]
    public void Many_threads_may_use_one_schema()
    {
        var schema = JsonSchema.Compile("""{ "items": { "type": "integer", "maximum": 1000 }, "unevaluatedItems": false }""");
        using var valid = JsonDocument.Parse($"[{string.Join(',', Enumerable.Range(0, 500))}]");
        using var invalid = JsonDocument.Parse("[1, 2, 1001]");
        Parallel.For(0, 2_000, i =>
        {
            Assert.True(schema.IsValid(valid.RootElement));
            Assert.False(schema.IsValid(invalid.RootElement));
            Assert.Equal("/2: Expected a number of at most 1000; found 1001.", schema.Validate(invalid.RootElement).ToString());
        });
    }
}
