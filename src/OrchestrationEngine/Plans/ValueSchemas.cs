using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Plans;

/// <summary>What the schemas of inputs and parameters say, in the words in which problems of plans are told.</summary>
internal static class ValueSchemas
{
    /// <summary>Checks a schema, and a default that must satisfy it.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="value">The default, or null.</param>
    /// <param name="report">Told of each problem: the steps behind the input's or parameter's own place, as a JSON pointer, and the message.</param>
    public static void Check(JsonData schema, JsonData? value, Action<string, string> report)
    {
        if (!JsonSchema.TryCompile(schema.Utf8, null, out var compiled, out var problems))
        {
            foreach (var problem in problems.Where(problem => problem.Severity == SchemaSeverity.Error))
            {
                report("/schema" + problem.Pointer, "The schema can't be used. " + problem.Message + (problem.Nearest is null ? "" : $" Did you mean '{problem.Nearest}'?"));
            }
        }
        else if (value is { } given)
        {
            Report(compiled, given, violation => report("/default" + violation.InstanceLocation, "The default does not satisfy the schema. " + violation.Message));
        }
    }

    /// <summary>Checks a value by a schema that was checked itself.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="value">The value.</param>
    /// <param name="report">Told of each violation: the place within the value, as a JSON pointer, and the message.</param>
    public static void Validate(JsonData schema, JsonData value, Action<string, string> report)
    {
        if (JsonSchema.TryCompile(schema.Utf8, null, out var compiled, out _))
        {
            Report(compiled, value, violation => report(violation.InstanceLocation, violation.Message));
        }
        else
        {
            report("", "Its schema can't be used; verify the plan to see why.");
        }
    }

    private static void Report(JsonSchema schema, JsonData value, Action<SchemaViolation> report)
    {
        foreach (var violation in schema.Validate(value.ToElement()).Violations)
        {
            report(violation);
        }
    }
}
