using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace OrchestrationEngine.Plans;

/// <summary>One thing that is wrong with a plan, and where.</summary>
public sealed record PlanProblem
{
    /// <summary>The place, as a JSON pointer into the plan: <c>/phases/2/tasks/0/agent</c>. The empty string is the whole plan.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "JSON pointer is the name of the thing (RFC 6901).")]
    public required string Pointer { get; init; }

    /// <summary>Which kind of problem it is: a code of <see cref="PlanProblemKinds"/>, such as <c>OE1303</c>.</summary>
    public string Code
    {
        get => field ?? PlanProblemKinds.Other.Code;
        init;
    }

    /// <summary>Whether it keeps the plan from running. The default is <see cref="PlanProblemSeverity.Error"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PlanProblemSeverity Severity { get; init; }

    /// <summary>What is wrong and what was expected, in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The offending name or value, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The nearest name that is known, or null when none is near.</summary>
    public string? Nearest { get; init; }

    /// <summary>The line in the file, from 1, or null when the plan was not read from a file.</summary>
    public long? Line { get; init; }

    /// <summary>The byte in the line, from 1, or null when the plan was not read from a file.</summary>
    public long? Column { get; init; }

    /// <summary>The place and the message on one line.</summary>
    public override string ToString()
    {
        var place = Line is null ? Pointer : $"{Pointer} (line {Line}, column {Column})";
        var text = place.Length == 0 ? Message : $"{place}: {Message}";
        return Nearest is null ? text : $"{text} Did you mean '{Nearest}'?";
    }
}
