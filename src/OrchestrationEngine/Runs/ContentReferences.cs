using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Finds the references to contents in JSON values, however deep, and puts values in their places.</summary>
internal static class ContentReferences
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1000 };

    /// <summary>Whether there may be a reference in a text; false only where there is none.</summary>
    public static bool MayBeIn(JsonData value)
    {
        // The marker may stand there with characters escaped.
        var text = value.Utf8.Span;
        return text.IndexOf("$artifact\""u8) >= 0 || (text.IndexOf("\\u"u8) >= 0 && Find(value).Count > 0);
    }

    /// <summary>The references in a value, in the order of the text. What is in a reference is none.</summary>
    public static List<FoundReference> Find(JsonData value)
    {
        var found = new List<FoundReference>();
        var text = value.Utf8.Span;
        if (text.IndexOf("$artifact\""u8) < 0 && text.IndexOf("\\u"u8) < 0)
        {
            return found;
        }

        var reader = new Utf8JsonReader(text, Deep);
        var open = new Stack<(int Start, bool IsMarked)>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push(((int)reader.TokenStartIndex, false));
                    break;
                case JsonTokenType.PropertyName when !open.Peek().IsMarked && reader.ValueTextEquals(ArtifactReference.Marker):
                    open.Push((open.Pop().Start, true));
                    break;
                case JsonTokenType.EndObject:
                    var (start, isMarked) = open.Pop();
                    if (isMarked && Read(value, start, (int)reader.BytesConsumed) is { } reference)
                    {
                        found.RemoveAll(inner => inner.Start > start);
                        found.Add(new FoundReference(start, (int)reader.BytesConsumed - start, reference));
                    }

                    break;
            }
        }

        return found;
    }

    /// <summary>The same value with other texts in the places of some references.</summary>
    /// <param name="value">The value.</param>
    /// <param name="replace">Gives what stands in the place of a reference; null leaves it.</param>
    public static JsonData Replace(JsonData value, Func<ArtifactReference, JsonData?> replace)
    {
        ArrayBufferWriter<byte>? buffer = null;
        var text = value.Utf8.Span;
        var done = 0;
        foreach (var found in Find(value))
        {
            if (replace(found.Reference) is not { } replacement)
            {
                continue;
            }

            buffer ??= new ArrayBufferWriter<byte>(text.Length + replacement.Length);
            buffer.Write(text[done..found.Start]);
            buffer.Write(replacement.Utf8.Span);
            done = found.Start + found.Length;
        }

        if (buffer is null)
        {
            return value;
        }

        buffer.Write(text[done..]);
        return JsonData.Trusted(buffer.WrittenMemory);
    }

    private static ArtifactReference? Read(JsonData value, int start, int end)
    {
        var reader = new Utf8JsonReader(value.Utf8.Span[start..end], Deep);
        return ArtifactReference.Of(JsonElement.ParseValue(ref reader));
    }
}

/// <summary>A reference where it stands in a text.</summary>
/// <param name="Start">The place of its first byte.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Reference">The reference.</param>
internal readonly record struct FoundReference(int Start, int Length, ArtifactReference Reference);
