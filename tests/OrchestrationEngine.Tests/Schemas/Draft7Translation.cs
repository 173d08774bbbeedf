using System.Text.Json.Nodes;

namespace OrchestrationEngine.Tests.Schemas;

/// <summary>
/// Rewrites schemas of draft 2020-12 as schemas of draft-07 that mean the same, so that the official tests of the one say what the other must do:
/// other names for the same things, and references in an <c>allOf</c> where something stands beside them.
/// </summary>
internal static class Draft7Translation
{
    // Nothing of draft-07 means what these do.
    private static readonly HashSet<string> Untranslatable =
        ["unevaluatedItems", "unevaluatedProperties", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "minContains", "maxContains", "contentSchema"];

    private static readonly HashSet<string> Schemas = ["additionalProperties", "propertyNames", "if", "then", "else", "not", "contains", "items"];
    private static readonly HashSet<string> Lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
    private static readonly HashSet<string> Maps = ["properties", "patternProperties", "$defs", "dependentSchemas"];

    /// <summary>The schema of draft-07, or null when there is none.</summary>
    public static JsonNode? Translate(JsonNode? schema)
    {
        try
        {
            var translated = Schema(schema);
            if (translated is JsonObject root)
            {
                root["$schema"] = "http://json-schema.org/draft-07/schema#";
            }

            return translated;
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static JsonNode? Schema(JsonNode? schema)
    {
        if (schema is not JsonObject source)
        {
            return schema?.DeepClone();
        }

        var result = new JsonObject();
        foreach (var (name, value) in source)
        {
            switch (name)
            {
                case "$schema" when value!.GetValue<string>() == "https://json-schema.org/draft/2020-12/schema":
                    break;
                case "$anchor" when !source.ContainsKey("$id"):
                    result["$id"] = "#" + value;
                    break;
                case "$ref" when source.Count > 1 && source.Any(other => other.Key is not ("$ref" or "$schema")):
                    if (source.ContainsKey("allOf"))
                    {
                        throw new NotSupportedException();
                    }

                    result["allOf"] = new JsonArray(new JsonObject { ["$ref"] = Reference(value) });
                    break;
                case "$ref":
                    result["$ref"] = Reference(value);
                    break;
                case "dependentRequired":
                    result["dependencies"] = value!.DeepClone();
                    break;
                case "dependentSchemas" when !source.ContainsKey("dependentRequired"):
                    result["dependencies"] = Map(value);
                    break;
                case var _ when Untranslatable.Contains(name) || name is "$schema" or "$anchor" or "dependentSchemas" or "dependencies" or "additionalItems" or "definitions":
                    throw new NotSupportedException();
                case var _ when Schemas.Contains(name):
                    result[name == "items" && source.ContainsKey("prefixItems") ? "additionalItems" : name] = Schema(value);
                    break;
                case var _ when Lists.Contains(name):
                    result[name == "prefixItems" ? "items" : name] = new JsonArray([.. value!.AsArray().Select(Schema)]);
                    break;
                case var _ when Maps.Contains(name):
                    result[name == "$defs" ? "definitions" : name] = Map(value);
                    break;
                default:
                    result[name] = value?.DeepClone();
                    break;
            }
        }

        return result;
    }

    private static JsonObject Map(JsonNode? value) => new(value!.AsObject().Select(member => KeyValuePair.Create(member.Key, Schema(member.Value))));

    private static string Reference(JsonNode? value)
    {
        var text = value!.GetValue<string>();
        return text == "https://json-schema.org/draft/2020-12/schema"
            ? "http://json-schema.org/draft-07/schema#"
            : !text.Contains(".json#", StringComparison.Ordinal)
                ? text.Replace("$defs", "definitions", StringComparison.Ordinal).Replace("prefixItems", "items", StringComparison.Ordinal)
                : text;
    }
}
