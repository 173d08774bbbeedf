using System.Diagnostics.CodeAnalysis;

namespace OrchestrationEngine.Runs;

/// <summary>Whether a run can go on by another version of its plan.</summary>
public sealed record MoveVerdict
{
    /// <summary>Whether it can.</summary>
    public required MoveOutcome Outcome { get; init; }

    /// <summary>Everything that speaks against it, and what is worth knowing about it; empty when there is nothing to say.</summary>
    public IReadOnlyList<MoveReason> Reasons { get; init; } = [];

    /// <summary>The verdict and its reasons, a line for each.</summary>
    public override string ToString() => string.Join('\n', [Outcome.ToString(), .. Reasons.Select(reason => "  " + reason)]);
}

/// <summary>Whether a run can go on by another version of its plan.</summary>
public enum MoveOutcome
{
    /// <summary>It can. There may be notes.</summary>
    Safe,

    /// <summary>It can't as it is asked for: something that has started is not in the new plan under its old name. Say what it is called there.</summary>
    NeedsMapping,

    /// <summary>It can't.</summary>
    Impossible,
}

/// <summary>One thing about a run that is to go on by another version of its plan.</summary>
/// <param name="Outcome">What it means: <see cref="MoveOutcome.Safe"/> for a mere note.</param>
/// <param name="Pointer">The place in the new plan, as a JSON pointer; for what the new plan does not have, the empty string.</param>
/// <param name="Subject">The phase, task or input that it is about; null for the plan or the run as a whole.</param>
/// <param name="Message">What it is, in a sentence.</param>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "JSON pointer is the name of the thing (RFC 6901).")]
public sealed record MoveReason(MoveOutcome Outcome, string Pointer, string? Subject, string Message)
{
    /// <summary>What it means, the place and the message on one line.</summary>
    public override string ToString()
    {
        var kind = Outcome switch { MoveOutcome.Safe => "note", MoveOutcome.NeedsMapping => "needs mapping", _ => "impossible" };
        return Pointer.Length == 0 ? $"{kind}: {Message}" : $"{kind}: {Pointer}: {Message}";
    }
}
