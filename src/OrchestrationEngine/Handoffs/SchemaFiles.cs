using System.Text.Json;

namespace OrchestrationEngine.Handoffs;

/// <summary>What the file of a schema says about itself.</summary>
internal static class SchemaFiles
{
    /// <summary>Whether a text is an object that gives itself an identifier. What is no JSON has none; who reads it says so.</summary>
    public static bool HasId(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = HandoffSettings.MaxNesting });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("$id"u8))
                {
                    return true;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // The registry reads it again, and says where it is wrong.
            return false;
        }

        return false;
    }
}
