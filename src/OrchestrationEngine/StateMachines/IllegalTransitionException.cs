namespace OrchestrationEngine.StateMachines;

/// <summary>A trigger was fired in a state that does not permit it. Nothing has changed.</summary>
public sealed class IllegalTransitionException : OrchestrationException
{
    internal IllegalTransitionException(string table, string subject, string state, string trigger, IReadOnlyList<string> permittedTriggers)
        : base($"{table} '{subject}' is {state}; it cannot take '{trigger}'. {Permitted(state, permittedTriggers)}")
    {
        Table = table;
        Subject = subject;
        State = state;
        Trigger = trigger;
        PermittedTriggers = permittedTriggers;
    }

    /// <summary>The name of the table, which is the kind of thing that was asked: <c>Task</c>.</summary>
    public string Table { get; }

    /// <summary>The thing that was asked, by its id.</summary>
    public string Subject { get; }

    /// <summary>The state in which it is and stays.</summary>
    public string State { get; }

    /// <summary>The trigger that was refused.</summary>
    public string Trigger { get; }

    /// <summary>The triggers that <see cref="State"/> permits, in the order of the table's rows.</summary>
    public IReadOnlyList<string> PermittedTriggers { get; }

    private static string Permitted(string state, IReadOnlyList<string> triggers) =>
        triggers.Count == 0 ? $"From {state} it can take nothing." : $"From {state} it can take: {string.Join(", ", triggers)}.";
}
