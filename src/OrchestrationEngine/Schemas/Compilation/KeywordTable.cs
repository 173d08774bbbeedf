namespace OrchestrationEngine.Schemas;

/// <summary>Where in the value of a keyword there are schemas.</summary>
internal enum KeywordShape
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>It is one.</summary>
    Schema,

    /// <summary>It is a list of them.</summary>
    List,

    /// <summary>It is an object of them.</summary>
    Map,

    /// <summary>It is one, or a list of them: <c>items</c> of draft-07.</summary>
    SchemaOrList,

    /// <summary>It is an object of them or of lists of names: <c>dependencies</c>.</summary>
    MapOrNames,
}

/// <summary>What is known of a keyword before its value is read.</summary>
internal readonly record struct KeywordEntry(SchemaVocabularies Vocabulary, KeywordShape Shape, bool IsAnnotation);

/// <summary>The keywords of the two drafts.</summary>
internal static class KeywordTable
{
    private const SchemaVocabularies Format = SchemaVocabularies.FormatAnnotation | SchemaVocabularies.FormatAssertion;

    private static readonly Dictionary<string, KeywordEntry> Common = Table(
        (SchemaVocabularies.Core, KeywordShape.None, ["$id", "$schema", "$ref", "$comment"]),
        (SchemaVocabularies.Core, KeywordShape.Map, ["definitions"]),
        (SchemaVocabularies.Applicator, KeywordShape.Schema, ["contains", "additionalProperties", "propertyNames", "if", "then", "else", "not"]),
        (SchemaVocabularies.Applicator, KeywordShape.List, ["allOf", "anyOf", "oneOf"]),
        (SchemaVocabularies.Applicator, KeywordShape.Map, ["properties", "patternProperties"]),
        (SchemaVocabularies.Applicator, KeywordShape.MapOrNames, ["dependencies"]),
        (SchemaVocabularies.Validation, KeywordShape.None, [
            "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern",
            "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties", "required"]),
        (SchemaVocabularies.MetaData, KeywordShape.None, ["title", "description", "default", "readOnly", "writeOnly", "examples"]),
        (Format, KeywordShape.None, ["format"]),
        (SchemaVocabularies.Content, KeywordShape.None, ["contentEncoding", "contentMediaType"]));

    private static readonly Dictionary<string, KeywordEntry> Only7 = Table(
        (SchemaVocabularies.Applicator, KeywordShape.SchemaOrList, ["items"]),
        (SchemaVocabularies.Applicator, KeywordShape.Schema, ["additionalItems"]));

    private static readonly Dictionary<string, KeywordEntry> Only202012 = Table(
        (SchemaVocabularies.Core, KeywordShape.None, ["$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary"]),
        (SchemaVocabularies.Core, KeywordShape.Map, ["$defs"]),
        (SchemaVocabularies.Applicator, KeywordShape.Schema, ["items"]),
        (SchemaVocabularies.Applicator, KeywordShape.List, ["prefixItems"]),
        (SchemaVocabularies.Applicator, KeywordShape.Map, ["dependentSchemas"]),
        (SchemaVocabularies.Unevaluated, KeywordShape.Schema, ["unevaluatedItems", "unevaluatedProperties"]),
        (SchemaVocabularies.Validation, KeywordShape.None, ["minContains", "maxContains", "dependentRequired"]),
        (SchemaVocabularies.MetaData, KeywordShape.None, ["deprecated"]),
        (SchemaVocabularies.Content, KeywordShape.Schema, ["contentSchema"]));

    public static bool TryFind(SchemaDraft draft, string name, out KeywordEntry entry)
        => Common.TryGetValue(name, out entry) || Own(draft).TryGetValue(name, out entry);

    public static IEnumerable<string> Names(SchemaDraft draft) => Common.Keys.Concat(Own(draft).Keys);

    /// <summary>What to use for a keyword of another version of the standard, or null when it is none.</summary>
    public static string? Advice(SchemaDraft draft, string name) => (draft, name) switch
    {
        (SchemaDraft.Draft202012, "additionalItems") => "draft 2020-12 has 'items' for the items after those of 'prefixItems'",
        (SchemaDraft.Draft202012, "$recursiveRef") => "draft 2020-12 has '$dynamicRef'",
        (SchemaDraft.Draft202012, "$recursiveAnchor") => "draft 2020-12 has '$dynamicAnchor'",
        (_, "id") => "the identifier of a schema is '$id'",
        (_, "divisibleBy") => "it is 'multipleOf' since draft-04",
        (SchemaDraft.Draft7, "prefixItems") => "draft-07 has 'items' with a list of schemas",
        (SchemaDraft.Draft7, "$defs") => "draft-07 has 'definitions'",
        (SchemaDraft.Draft7, "$anchor") => "draft-07 has '$id' with a '#' before the name",
        (SchemaDraft.Draft7, "dependentRequired" or "dependentSchemas") => "draft-07 has 'dependencies'",
        (SchemaDraft.Draft7, _) when Only202012.ContainsKey(name) => "it came after draft-07; say \"$schema\": \"https://json-schema.org/draft/2020-12/schema\" to use it",
        _ => null,
    };

    private static Dictionary<string, KeywordEntry> Own(SchemaDraft draft) => draft == SchemaDraft.Draft7 ? Only7 : Only202012;

    private static Dictionary<string, KeywordEntry> Table(params ReadOnlySpan<(SchemaVocabularies Vocabulary, KeywordShape Shape, string[] Names)> rows)
    {
        var table = new Dictionary<string, KeywordEntry>(StringComparer.Ordinal);
        foreach (var (vocabulary, shape, names) in rows)
        {
            foreach (var name in names)
            {
                table.Add(name, new KeywordEntry(vocabulary, shape, (vocabulary & (SchemaVocabularies.MetaData | SchemaVocabularies.Content | Format)) != 0));
            }
        }

        return table;
    }
}
