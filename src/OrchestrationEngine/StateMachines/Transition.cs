namespace OrchestrationEngine.StateMachines;

/// <summary>One row of a <see cref="TransitionTable{TState,TTrigger}"/>.</summary>
/// <typeparam name="TState">The states.</typeparam>
/// <typeparam name="TTrigger">The triggers.</typeparam>
/// <param name="From">The state in which the trigger is taken.</param>
/// <param name="Trigger">The trigger.</param>
/// <param name="To">The state that follows; equal to <paramref name="From"/> when the trigger is ignored.</param>
/// <param name="IgnoredBecause">Why the trigger does nothing in this state, or null when it is a transition.</param>
public readonly record struct Transition<TState, TTrigger>(TState From, TTrigger Trigger, TState To, string? IgnoredBecause)
    where TState : struct, Enum
    where TTrigger : struct, Enum;
