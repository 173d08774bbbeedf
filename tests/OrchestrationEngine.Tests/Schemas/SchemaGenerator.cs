using System.Text.Json.Nodes;

namespace OrchestrationEngine.Tests.Schemas;

/// <summary>Makes random schemas, good and bad, and random values to check with them. The same seed makes the same.</summary>
internal sealed class SchemaGenerator(int seed)
{
    private static readonly string[] Names = ["a", "b", "ab", "", "~/", "\u00e9", "\ud83d\udc32", "$ref", "type", "x-a"];
    private static readonly string[] Patterns = ["^a", "b$", "^.{1,3}$", "[^a-c]", "\\d+", "(a|b)*c", "^\\p{Zs}+$", "(?=a)", "\\bx", "(a)\\1", "(", "[z-a]", "a{2,1}", "\ud83d\udc32", "\\u{1F432}", "\\ud83d"];
    private static readonly string[] References =
        ["#", "#/$defs/a", "#/$defs/b", "#/definitions/a", "#a", "#b", "#/properties/a", "#/items", "https://example.com/s", "other", "#/allOf/0", "https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#", "%zz", "#%41"];

    private static readonly string[] Types = ["array", "boolean", "integer", "null", "number", "object", "string", "int"];
    private static readonly string[] Formats = ["date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "iri-reference", "uri-template", "uuid", "json-pointer", "relative-json-pointer", "regex", "none"];
    private static readonly string[] Numbers = ["0", "1", "-1", "2", "1.5", "-0.0", "1e3", "1E-2", "12345678901234567890123", "0.1", "3", "100", "1e400", "1.0"];
    private static readonly string[] Texts = ["", "a", "abc", "b", "1", "2026-11-21", "08:30:00Z", "a@b.c", "::1", "\ud83d\udc32", "xn--a", "P1D", "/a", "0#", "http://a/b", "\u0628\u200c\u0628", "(a)", "{a}"];

    private readonly Random _random = new(seed);

    public JsonNode? Schema(int depth)
    {
        if (depth == 0 || _random.Next(8) == 0)
        {
            return JsonValue.Create(_random.Next(4) > 0);
        }

        var schema = new JsonObject();
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            var (name, value) = Keyword(depth - 1);
            schema[name] = _random.Next(60) == 0 ? Value(1) : value;
        }

        return schema;
    }

    public JsonNode? Value(int depth) => _random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => null,
        1 => JsonValue.Create(_random.Next(2) == 0),
        2 or 3 => JsonNode.Parse(Pick(Numbers)),
        4 or 5 => JsonValue.Create(Pick(Texts)),
        6 => new JsonArray([.. Enumerable.Range(0, _random.Next(10)).Select(_ => Value(depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, _random.Next(5)).Select(_ => Pick(Names)).Distinct().Select(name => KeyValuePair.Create(name, Value(depth - 1)))),
    };

    /// <summary>A value as text, now and then with escapes for halves of surrogate pairs, names that occur twice, or broken.</summary>
    public string Text(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "null";
        return _random.Next(10) switch
        {
            0 => text.Replace("\"a\"", "\"\\ud800\"", StringComparison.Ordinal),
            1 => text.Replace("\"b\"", "\"a\"", StringComparison.Ordinal),
            2 when text.Length > 2 => text.Remove(_random.Next(text.Length), 1),
            3 => text.Replace("a", "\\u0061", StringComparison.Ordinal),
            _ => text,
        };
    }

    private (string Name, JsonNode? Value) Keyword(int depth) => _random.Next(34) switch
    {
        0 => ("type", _random.Next(3) == 0 ? new JsonArray(Pick(Types), Pick(Types)) : Pick(Types)),
        1 => ("const", Value(2)),
        2 => ("enum", new JsonArray(Value(1), Value(1), Value(0))),
        3 => (Pick(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]), JsonNode.Parse(Pick(Numbers))),
        4 => (Pick(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"]), _random.Next(4)),
        5 => ("pattern", Pick(Patterns)),
        6 => ("format", Pick(Formats)),
        7 => ("uniqueItems", true),
        8 => ("required", new JsonArray(Pick(Names), Pick(Names))),
        9 => (Pick(["dependentRequired", "dependencies"]), new JsonObject { [Pick(Names)] = new JsonArray(Pick(Names)) }),
        10 => (Pick(["dependentSchemas", "dependencies"]), Map(depth)),
        11 or 12 or 13 => ("properties", Map(depth)),
        14 => ("patternProperties", new JsonObject { [Pick(Patterns)] = Schema(depth) }),
        15 => (Pick(["additionalProperties", "propertyNames", "contains", "not", "if", "then", "else"]), Schema(depth)),
        16 => (Pick(["items", "additionalItems"]), _random.Next(4) == 0 ? List(depth) : Schema(depth)),
        17 => ("prefixItems", List(depth)),
        18 or 19 => (Pick(["unevaluatedItems", "unevaluatedProperties"]), Schema(depth)),
        20 or 21 or 22 => (Pick(["allOf", "anyOf", "oneOf"]), List(depth)),
        23 or 24 => ("$ref", Pick(References)),
        25 => ("$dynamicRef", Pick(References)),
        26 => (Pick(["$anchor", "$dynamicAnchor"]), Pick(["a", "b", "#"])),
        27 => ("$id", Pick(["https://example.com/s", "other", "#a", "urn:a:b", "a#b"])),
        28 => ("$schema", Pick(["https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#", "https://example.com/none"])),
        29 or 30 => (Pick(["$defs", "definitions"]), new JsonObject { ["a"] = Schema(depth), ["b"] = Schema(depth) }),
        31 => (Pick(["title", "default", "x-own", "examples", "readOnly", "requird"]), Value(1)),
        32 => ("if", Schema(depth)),
        _ => ("properties", Map(depth)),
    };

    private JsonObject Map(int depth) => new(Enumerable.Range(0, _random.Next(3)).Select(_ => Pick(Names)).Distinct().Select(name => KeyValuePair.Create(name, Schema(depth))));

    private JsonArray List(int depth) => [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Schema(depth))];

    private T Pick<T>(T[] items) => items[_random.Next(items.Length)];
}
