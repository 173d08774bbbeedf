using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>What came of checking a value against a schema.</summary>
public sealed class SchemaResult
{
    internal static SchemaResult Valid { get; } = new([], [], isComplete: true);

    internal SchemaResult(IReadOnlyList<SchemaViolation> violations, IReadOnlyList<SchemaAnnotation> annotations, bool isComplete)
    {
        Violations = violations;
        Annotations = annotations;
        IsComplete = isComplete;
    }

    /// <summary>Whether the value keeps to the schema.</summary>
    public bool IsValid => Violations.Count == 0;

    /// <summary>Everything in which the value breaks the schema; empty when it is valid.</summary>
    public IReadOnlyList<SchemaViolation> Violations { get; }

    /// <summary>What the schema says of a valid value, when it was asked for; see <see cref="JsonSchema.Annotate"/>.</summary>
    public IReadOnlyList<SchemaAnnotation> Annotations { get; }

    /// <summary>Whether the value was checked to the end; false when a limit ended the check or the list.</summary>
    public bool IsComplete { get; }

    /// <summary>Writes the result in the standard's output format <c>basic</c>.</summary>
    /// <param name="writer">Where to; it gets one object.</param>
    public void WriteBasic(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteBoolean("valid", IsValid);
        if (!IsValid)
        {
            writer.WriteStartArray("errors");
            foreach (var violation in Violations)
            {
                WriteLocations(writer, violation.KeywordLocation, violation.AbsoluteKeywordLocation, violation.InstanceLocation);
                writer.WriteString("error", violation.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
        else if (Annotations.Count > 0)
        {
            writer.WriteStartArray("annotations");
            foreach (var annotation in Annotations)
            {
                WriteLocations(writer, annotation.KeywordLocation, annotation.AbsoluteKeywordLocation, annotation.InstanceLocation);
                writer.WritePropertyName("annotation");
                annotation.Annotation.WriteTo(writer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>All violations, one on a line.</summary>
    public override string ToString() => IsValid ? "valid" : string.Join('\n', Violations);

    private static void WriteLocations(Utf8JsonWriter writer, string keyword, string absolute, string instance)
    {
        writer.WriteStartObject();
        writer.WriteString("keywordLocation", keyword);

        // The standard wants a whole URI here, which a schema without an identifier doesn't have.
        if (absolute.Length > 0 && absolute[0] != '#')
        {
            writer.WriteString("absoluteKeywordLocation", absolute);
        }

        writer.WriteString("instanceLocation", instance);
    }
}
