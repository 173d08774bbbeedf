namespace OrchestrationEngine.Expressions;

/// <summary>What a condition that was written loosely was taken to mean. Immutable.</summary>
public sealed class LooseReading
{
    internal LooseReading(string text, ConditionExpression condition, IReadOnlyList<string> assumptions, IReadOnlyList<string> after)
    {
        Text = text;
        Condition = condition;
        Assumptions = assumptions;
        After = after;
    }

    /// <summary>The text as its author wrote it.</summary>
    public string Text { get; }

    /// <summary>The condition, written out in the exact language.</summary>
    public ConditionExpression Condition { get; }

    /// <summary>What was assumed, a sentence each, in the order of the text; empty when the text was exact.</summary>
    public IReadOnlyList<string> Assumptions { get; }

    /// <summary>
    /// What must have been completed first, by name, where the text said <c>after_NAME_complete</c>. That is an order and no condition, so
    /// <see cref="Condition"/> does not ask for it.
    /// </summary>
    public IReadOnlyList<string> After { get; }
}
