using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Why an attempt, a task, a phase or a run failed.</summary>
/// <param name="Class">The kind of failure.</param>
/// <param name="Message">What was wrong, for the person who must act. At most <see cref="MaxMessageLength"/> characters; never a secret.</param>
public sealed record Failure(FailureClass Class, string Message)
{
    /// <summary>The longest message kept; the rest is cut.</summary>
    public const int MaxMessageLength = 4096;

    /// <summary>Makes a failure whose message is cut to what is kept.</summary>
    internal static Failure Of(FailureClass kind, string? message)
    {
        var text = string.IsNullOrWhiteSpace(message) ? "No reason was given." : message;
        if (text.Length <= MaxMessageLength)
        {
            return new Failure(kind, text);
        }

        // Not between the two halves of one character.
        var kept = MaxMessageLength - (char.IsHighSurrogate(text[MaxMessageLength - 2]) ? 2 : 1);
        return new Failure(kind, string.Concat(text.AsSpan(0, kept), "…"));
    }
}
