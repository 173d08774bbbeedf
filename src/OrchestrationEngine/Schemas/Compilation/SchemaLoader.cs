using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Finds schemas by identifier: in the documents read so far, the registry, the standard's meta-schemas, and by the application's resolver, in this order.</summary>
internal sealed class SchemaLoader(SchemaOptions options)
{
    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement?> _resolved = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private bool _registryIsRead;

    /// <summary>Why the last document that was looked for is missing, where there is more to say than that nobody has it.</summary>
    public string? Trouble { get; private set; }

    public IEnumerable<string> KnownUris => _resources.Keys.Concat(options.Registry?.Documents.Select(document => document.Key) ?? []);

    /// <summary>Reads the document that is to be compiled.</summary>
    public SchemaDocument ReadRoot(JsonElement root)
    {
        var uri = options.BaseUri is null ? SchemaResource.NoUri : UriText.Split(UriText.Resolve(SchemaResource.NoUri, options.BaseUri.OriginalString)).Uri;
        return Read(uri, root);
    }

    /// <summary>Finds a schema by its absolute identifier without a fragment.</summary>
    public SchemaResource? Find(string uri)
    {
        Trouble = null;
        if (_resources.TryGetValue(uri, out var known))
        {
            return known;
        }

        if (FindJson(uri, mayAsk: false) is { } json)
        {
            return Read(uri, json).Resource;
        }

        // It may be a schema within a document of the registry.
        if (options.Registry is not null && !_registryIsRead)
        {
            _registryIsRead = true;
            foreach (var (name, document) in options.Registry.Documents.Where(document => !_read.Contains(document.Key)).ToList())
            {
                Read(name, document);
            }

            if (_resources.TryGetValue(uri, out known))
            {
                return known;
            }
        }

        return FindJson(uri, mayAsk: true) is { } resolved ? Read(uri, resolved).Resource : null;
    }

    private SchemaDocument Read(string uri, JsonElement root)
    {
        _read.Add(uri);
        var document = SchemaDocument.Read(uri, root, Dialect.Of(options.DefaultDraft), name => FindDialect(name, 0));
        _resources.TryAdd(uri, document.Resource);
        foreach (var resource in document.Resources)
        {
            if (!_resources.TryAdd(resource.Uri, resource) && _resources[resource.Uri].Document == document && _resources[resource.Uri] != resource)
            {
                var other = _resources[resource.Uri].Pointer is { Length: > 0 } pointer ? pointer : "the whole document";
                document.Problem(resource.Pointer + "/$id", $"The identifier {Shown.Name(resource.ShownUri)} is already that of {other}.");
            }
        }

        return document;
    }

    private (Dialect? Dialect, string? Problem) FindDialect(string name, int depth)
    {
        var uri = UriText.Split(name).Uri;
        if (Dialect.Find(uri) is { } standard)
        {
            return (standard, null);
        }

        if (FindJson(uri, mayAsk: true) is not { ValueKind: JsonValueKind.Object } schema)
        {
            return (null, $"The meta-schema {Shown.Name(name)} is not known. Draft 2020-12 is {Dialect.Uri202012}, draft-07 is {Dialect.Uri7}#; other meta-schemas have to be in the registry.");
        }

        var members = SchemaMembers.Of(schema);
        var own = SchemaMembers.Text(members, "$schema");
        var dialect = Dialect.Draft202012;
        if (own is not null && own != name)
        {
            if (depth == 8)
            {
                return (null, $"The meta-schema {Shown.Name(name)} has itself a meta-schema that leads to no known draft.");
            }

            var (found, problem) = FindDialect(own, depth + 1);
            if (found is null)
            {
                return (null, problem);
            }

            dialect = found;
        }

        var vocabularies = members.Find(member => member.Key == "$vocabulary").Value;
        return vocabularies.ValueKind == JsonValueKind.Object && dialect.Draft != SchemaDraft.Draft7 ? ReadVocabularies(name, vocabularies) : (dialect, null);
    }

    private static (Dialect? Dialect, string? Problem) ReadVocabularies(string name, JsonElement vocabularies)
    {
        var on = SchemaVocabularies.Core;
        foreach (var (uri, required) in SchemaMembers.Of(vocabularies))
        {
            var vocabulary = Dialect.FindVocabulary(uri);
            if (vocabulary == SchemaVocabularies.None && required.ValueKind == JsonValueKind.True)
            {
                return (null, $"The meta-schema {Shown.Name(name)} requires the vocabulary {Shown.Name(uri)}, which is not known.");
            }

            on |= vocabulary;
        }

        return (new Dialect(SchemaDraft.Draft202012, on), null);
    }

    private JsonElement? FindJson(string uri, bool mayAsk)
    {
        if (options.Registry is not null && options.Registry.TryGet(uri, out var registered))
        {
            return registered;
        }

        if (MetaSchemas.Find(uri) is { } standard)
        {
            return standard;
        }

        return mayAsk && options.Resolver is not null ? Ask(uri) : null;
    }

    private JsonElement? Ask(string uri)
    {
        if (_resolved.TryGetValue(uri, out var known))
        {
            return known;
        }

        if (_resolved.Count >= options.MaxDocuments)
        {
            Trouble = $"{_resolved.Count} documents have been asked for already (MaxDocuments)";
            return null;
        }

        if (uri.StartsWith(SchemaResource.NoUri, StringComparison.Ordinal) || !Uri.TryCreate(uri, UriKind.Absolute, out var absolute))
        {
            return null;
        }

        JsonElement? found = null;
        try
        {
            found = options.Resolver!(absolute)?.Clone();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Trouble = $"the resolver failed: {e.GetType().Name}: {e.Message}";
        }

        _resolved[uri] = found;
        return found;
    }
}
