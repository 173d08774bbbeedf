using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>The parts that occur in several places of a plan file, written only where they say something.</summary>
internal static class PlanParts
{
    public static void WriteList<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count > 0)
        {
            writer.WriteStartArray(name);
            foreach (var item in items)
            {
                write(writer, item);
            }

            writer.WriteEndArray();
        }
    }

    public static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a list, unless it is empty.</summary>
    public static void WriteSome(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            WriteTexts(writer, name, texts);
        }
    }

    public static void WriteExpression(Utf8JsonWriter writer, string name, ValueExpression? expression)
    {
        if (expression is not null)
        {
            writer.WriteString(name, $"${{{expression.Text}}}");
        }
    }

    public static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    public static void WriteDuration(Utf8JsonWriter writer, string name, TimeSpan? duration)
    {
        if (duration is { } value)
        {
            writer.WriteString(name, PlanDuration.Format(value));
        }
    }

    public static void WriteWord<T>(Utf8JsonWriter writer, string name, T value, T unlessThis)
        where T : struct, Enum
    {
        if (!EqualityComparer<T>.Default.Equals(value, unlessThis))
        {
            writer.WriteString(name, WordTable<T>.Word(value));
        }
    }
}
