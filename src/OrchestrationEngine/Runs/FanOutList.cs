using System.Collections;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The values of a JSON list, each a part of its text: nothing is copied.</summary>
/// <param name="list">The list.</param>
internal sealed class FanOutList(JsonData list) : IEnumerable<JsonData>
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    /// <summary>How many values a text has that should be a list; null when it is none.</summary>
    public static int? CountOf(JsonData list)
    {
        var reader = new Utf8JsonReader(list.Utf8.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            count++;
        }

        return count;
    }

    public IEnumerator<JsonData> GetEnumerator()
    {
        // The reader is bound to its span, which lives no longer than one step; between two steps its state is kept.
        var text = list.Utf8;
        var (position, state) = Begin(text);
        while (TryNext(text, ref position, ref state, out var value))
        {
            yield return value;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static (int Position, JsonReaderState State) Begin(ReadOnlyMemory<byte> text)
    {
        var reader = new Utf8JsonReader(text.Span, isFinalBlock: true, new JsonReaderState(Options));
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            throw new InvalidOperationException("The items are no JSON list.");
        }

        return ((int)reader.BytesConsumed, reader.CurrentState);
    }

    private static bool TryNext(ReadOnlyMemory<byte> text, ref int position, ref JsonReaderState state, out JsonData value)
    {
        var reader = new Utf8JsonReader(text.Span[position..], isFinalBlock: true, state);
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray)
        {
            value = default;
            return false;
        }

        var start = position + (int)reader.TokenStartIndex;
        reader.Skip();
        position += (int)reader.BytesConsumed;
        state = reader.CurrentState;
        value = JsonData.Trusted(text[start..position]);
        return true;
    }
}
