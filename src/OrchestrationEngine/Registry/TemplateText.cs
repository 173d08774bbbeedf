using System.Text;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Registry;

/// <summary>Walks through the values of a template file, and puts the values of parameters where it refers to them. For one thread and one walk.</summary>
internal sealed class TemplateText
{
    private const string Root = "params";

    private readonly Dictionary<string, JsonElement>? _values;
    private readonly HashSet<string> _names;
    private readonly PlanProblemList _problems;
    private readonly PointerStack _at = new();

    /// <summary>For a walk that only looks whether what is referred to exists.</summary>
    public TemplateText(IEnumerable<string> names, PlanProblemList problems)
    {
        _names = names.ToHashSet(StringComparer.Ordinal);
        _problems = problems;
    }

    /// <summary>For a walk that puts the values in.</summary>
    public TemplateText(Dictionary<string, JsonElement> values, PlanProblemList problems)
        : this(values.Keys, problems) => _values = values;

    public void Look(JsonElement file) => Walk(file, null, isFile: true);

    public void Write(JsonElement file, Utf8JsonWriter writer) => Walk(file, writer, isFile: true);

    private void Walk(JsonElement value, Utf8JsonWriter? writer, bool isFile = false)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer?.WriteStartObject();
                _at.Push();
                foreach (var member in value.EnumerateObject().Where(member => !isFile || member.Name != TemplateFile.Parameters))
                {
                    _at.Set(member.Name);
                    writer?.WritePropertyName(member.Name);
                    Walk(member.Value, writer);
                }

                _at.Pop();
                writer?.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer?.WriteStartArray();
                _at.Push();
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    _at.Set(index++);
                    Walk(item, writer);
                }

                _at.Pop();
                writer?.WriteEndArray();
                break;
            case JsonValueKind.String:
                Replace(value, writer);
                break;
            default:
                writer?.WriteRawValue(value.GetRawText(), skipInputValidation: true);
                break;
        }
    }

    private void Replace(JsonElement value, Utf8JsonWriter? writer)
    {
        var text = value.GetString()!;
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            writer?.WriteStringValue(text);
            return;
        }

        var result = new StringBuilder(text.Length);
        var at = 0;
        while (TryFindReference(text, at, out var start, out var end))
        {
            if (TryRead(text[(start + 2)..end], out var found) && writer is not null)
            {
                if (start == 0 && end == text.Length - 1)
                {
                    writer.WriteRawValue(found.GetRawText(), skipInputValidation: true);
                    return;
                }

                result.Append(text, at, start - at).Append(found.ValueKind == JsonValueKind.String ? found.GetString() : found.GetRawText());
            }

            at = end + 1;
        }

        writer?.WriteStringValue(result.Append(text, at, text.Length - at).ToString());
    }

    // A '${' that is the template's own: not written '$${', and about a parameter. All others are the plan's.
    private static bool TryFindReference(string text, int from, out int start, out int end)
    {
        for (start = text.IndexOf("${", from, StringComparison.Ordinal); start >= 0; start = text.IndexOf("${", start + 2, StringComparison.Ordinal))
        {
            var inside = text.AsSpan(start + 2).TrimStart();
            if ((start == 0 || text[start - 1] != '$')
                && inside.StartsWith(Root, StringComparison.Ordinal)
                && (inside.Length == Root.Length || !(char.IsLetterOrDigit(inside[Root.Length]) || inside[Root.Length] == '_')))
            {
                end = EndOf(text, start + 2);
                return end >= 0;
            }
        }

        end = -1;
        return false;
    }

    // The brace that is not within quotes.
    private static int EndOf(string text, int from)
    {
        char? quote = null;
        for (var at = from; at < text.Length; at++)
        {
            if (quote is { } open)
            {
                at += text[at] == '\\' ? 1 : 0;
                quote = at < text.Length && text[at] == open ? null : quote;
            }
            else if (text[at] is '\'' or '"')
            {
                quote = text[at];
            }
            else if (text[at] == '}')
            {
                return at;
            }
        }

        return -1;
    }

    private bool TryRead(string reference, out JsonElement value)
    {
        value = default;
        if (!DataPath.TryParse(reference.Trim(), out var path, out var error))
        {
            Problem($"'${{{reference}}}' can't be read as a parameter: write ${{params.NAME}}, or a path to a member of its value. {error.Message}", reference);
        }
        else if (path.Segments is not [{ Key: { } name }, ..])
        {
            Problem($"'${{{reference}}}' names no parameter: write ${{params.NAME}}.", reference);
        }
        else if (!_names.Contains(name))
        {
            _problems.Add(PlanProblemKinds.UnknownParameter, _at.ToString(), $"The template has no parameter '{name}'. {PlanCheck.Known("It has", _names)}", name, _names);
        }
        else if (_values is null)
        {
            return false;
        }
        else if (DataPath.TryFollow(path, 1, _values[name], out value, out var problem))
        {
            return true;
        }
        else
        {
            Problem($"'${{{reference}}}': {problem}", reference);
        }

        return false;
    }

    private void Problem(string message, string name) => _problems.Add(PlanProblemKinds.BadParameter, _at.ToString(), message, name);
}
