using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Values and names as they are shown in messages: short, whatever their size.</summary>
internal static class Shown
{
    private const int Longest = 60;
    private const int MostListed = 12;

    /// <summary>A value with what it is: <c>the string "abc"</c>.</summary>
    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"the string {Json(value)}",
        JsonValueKind.Number => $"the number {Json(value)}",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "an empty array" : $"an array of {Count(value.GetArrayLength(), "item")}",
        JsonValueKind.Object => value.GetPropertyCount() == 0 ? "an empty object" : $"an object with {Count(value.GetPropertyCount(), "property", "properties")}",
        _ => Json(value),
    };

    /// <summary>A value as it is written, cut when it is long.</summary>
    public static string Json(JsonElement value) => Text(JsonMarshal.GetRawUtf8Value(value));

    /// <summary>A member's name as it is written.</summary>
    public static string Json(JsonProperty named) => $"\"{Text(JsonText.Raw(named))}\"";

    public static string Name(string name) => name.Length <= Longest ? $"'{name}'" : $"'{name[..(char.IsHighSurrogate(name[Longest - 1]) ? Longest - 1 : Longest)]}...'";

    public static string Names(IEnumerable<string> names) => List(names.Select(Name));

    public static string List(IEnumerable<string> items)
    {
        var all = items.Take(MostListed + 1).ToList();
        return all.Count > MostListed ? string.Join(", ", all.Take(MostListed)) + " and more" : string.Join(", ", all);
    }

    public static string Count(long count, string one, string? many = null)
        => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");

    public static string DidYouMean(string? nearest) => nearest is null ? string.Empty : $" Did you mean '{nearest}'?";

    private static string Text(ReadOnlySpan<byte> raw)
    {
        var text = Encoding.UTF8.GetString(raw.Length > Longest * 4 ? raw[..(Longest * 4)] : raw);
        if (text.Length <= Longest)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest;
        return text[..end] + "...";
    }
}
