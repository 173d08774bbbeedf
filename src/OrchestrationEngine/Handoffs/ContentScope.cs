using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Handoffs;

/// <summary>The names in an expression over a content: its members by their names, and all of it as <c>content</c>.</summary>
internal sealed class ContentScope(JsonElement content) : IExpressionScope
{
    public const string Whole = "content";

    public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        if (path.Root == Whole)
        {
            return DataPath.TryFollow(path, 0, content, out value, out problem);
        }

        if (JsonMember.TryGet(content, path.Root, out var member))
        {
            return DataPath.TryFollow(path, 0, member, out value, out problem);
        }

        value = default;
        problem = content.ValueKind == JsonValueKind.Object
            ? $"The content has no member '{path.Root}'{Suggestion(path.Root)}."
            : $"The content is no object, so it has no member '{path.Root}'; all of it is '{Whole}'.";
        return false;
    }

    private string Suggestion(string name)
        => new NameSuggestions().Find(name, content.EnumerateObject().Select(JsonMember.NameOf).OfType<string>()) is { } nearest ? $"; the nearest is '{nearest}'" : "";
}

/// <summary>Members of JSON objects by name, also where a name has an escape for half of a character, which JSON's grammar lets pass.</summary>
internal static class JsonMember
{
    public static bool TryGet(JsonElement value, string name, out JsonElement member)
    {
        member = default;
        try
        {
            return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out member);
        }
        catch (InvalidOperationException)
        {
            // Such an object is treated as one without the member, as in expressions.
            return false;
        }
    }

    /// <summary>The name; null where it has half of a character.</summary>
    public static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            // How the reader says that an escape stands without its other half.
            return null;
        }
    }
}
