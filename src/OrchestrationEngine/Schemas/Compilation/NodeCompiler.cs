using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Compiles one schema: reads its keywords, says what is wrong with their values, and names those that nobody knows.</summary>
internal sealed class NodeCompiler(SchemaCompiler compiler, SchemaNode node, JsonElement element)
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly List<Keyword> _keywords = [];
    private readonly List<KeyValuePair<string, JsonElement>> _annotations = [];

    public SchemaNode Node => node;

    public SchemaOptions Options => compiler.Options;

    public Dialect Dialect { get; } = node.Resource.Dialect;

    public void Run()
    {
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            node.Fill(element.ValueKind == JsonValueKind.True);
            return;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            Problem(string.Empty, $"A schema is an object, true or false; found {Shown.Value(element)}.");
            return;
        }

        foreach (var (name, value) in SchemaMembers.Of(element))
        {
            ReadMember(name, value);
        }

        CoreCompiler.Compile(this);
        if (Dialect.Draft != SchemaDraft.Draft7 || !_members.ContainsKey("$ref"))
        {
            ValidationCompiler.Compile(this);
            ApplicatorCompiler.Compile(this);
        }
        else
        {
            _annotations.Clear();
        }

        node.Fill(_keywords, _annotations);
    }

    public void Add(Keyword keyword) => _keywords.Add(keyword);

    public void Problem(string path, string message, string? nearest = null) => compiler.Problem(node, path, message, nearest: nearest);

    public void Warn(string path, string message, string? nearest = null) => compiler.Problem(node, path, message, SchemaSeverity.Warning, nearest);

    public SchemaPattern? Pattern(string path, string source) => compiler.Pattern(node, path, source);

    public Keyword? Reference(string name, string reference) => compiler.Reference(node, name, reference);

    /// <summary>The value of a keyword, when it is there and its vocabulary is on.</summary>
    public bool Has(string name, out JsonElement value)
        => _members.TryGetValue(name, out value) && KeywordTable.TryFind(Dialect.Draft, name, out var entry) && Dialect.Has(entry.Vocabulary);

    public bool HasText(string name, out string text)
    {
        text = string.Empty;
        if (!Has(name, out var value))
        {
            return false;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Problem("/" + name, $"'{name}' must be a string; found {Shown.Value(value)}.");
            return false;
        }

        text = JsonText.ToText(value);
        return true;
    }

    public bool HasCount(string name, out int count)
    {
        count = 0;
        if (!Has(name, out var value))
        {
            return false;
        }

        if (value.ValueKind != JsonValueKind.Number || new JsonNumber(value).ToCount() is not { } number)
        {
            Problem("/" + name, $"'{name}' must be a whole number of 0 or more; found {Shown.Value(value)}.");
            return false;
        }

        count = number;
        return true;
    }

    public bool HasNumber(string name, out JsonElement number)
    {
        if (!Has(name, out number))
        {
            return false;
        }

        if (number.ValueKind == JsonValueKind.Number)
        {
            return true;
        }

        var hint = name.StartsWith("exclusive", StringComparison.Ordinal) && number.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? $" Since draft-06 it is the bound itself, in place of '{char.ToLowerInvariant(name[9])}{name[10..]}'."
            : string.Empty;
        Problem("/" + name, $"'{name}' must be a number; found {Shown.Value(number)}.{hint}");
        return false;
    }

    public bool HasSchema(string name, out SchemaNode schema)
    {
        schema = node;
        if (!Has(name, out var value))
        {
            return false;
        }

        schema = Child("/" + name, value);
        return true;
    }

    public bool HasSchemas(string name, out IReadOnlyList<SchemaNode> schemas)
    {
        schemas = [];
        if (!Has(name, out var value))
        {
            return false;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Problem("/" + name, $"'{name}' must be a list of one schema or more; found {Shown.Value(value)}.");
            return false;
        }

        schemas = Children("/" + name, value);
        return true;
    }

    /// <summary>The members of a keyword that is an object, with the way to each.</summary>
    public bool HasMap(string name, out IReadOnlyList<(string Name, byte[] Bytes, string Path, JsonElement Value)> members)
    {
        members = [];
        if (!Has(name, out var value))
        {
            return false;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Problem("/" + name, $"'{name}' must be an object; found {Shown.Value(value)}.");
            return false;
        }

        var list = new List<(string Name, byte[] Bytes, string Path, JsonElement Value)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var text = JsonText.ToText(JsonText.Raw(member));
            var bytes = JsonText.Decode(JsonText.Raw(member));
            var path = JsonPointers.Append("/" + name, text);
            if (!seen.Add(Convert.ToHexString(bytes)))
            {
                Problem(path, $"The name {Shown.Name(text)} is there twice.");
                continue;
            }

            list.Add((text, bytes, path, member.Value));
        }

        members = list;
        return true;
    }

    public SchemaNode Child(string path, JsonElement value) => compiler.Node(node.Resource, node.Pointer + path, value);

    public IReadOnlyList<SchemaNode> Children(string path, JsonElement list) => [.. list.EnumerateArray().Select((value, index) => Child(JsonPointers.Append(path, index), value))];

    /// <summary>Reads a list of names that differ.</summary>
    public bool TryNames(string path, string keyword, JsonElement value, out List<string> names, out List<byte[]> bytes)
    {
        (names, bytes) = ([], []);
        if (value.ValueKind != JsonValueKind.Array)
        {
            var hint = keyword == "required" && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? " It belongs to the object, and lists the properties that must be there." : string.Empty;
            Problem(path, $"'{keyword}' must be a list of names; found {Shown.Value(value)}.{hint}");
            return false;
        }

        var index = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in value.EnumerateArray())
        {
            var at = JsonPointers.Append(path, index++);
            if (name.ValueKind != JsonValueKind.String)
            {
                Problem(at, $"A name in '{keyword}' must be a string; found {Shown.Value(name)}.");
                return false;
            }

            var decoded = JsonText.Decode(JsonText.Raw(name));
            if (!seen.Add(Convert.ToHexString(decoded)))
            {
                Problem(at, $"The name {Shown.Json(name)} is twice in '{keyword}'.");
                continue;
            }

            names.Add(JsonText.ToText(name));
            bytes.Add(decoded);
        }

        return true;
    }

    private void ReadMember(string name, JsonElement value)
    {
        var path = "/" + JsonPointers.Escape(name);
        if (!_members.TryAdd(name, value))
        {
            Problem(path, $"The keyword {Shown.Name(name)} is there twice.");
            return;
        }

        if (!KeywordTable.TryFind(Dialect.Draft, name, out var entry))
        {
            _annotations.Add(new(name, value));
            if (KeywordTable.Advice(Dialect.Draft, name) is { } advice)
            {
                Warn(path, $"The keyword {Shown.Name(name)} does nothing here: {advice}.");
            }
            else if (NearName.Find(name, KeywordTable.Names(Dialect.Draft)) is { } nearest && !_isMemberOf(nearest))
            {
                Warn(path, $"The keyword {Shown.Name(name)} is not known and does nothing.", nearest);
            }
        }
        else if (entry.IsAnnotation && Dialect.Has(entry.Vocabulary))
        {
            _annotations.Add(new(name, value));
        }

        // Somebody who uses the known keyword too knows its name.
        bool _isMemberOf(string known) => element.EnumerateObject().Any(member => JsonText.ToText(JsonText.Raw(member)) == known);
    }
}
