using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Something that a schema says of a value without checking it, such as a title, a default or a format.</summary>
public sealed record SchemaAnnotation
{
    /// <summary>The place in the value, as a JSON pointer. The empty string is the whole value.</summary>
    public required string InstanceLocation { get; init; }

    /// <summary>The way through the schema to the keyword, references included, as a JSON pointer.</summary>
    public required string KeywordLocation { get; init; }

    /// <summary>Where the keyword is written: the identifier of its schema (left out when it has none), <c>#</c> and a JSON pointer.</summary>
    public required string AbsoluteKeywordLocation { get; init; }

    /// <summary>The keyword.</summary>
    public required string Keyword { get; init; }

    /// <summary>What the schema says: the value of the keyword.</summary>
    public required JsonElement Annotation { get; init; }
}
