namespace OrchestrationEngine.Schemas;

/// <summary>One thing in which a value breaks its schema.</summary>
public sealed record SchemaViolation
{
    /// <summary>The place in the value, as a JSON pointer. The empty string is the whole value.</summary>
    public required string InstanceLocation { get; init; }

    /// <summary>The way through the schema to the keyword, references included, as a JSON pointer: <c>/properties/a/$ref/minLength</c>.</summary>
    public required string KeywordLocation { get; init; }

    /// <summary>Where the keyword is written: the identifier of its schema (left out when it has none), <c>#</c> and a JSON pointer.</summary>
    public required string AbsoluteKeywordLocation { get; init; }

    /// <summary>The keyword that is broken, or the empty string when the schema is <c>false</c> or a limit was reached.</summary>
    public required string Keyword { get; init; }

    /// <summary>What was expected and what was found, for the one who has to mend it.</summary>
    public required string Message { get; init; }

    /// <summary>The place and the message on one line.</summary>
    public override string ToString() => InstanceLocation.Length == 0 ? Message : $"{InstanceLocation}: {Message}";
}
