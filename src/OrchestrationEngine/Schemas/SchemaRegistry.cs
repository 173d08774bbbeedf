using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>
/// Documents that the references of schemas may lead to, by identifier. Nothing is compiled here: a document is looked at when a schema that refers to it is
/// compiled. Safe for many threads; what is added later is seen by what is compiled later.
/// </summary>
public sealed class SchemaRegistry
{
    private readonly ConcurrentDictionary<string, JsonElement> _documents = new(StringComparer.Ordinal);

    /// <summary>The identifiers of all documents.</summary>
    public IReadOnlyCollection<string> Identifiers => [.. _documents.Keys.Select(SchemaResource.Show).Order(StringComparer.Ordinal)];

    /// <summary>Adds a document.</summary>
    /// <param name="json">The document.</param>
    /// <param name="uri">Its identifier, or null when it is the document's <c>$id</c>. A relative one is found by schemas that have no identifier.</param>
    /// <exception cref="SchemaException">The text is not JSON, or the document has no identifier.</exception>
    /// <exception cref="ArgumentException">There is another document of this identifier.</exception>
    public void Add(string json, Uri? uri = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        Add(Encoding.UTF8.GetBytes(json), uri);
    }

    /// <summary>Adds a document.</summary>
    /// <param name="utf8Json">The document in UTF-8.</param>
    /// <param name="uri">Its identifier, or null when it is the document's <c>$id</c>.</param>
    /// <exception cref="SchemaException">The text is not JSON, or the document has no identifier.</exception>
    /// <exception cref="ArgumentException">There is another document of this identifier.</exception>
    public void Add(ReadOnlyMemory<byte> utf8Json, Uri? uri = null) => Add(SchemaJson.Parse(utf8Json, SchemaOptions.Default), uri);

    /// <summary>Adds a document, which is read to its end: an embedded resource, for example.</summary>
    /// <param name="utf8Json">The document in UTF-8. It is not closed.</param>
    /// <param name="uri">Its identifier, or null when it is the document's <c>$id</c>.</param>
    /// <exception cref="SchemaException">The text is not JSON, or the document has no identifier.</exception>
    /// <exception cref="ArgumentException">There is another document of this identifier.</exception>
    public void Add(Stream utf8Json, Uri? uri = null) => Add(SchemaJson.Read(utf8Json, SchemaOptions.Default), uri);

    /// <summary>Adds a document.</summary>
    /// <param name="document">The document. It is copied.</param>
    /// <param name="uri">Its identifier, or null when it is the document's <c>$id</c>.</param>
    /// <exception cref="SchemaException">The document has no identifier.</exception>
    /// <exception cref="ArgumentException">There is another document of this identifier.</exception>
    public void Add(JsonElement document, Uri? uri = null)
    {
        var id = document.ValueKind == JsonValueKind.Object ? SchemaMembers.Text(SchemaMembers.Of(document), "$id") : null;
        var name = uri?.OriginalString ?? id ?? throw new SchemaException([new SchemaProblem
        {
            Severity = SchemaSeverity.Error,
            Pointer = string.Empty,
            Message = "A document of the registry needs an identifier: give it an \"$id\", or say its URI when it is added.",
        }]);
        var key = UriText.Split(UriText.Resolve(SchemaResource.NoUri, name)).Uri;
        if (!_documents.TryAdd(key, document.Clone()) && !JsonEquality.AreEqual(new ValidationContext(SchemaOptions.Default), _documents[key], document))
        {
            throw new ArgumentException($"The registry already has another document with the identifier '{name}'.", nameof(uri));
        }
    }

    internal IEnumerable<KeyValuePair<string, JsonElement>> Documents => _documents;

    internal bool TryGet(string uri, [MaybeNullWhen(false)] out JsonElement document) => _documents.TryGetValue(uri, out document);
}
