using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Compiles a document of schemas with all that it refers to. Collects everything that is wrong instead of ending at the first.</summary>
internal sealed class SchemaCompiler(SchemaOptions options)
{
    private const int MostProblems = 200;

    // Sets of characters such as \p{L} are thousands of characters in .NET's patterns, and take it some milliseconds each.
    private const int MostPatternText = 1_000_000;
    private readonly SchemaLoader _loader = new(options);
    private readonly Dictionary<(SchemaDocument Document, string Pointer), SchemaNode> _nodes = [];
    private readonly Queue<(SchemaNode Node, JsonElement Element)> _work = new();
    private readonly Dictionary<string, SchemaPattern?> _patterns = new(StringComparer.Ordinal);
    private readonly HashSet<SchemaDocument> _used = [];
    private readonly List<SchemaProblem> _problems = [];
    private bool _hasDynamicReferences;
    private long _patternText;

    public SchemaOptions Options { get; } = options;

    public IReadOnlyList<SchemaProblem> Problems => _problems;

    public bool HasErrors => _problems.Exists(problem => problem.Severity == SchemaSeverity.Error);

    public SchemaNode Compile(JsonElement json)
    {
        var document = _loader.ReadRoot(json);
        var root = Node(document.Resource, string.Empty, json);
        Drain();
        while (_hasDynamicReferences && AddDynamicAnchors())
        {
            Drain();
        }

        if (!HasErrors)
        {
            Circles.Find(_nodes.Values, this);
        }

        return root;
    }

    /// <summary>The schema of a place, which is compiled later when it isn't yet.</summary>
    public SchemaNode Node(SchemaResource owner, string pointer, JsonElement element)
    {
        var document = owner.Document;
        if (_nodes.TryGetValue((document, pointer), out var known))
        {
            return known;
        }

        if (_used.Add(document))
        {
            // The identifier is known only when all of the document has been read.
            document.Problems.ForEach(problem => Add(problem with { Document = document.ShownUri }));
        }

        var node = new SchemaNode(document.ResourceAt(pointer) ?? owner, pointer);
        _nodes.Add((document, pointer), node);
        _work.Enqueue((node, element));
        return node;
    }

    public void Problem(SchemaNode node, string path, string message, SchemaSeverity severity = SchemaSeverity.Error, string? nearest = null)
        => Add(new SchemaProblem { Severity = severity, Pointer = node.Pointer + path, Message = message, Document = node.Resource.Document.ShownUri, Nearest = nearest });

    public SchemaPattern? Pattern(SchemaNode node, string path, string source)
    {
        if (_patterns.TryGetValue(source, out var known) && known is not null)
        {
            return known;
        }

        if (_patternText > MostPatternText)
        {
            Problem(node, path, $"The patterns of the schema are too large together; translated to .NET's form they may have {MostPatternText:N0} characters.");
            return null;
        }

        var pattern = SchemaPattern.TryCreate(source, Options, out var problem);
        _patterns[source] = pattern;
        _patternText += pattern?.Size ?? source.Length;
        if (pattern is null)
        {
            Problem(node, path, problem);
        }

        return pattern;
    }

    /// <summary>The keyword of a reference, or null when it leads nowhere.</summary>
    public Keyword? Reference(SchemaNode from, string name, string reference)
    {
        var (uri, fragment) = UriText.Split(UriText.Resolve(from.Resource.Uri, reference));
        if (_loader.Find(uri) is not { } resource)
        {
            var trouble = _loader.Trouble is null ? string.Empty : $" ({_loader.Trouble})";
            var nearest = NearName.Find(SchemaResource.Show(uri), _loader.KnownUris.Select(SchemaResource.Show));
            var message = $"No schema is known under the identifier {Shown.Name(SchemaResource.Show(uri))}{trouble}. Add it to the registry, or give a resolver; nothing is fetched otherwise.";
            Problem(from, "/" + name, message, nearest: nearest);
            return null;
        }

        if (fragment.Length > 0 && fragment[0] != '/')
        {
            return Anchor(from, name, resource, fragment);
        }

        return Follow(from, name, resource, fragment) is { } target ? new ReferenceKeyword(from, name, target) : null;
    }

    private Keyword? Anchor(SchemaNode from, string name, SchemaResource resource, string anchor)
    {
        if (!resource.Anchors.TryGetValue(anchor, out var place))
        {
            var where = resource.ShownUri.Length == 0 ? "the schema" : Shown.Name(resource.ShownUri);
            Problem(from, "/" + name, $"There is no place with the name {Shown.Name(anchor)} in {where}; a pointer begins with '#/'.", nearest: NearName.Find(anchor, resource.Anchors.Keys));
            return null;
        }

        var target = Node(resource, place.Pointer, place.Element);
        if (name != "$dynamicRef" || !resource.DynamicAnchors.Contains(anchor))
        {
            return new ReferenceKeyword(from, name, target);
        }

        _hasDynamicReferences = true;
        return new DynamicReferenceKeyword(from, anchor, target);
    }

    private SchemaNode? Follow(SchemaNode from, string name, SchemaResource owner, string fragment)
    {
        var (pointer, element) = (owner.Pointer, owner.Root);
        foreach (var token in fragment.Split('/').Skip(1).Select(JsonPointers.Unescape))
        {
            if (!TryStep(element, token, out var next))
            {
                var known = element.ValueKind == JsonValueKind.Object ? SchemaMembers.Of(element).Select(member => member.Key) : [];
                var at = pointer.Length == 0 ? "the document" : $"'{pointer}'";
                Problem(from, "/" + name, $"The reference '#{fragment}' leads nowhere: {at} has no {Shown.Name(token)}.", nearest: NearName.Find(token, known));
                return null;
            }

            element = next;
            pointer = JsonPointers.Append(pointer, token);
            owner = owner.Document.ResourceAt(pointer) ?? owner;
        }

        return Node(owner, pointer, element);
    }

    private static bool TryStep(JsonElement element, string token, out JsonElement next)
    {
        next = default;
        if (element.ValueKind == JsonValueKind.Array)
        {
            var index = JsonPointers.Index(token);
            if (index < 0 || index >= element.GetArrayLength())
            {
                return false;
            }

            next = element[index];
            return true;
        }

        next = element.ValueKind == JsonValueKind.Object ? SchemaMembers.Of(element).Find(member => member.Key == token).Value : default;
        return next.ValueKind != JsonValueKind.Undefined;
    }

    private void Drain()
    {
        while (_work.TryDequeue(out var next))
        {
            new NodeCompiler(this, next.Node, next.Element).Run();
        }
    }

    // A dynamic reference may lead to any schema of its name that has been gone through on the way, so all that are in use are compiled.
    private bool AddDynamicAnchors()
    {
        foreach (var resource in _nodes.Values.Select(node => node.Resource).Distinct().ToList())
        {
            foreach (var anchor in resource.DynamicAnchors.Where(anchor => !resource.DynamicNodes.ContainsKey(anchor)))
            {
                var (pointer, element) = resource.Anchors[anchor];
                resource.DynamicNodes.Add(anchor, Node(resource, pointer, element));
            }
        }

        return _work.Count > 0;
    }

    private void Add(SchemaProblem problem)
    {
        if (_problems.Count < MostProblems)
        {
            _problems.Add(problem);
        }
    }
}
