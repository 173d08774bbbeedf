using System.Diagnostics.CodeAnalysis;

namespace OrchestrationEngine.Schemas;

/// <summary>How much a problem of a schema matters.</summary>
public enum SchemaSeverity
{
    /// <summary>The schema can't be used.</summary>
    Error,

    /// <summary>The schema can be used, but probably doesn't say what was meant.</summary>
    Warning,
}

/// <summary>One thing that is wrong with a schema, and where.</summary>
public sealed record SchemaProblem
{
    /// <summary>How much it matters.</summary>
    public required SchemaSeverity Severity { get; init; }

    /// <summary>The place, as a JSON pointer into the document: <c>/properties/name/minLength</c>. The empty string is the whole document.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "JSON pointer is the name of the thing (RFC 6901).")]
    public required string Pointer { get; init; }

    /// <summary>What is wrong and what was expected, in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The identifier of the document, or null when it is the one that was given to be compiled and has none.</summary>
    public string? Document { get; init; }

    /// <summary>The known name that was probably meant, or null when none is near.</summary>
    public string? Nearest { get; init; }

    /// <summary>The place and the message on one line.</summary>
    public override string ToString()
    {
        var place = Document is null ? Pointer : $"{Document}#{Pointer}";
        var text = place.Length == 0 ? Message : $"{place}: {Message}";
        return Nearest is null ? text : $"{text} Did you mean '{Nearest}'?";
    }
}
