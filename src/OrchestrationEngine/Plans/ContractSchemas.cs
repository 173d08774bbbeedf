using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Plans;

/// <summary>The schemas of contracts, as far as a plan alone tells: what they refer to may be the application's.</summary>
internal static class ContractSchemas
{
    private static readonly JsonElement Anything = JsonDocument.Parse("true").RootElement;

    /// <summary>Whether it is no schema but the URI of a registered one.</summary>
    public static bool IsName(JsonData schema) => schema.Utf8.Span[0] == (byte)'"';

    /// <summary>What is wrong with a schema, whatever the application has.</summary>
    public static IEnumerable<SchemaProblem> Problems(JsonData schema)
    {
        var isForeign = false;
        var options = new SchemaOptions
        {
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
