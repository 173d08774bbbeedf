using System.Globalization;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Execution;

/// <summary>What every output must keep to before it goes into the journal.</summary>
internal static class OutputRules
{
    /// <summary>What is wrong with an output, or null.</summary>
    public static string? Problem(TaskDefinition definition, JsonData output, int maxBytes)
    {
        if (output.Length > maxBytes)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The output has {output.Length:N0} bytes; at most {maxBytes:N0} are kept in the journal. Hand over a reference to the content instead, or raise MaxOutputBytes.");
        }

        if (definition.Outputs.Count == 0)
        {
            return null;
        }

        var reader = new Utf8JsonReader(output.Utf8.Span, new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return $"The output is no JSON object; task '{definition.Id}' declares the outputs {string.Join(", ", definition.Outputs)}.";
        }

        var missing = new List<string>(definition.Outputs);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            for (var i = missing.Count - 1; i >= 0; i--)
            {
                if (reader.ValueTextEquals(missing[i]))
                {
                    missing.RemoveAt(i);
                }
            }

            reader.Read();
            reader.Skip();
        }

        return missing.Count == 0 ? null : $"The output lacks {string.Join(", ", missing)}; task '{definition.Id}' declares the outputs {string.Join(", ", definition.Outputs)}.";
    }
}
