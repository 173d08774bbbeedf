using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>A document of schemas: which of them have identifiers, and which places have names.</summary>
internal sealed class SchemaDocument
{
    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);

    private SchemaDocument(string uri, JsonElement root)
    {
        Uri = uri;
        Root = root;
        ShownUri = SchemaResource.Show(uri) is { Length: > 0 } shown ? shown : null;
    }

    /// <summary>Under which identifier it was found.</summary>
    public string Uri { get; }

    public string? ShownUri { get; private set; }

    public JsonElement Root { get; }

    public SchemaResource Resource => _resources[string.Empty];

    public IEnumerable<SchemaResource> Resources => _resources.Values;

    /// <summary>What is wrong with the identifiers.</summary>
    public List<SchemaProblem> Problems { get; } = [];

    /// <summary>The resource that begins at a place, or null.</summary>
    public SchemaResource? ResourceAt(string pointer) => _resources.GetValueOrDefault(pointer);

    /// <summary>Reads the identifiers of a document.</summary>
    /// <param name="uri">Under which identifier it was found, without a fragment.</param>
    /// <param name="root">The document.</param>
    /// <param name="dialect">Its dialect where it doesn't name one.</param>
    /// <param name="dialects">Finds the dialect of a meta-schema, or says why it can't.</param>
    public static SchemaDocument Read(string uri, JsonElement root, Dialect dialect, Func<string, (Dialect? Dialect, string? Problem)> dialects)
    {
        var document = new SchemaDocument(uri, root);
        var work = new Queue<(JsonElement Element, string Pointer, SchemaResource Owner)>();
        document.Visit(root, string.Empty, new SchemaResource(document, uri, string.Empty, root, dialect), dialects, work);
        while (work.TryDequeue(out var next))
        {
            document.Visit(next.Element, next.Pointer, next.Owner, dialects, work);
        }

        document.ShownUri = SchemaResource.Show(document.Resource.Uri) is { Length: > 0 } shown ? shown : document.ShownUri;
        return document;
    }

    public void Problem(string pointer, string message, SchemaSeverity severity = SchemaSeverity.Error, string? nearest = null)
        => Problems.Add(new SchemaProblem { Severity = severity, Pointer = pointer, Message = message, Document = ShownUri, Nearest = nearest });

    private void Visit(
        JsonElement element, string pointer, SchemaResource owner, Func<string, (Dialect? Dialect, string? Problem)> dialects, Queue<(JsonElement, string, SchemaResource)> work)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            owner = Enter(element, pointer, owner, dialects);
            foreach (var (name, value) in SchemaMembers.Of(element))
            {
                if (KeywordTable.TryFind(owner.Dialect.Draft, name, out var entry) && entry.Shape != KeywordShape.None)
                {
                    Push(value, JsonPointers.Append(pointer, name), entry.Shape, owner, work);
                }
            }
        }
        else if (pointer.Length == 0)
        {
            _resources[pointer] = owner;
        }
    }

    private static void Push(JsonElement value, string pointer, KeywordShape shape, SchemaResource owner, Queue<(JsonElement, string, SchemaResource)> work)
    {
        if (value.ValueKind == JsonValueKind.Object && shape is KeywordShape.Map or KeywordShape.MapOrNames)
        {
            foreach (var (name, schema) in SchemaMembers.Of(value))
            {
                work.Enqueue((schema, JsonPointers.Append(pointer, name), owner));
            }
        }
        else if (value.ValueKind == JsonValueKind.Array && shape is KeywordShape.List or KeywordShape.SchemaOrList)
        {
            var index = 0;
            foreach (var schema in value.EnumerateArray())
            {
                work.Enqueue((schema, JsonPointers.Append(pointer, index++), owner));
            }
        }
        else if (shape is KeywordShape.Schema or KeywordShape.SchemaOrList)
        {
            work.Enqueue((value, pointer, owner));
        }
    }

    // The identifier of a schema makes a resource of it; its dialect is its own too.
    private SchemaResource Enter(JsonElement element, string pointer, SchemaResource owner, Func<string, (Dialect? Dialect, string? Problem)> dialects)
    {
        var isRoot = pointer.Length == 0;
        var members = SchemaMembers.Of(element);
        var id = SchemaMembers.Text(members, "$id");
        var dialect = owner.Dialect;
        if ((isRoot || id is not null) && SchemaMembers.Text(members, "$schema") is { } schema)
        {
            var (found, problem) = dialects(schema);
            dialect = found ?? dialect;
            if (problem is not null)
            {
                Problem(pointer + "/$schema", problem);
            }
        }

        // Draft-07 ignores everything beside a reference; a whole document keeps its identifier.
        var isDraft7 = dialect.Draft == SchemaDraft.Draft7;
        id = isDraft7 && !isRoot && SchemaMembers.Text(members, "$ref") is not null ? null : id;
        string? anchor = null;
        if (id is not null)
        {
            (id, anchor) = SplitId(id, pointer, isDraft7);
        }

        if (isRoot || !string.IsNullOrEmpty(id))
        {
            owner = new SchemaResource(this, string.IsNullOrEmpty(id) ? owner.Uri : UriText.Resolve(owner.Uri, id), pointer, element, dialect);
            _resources[pointer] = owner;
        }

        AddAnchor(owner, anchor, pointer, element, isDynamic: false, "$id");
        if (!isDraft7)
        {
            AddAnchor(owner, SchemaMembers.Text(members, "$anchor"), pointer, element, isDynamic: false, "$anchor");
            AddAnchor(owner, SchemaMembers.Text(members, "$dynamicAnchor"), pointer, element, isDynamic: true, "$dynamicAnchor");
        }

        return owner;
    }

    private (string Id, string? Anchor) SplitId(string id, string pointer, bool isDraft7)
    {
        var (uri, fragment) = UriText.Split(id);
        if (fragment.Length == 0)
        {
            return (uri, null);
        }

        if (isDraft7 && fragment[0] != '/')
        {
            return (uri, fragment);
        }

        Problem(pointer + "/$id", $"The identifier {Shown.Name(id)} has a fragment, which is for places within a schema; give the place a name with '{(isDraft7 ? "$id\": \"#name" : "$anchor")}'.");
        return (uri, null);
    }

    private void AddAnchor(SchemaResource owner, string? name, string pointer, JsonElement element, bool isDynamic, string keyword)
    {
        if (name is null)
        {
            return;
        }

        if (name.Length == 0 || !(char.IsAsciiLetter(name[0]) || name[0] == '_') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
        {
            Problem($"{pointer}/{keyword}", $"The name {Shown.Name(name)} must begin with a letter or '_' and have only letters, digits, '-', '_' and '.'.");
            return;
        }

        if (owner.Anchors.TryGetValue(name, out var other) && other.Pointer != pointer)
        {
            Problem($"{pointer}/{keyword}", $"The name {Shown.Name(name)} is already that of {(other.Pointer.Length == 0 ? "the whole document" : other.Pointer)}; names must differ within a schema.");
            return;
        }

        owner.Anchors[name] = (pointer, element);
        if (isDynamic)
        {
            owner.DynamicAnchors.Add(name);
        }
    }
}

/// <summary>Reads the members of a schema object by name, without throwing for names that are no text.</summary>
internal static class SchemaMembers
{
    public static List<KeyValuePair<string, JsonElement>> Of(JsonElement value)
    {
        var members = new List<KeyValuePair<string, JsonElement>>(value.GetPropertyCount());
        foreach (var member in value.EnumerateObject())
        {
            members.Add(new(JsonText.ToText(JsonText.Raw(member)), member.Value));
        }

        return members;
    }

    /// <summary>The text of a member, or null when there is none or it is something else.</summary>
    public static string? Text(List<KeyValuePair<string, JsonElement>> members, string name)
    {
        foreach (var (key, value) in members)
        {
            if (key == name)
            {
                return value.ValueKind == JsonValueKind.String ? JsonText.ToText(value) : null;
            }
        }

        return null;
    }
}
