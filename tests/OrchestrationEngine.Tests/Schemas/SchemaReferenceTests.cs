using System.Text;
using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class SchemaReferenceTests
{
    private static readonly JsonElement Number = Json("1");
    private static readonly JsonElement Text = Json("\"a\"");

    [Fact]
    public void A_document_of_the_registry_is_found_by_its_identifier_or_by_the_one_it_was_added_with()
    {
        var registry = new SchemaRegistry();
        registry.Add("""{ "$id": "https://example.com/number", "type": "number" }""");
        registry.Add("""{ "type": "string" }"""u8.ToArray(), new Uri("https://example.com/text"));
        using var stream = new MemoryStream("""{ "type": "string" }"""u8.ToArray());
        registry.Add(stream, new Uri("local/text.json", UriKind.Relative));
        var options = new SchemaOptions { Registry = registry };
        Assert.True(JsonSchema.Compile("""{ "$ref": "https://example.com/number" }""", options).IsValid(Number));
        Assert.False(JsonSchema.Compile("""{ "$ref": "https://example.com/number#" }""", options).IsValid(Text));
        Assert.True(JsonSchema.Compile("""{ "$ref": "https://example.com/text" }""", options).IsValid(Text));
        Assert.False(JsonSchema.Compile("""{ "$ref": "local/text.json" }""", options).IsValid(Number));
        Assert.Equal(["https://example.com/number", "https://example.com/text", "local/text.json"], registry.Identifiers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_schema_within_a_document_of_the_registry_is_found_by_its_own_identifier()
    {
        var registry = new SchemaRegistry();
        registry.Add("""{ "$id": "https://example.com/all", "$defs": { "n": { "$id": "n", "type": "number" } } }""");
        Assert.False(JsonSchema.Compile("""{ "$ref": "https://example.com/n" }""", new SchemaOptions { Registry = registry }).IsValid(Text));
    }

    [Fact]
    public void A_document_without_an_identifier_cannot_be_registered_and_an_identifier_stands_for_one_document()
    {
        var registry = new SchemaRegistry();
        Assert.Contains("A document of the registry needs an identifier", Assert.Throws<SchemaException>(() => registry.Add("{}")).Message, StringComparison.Ordinal);
        Assert.Throws<SchemaException>(() => registry.Add("{", new Uri("https://example.com/a")));
        registry.Add("""{ "minimum": 1 }""", new Uri("https://example.com/a"));
        registry.Add("""{ "minimum": 1.0 }""", new Uri("https://example.com/a"));
        Assert.Throws<ArgumentException>(() => registry.Add("""{ "minimum": 2 }""", new Uri("https://example.com/a")));
    }

    [Fact]
    public void Nothing_is_fetched_without_a_resolver_and_a_resolver_is_asked_once_and_only_while_compiling()
    {
        var asked = new List<Uri>();
        var options = new SchemaOptions
        {
            Resolver = uri =>
            {
                asked.Add(uri);
                return uri.AbsolutePath == "/known" ? Json("""{ "type": "number" }""") : null;
            },
        };
        var schema = JsonSchema.Compile("""{ "allOf": [{ "$ref": "https://example.com/known" }, { "$ref": "https://example.com/known#" }] }""", options);
        Assert.True(schema.IsValid(Number));
        Assert.False(schema.IsValid(Text));
        Assert.Equal("https://example.com/known", Assert.Single(asked).AbsoluteUri);
        var e = Assert.Throws<SchemaException>(() => JsonSchema.Compile("""{ "$ref": "https://example.com/unknown" }""", options));
        Assert.Contains("No schema is known under the identifier 'https://example.com/unknown'.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resolver_that_fails_is_a_problem_of_the_schema()
    {
        var options = new SchemaOptions { Resolver = _ => throw new IOException("the disk is gone") };
        var e = Assert.Throws<SchemaException>(() => JsonSchema.Compile("""{ "$ref": "https://example.com/a" }""", options));
        Assert.Contains("(the resolver failed: IOException: the disk is gone)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_that_lead_to_ever_more_documents_are_ended_by_a_limit()
    {
        var count = 0;
        var options = new SchemaOptions { MaxDocuments = 20, Resolver = uri => Json($$"""{ "properties": { "a": { "$ref": "{{uri}}x" } } }""") };
        options = options with { Resolver = Counted(options.Resolver!) };
        var e = Assert.Throws<SchemaException>(() => JsonSchema.Compile("""{ "$ref": "https://example.com/a" }""", options));
        Assert.Contains("20 documents have been asked for already (MaxDocuments)", e.Message, StringComparison.Ordinal);
        Assert.Equal(20, count);

        Func<Uri, JsonElement?> Counted(Func<Uri, JsonElement?> inner) => uri =>
        {
            count++;
            return inner(uri);
        };
    }

    [Fact]
    public void Relative_references_are_resolved_against_the_base_that_was_given()
    {
        var registry = new SchemaRegistry();
        registry.Add("""{ "type": "number" }""", new Uri("https://example.com/schemas/n.json"));
        var options = new SchemaOptions { Registry = registry, BaseUri = new Uri("https://example.com/schemas/sub/root.json") };
        Assert.False(JsonSchema.Compile("""{ "$ref": "../n.json" }""", options).IsValid(Text));
    }

    [Theory]
    [InlineData("http://a/b/c/d;p?q", "g:h", "g:h")]
    [InlineData("http://a/b/c/d;p?q", "./g", "http://a/b/c/g")]
    [InlineData("http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y")]
    [InlineData("http://a/b/c/d;p?q", "#s", "http://a/b/c/d;p?q#s")]
    [InlineData("http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q")]
    [InlineData("http://a/b/c/d;p?q", "..", "http://a/b/")]
    [InlineData("http://a/b/c/d;p?q", "../../../g", "http://a/g")]
    [InlineData("http://a/b/c/d;p?q", "//g/x/../y", "http://g/y")]
    [InlineData("http://a", "b", "http://a/b")]
    [InlineData("urn:uuid:1", "#/a", "urn:uuid:1#/a")]
    [InlineData("file:///a/b", "c", "file:///a/c")]
    [InlineData("json-schema:///", "a/b#c", "json-schema:///a/b#c")]
    public void References_are_resolved_as_RFC_3986_says(string baseUri, string reference, string expected) => Assert.Equal(expected, UriText.Resolve(baseUri, reference));

    [Fact]
    public void A_vocabulary_that_is_required_and_unknown_is_refused()
    {
        var registry = new SchemaRegistry();
        registry.Add("""{ "$id": "https://example.com/meta", "$schema": "https://json-schema.org/draft/2020-12/schema", "$vocabulary": { "https://example.com/vocab": true } }""");
        var e = Assert.Throws<SchemaException>(() => JsonSchema.Compile("""{ "$schema": "https://example.com/meta" }""", new SchemaOptions { Registry = registry }));
        Assert.Contains("requires the vocabulary 'https://example.com/vocab', which is not known", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_can_be_compiled_from_text_bytes_a_stream_and_an_element_that_is_gone_later()
    {
        const string schema = """{ "$id": "https://example.com/n", "type": "number" }""";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(schema));
        JsonSchema fromElement;
        using (var document = JsonDocument.Parse(schema))
        {
            fromElement = JsonSchema.Compile(document.RootElement);
        }

        foreach (var compiled in new[] { JsonSchema.Compile(schema), JsonSchema.Compile(Encoding.UTF8.GetBytes(schema)), JsonSchema.Compile(stream), fromElement })
        {
            Assert.True(compiled.IsValid(Number));
            Assert.Equal("#/type", compiled.Validate(Text).Violations[0].AbsoluteKeywordLocation[^6..]);
            Assert.Equal("https://example.com/n", compiled.Identifier);
        }
    }

    private static JsonElement Json(string json) => OfficialSuite.Parse(Encoding.UTF8.GetBytes(json));
}
