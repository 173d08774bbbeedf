namespace OrchestrationEngine.Schemas;

/// <summary>The groups of keywords of draft 2020-12, which a meta-schema can leave out.</summary>
[Flags]
internal enum SchemaVocabularies
{
    None = 0,
    Core = 1,
    Applicator = 2,
    Unevaluated = 4,
    Validation = 8,
    MetaData = 16,
    FormatAnnotation = 32,
    FormatAssertion = 64,
    Content = 128,
}

/// <summary>What the keywords of a schema mean: a version of the standard and which of its vocabularies are on.</summary>
/// <param name="Draft">The version.</param>
/// <param name="Vocabularies">The vocabularies; draft-07 has no such groups, and all are on.</param>
internal sealed record Dialect(SchemaDraft Draft, SchemaVocabularies Vocabularies)
{
    public const string Uri7 = "http://json-schema.org/draft-07/schema";
    public const string Uri202012 = "https://json-schema.org/draft/2020-12/schema";
    private const string VocabularyPrefix = "https://json-schema.org/draft/2020-12/vocab/";

    private const SchemaVocabularies Standard = SchemaVocabularies.Core | SchemaVocabularies.Applicator | SchemaVocabularies.Unevaluated | SchemaVocabularies.Validation
        | SchemaVocabularies.MetaData | SchemaVocabularies.FormatAnnotation | SchemaVocabularies.Content;

    public static Dialect Draft7 { get; } = new(SchemaDraft.Draft7, Standard);

    public static Dialect Draft202012 { get; } = new(SchemaDraft.Draft202012, Standard);

    public static Dialect Of(SchemaDraft draft) => draft == SchemaDraft.Draft7 ? Draft7 : Draft202012;

    /// <summary>The dialect of a standard meta-schema.</summary>
    public static Dialect? Find(string uri) => uri switch
    {
        Uri7 or "https://json-schema.org/draft-07/schema" => Draft7,
        Uri202012 or "http://json-schema.org/draft/2020-12/schema" => Draft202012,
        _ => null,
    };

    /// <summary>The vocabulary of an identifier, or none when it isn't one of the standard.</summary>
    public static SchemaVocabularies FindVocabulary(string uri)
        => !uri.StartsWith(VocabularyPrefix, StringComparison.Ordinal) ? SchemaVocabularies.None : uri[VocabularyPrefix.Length..] switch
        {
            "core" => SchemaVocabularies.Core,
            "applicator" => SchemaVocabularies.Applicator,
            "unevaluated" => SchemaVocabularies.Unevaluated,
            "validation" => SchemaVocabularies.Validation,
            "meta-data" => SchemaVocabularies.MetaData,
            "format-annotation" => SchemaVocabularies.FormatAnnotation,
            "format-assertion" => SchemaVocabularies.FormatAssertion,
            "content" => SchemaVocabularies.Content,
            _ => SchemaVocabularies.None,
        };

    public bool Has(SchemaVocabularies vocabulary) => (Vocabularies & vocabulary) != 0;
}
