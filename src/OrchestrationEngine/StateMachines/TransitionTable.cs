namespace OrchestrationEngine.StateMachines;

/// <summary>Begins a <see cref="TransitionTable{TState,TTrigger}"/>.</summary>
public static class TransitionTable
{
    /// <summary>Begins a table over two enums, whose values must be 0, 1, 2, ... without gaps.</summary>
    /// <typeparam name="TState">The states.</typeparam>
    /// <typeparam name="TTrigger">The triggers.</typeparam>
    /// <param name="name">The kind of thing that has this lifecycle, as errors name it: <c>Task</c>.</param>
    /// <param name="initial">The state in which such a thing begins.</param>
    /// <returns>A builder, to be configured and built once, usually into a static field.</returns>
    public static TransitionTableBuilder<TState, TTrigger> For<TState, TTrigger>(string name, TState initial)
        where TState : struct, Enum
        where TTrigger : struct, Enum
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new(name, initial);
    }
}
