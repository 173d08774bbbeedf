using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Plans;

/// <summary>The schemas of contracts, as far as a plan alone tells: what they refer to may be the application's.</summary>
internal static class ContractSchemas
{
    private const int MaxNesting = 128;

    // So that a relative reference has an absolute form too, by which the resolver is asked for it.
    private static readonly Uri NoPlace = new("plan:/");

    private static readonly JsonElement Anything = JsonDocument.Parse("true").RootElement;

    /// <summary>Whether it is no schema but the URI of a registered one.</summary>
    public static bool IsName(JsonData schema) => schema.Utf8.Span[0] == (byte)'"';

    /// <summary>The schema as JSON; null where it is none, is nested too deep, or has half of a character.</summary>
    public static JsonElement? TryParse(JsonData schema)
    {
        try
        {
            if (PlanLiteral.ReadPlain(schema.Utf8.Span) is not { } plain)
            {
                return null;
            }

            var reader = new Utf8JsonReader(plain.Utf8.Span, new JsonReaderOptions { MaxDepth = MaxNesting });
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            // Whoever compiles it says what is wrong.
            return null;
        }
    }

    /// <summary>The URI, where it is one.</summary>
    public static string? NameOf(JsonData schema)
    {
        var reader = new Utf8JsonReader(schema.Utf8.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>What is wrong with a schema, whatever the application has.</summary>
    public static IEnumerable<SchemaProblem> Problems(JsonData schema)
    {
        var isForeign = false;
        var options = new SchemaOptions
        {
            BaseUri = NoPlace,
            Resolver = _ =>
            {
                isForeign = true;
                return Anything;
            },
        };

        // A way into a document that only the application has may be there or not; it is looked at again where both are known.
        return JsonSchema.TryCompile(schema.Utf8, options, out _, out var problems) || isForeign ? [] : problems.Where(problem => problem.Severity == SchemaSeverity.Error);
    }
}
