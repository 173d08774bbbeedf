using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace OrchestrationEngine.StateMachines;

/// <summary>
/// A lifecycle as data: which trigger leads from which state to which. It holds no current state and no delegates, so one table serves
/// every thing of its kind, from any thread. Firing is an array look-up and allocates nothing.
/// </summary>
/// <typeparam name="TState">The states.</typeparam>
/// <typeparam name="TTrigger">The triggers.</typeparam>
public sealed class TransitionTable<TState, TTrigger>
    where TState : struct, Enum
    where TTrigger : struct, Enum
{
    private readonly Cell[] _cells;
    private readonly uint _stateCount;
    private readonly uint _triggerCount;
    private readonly IReadOnlyList<TTrigger>[] _permittedTriggers;
    private readonly bool[] _terminal;

    internal TransitionTable(string name, TState initial, Transition<TState, TTrigger>[] rows, IReadOnlySet<TState> terminal)
    {
        var states = DenseEnum<TState>.DistinctValues();
        Name = name;
        Initial = initial;
        Transitions = Array.AsReadOnly(rows);
        _stateCount = (uint)states.Length;
        _triggerCount = (uint)DenseEnum<TTrigger>.DistinctValues().Length;
        _cells = new Cell[_stateCount * _triggerCount];
        foreach (var row in rows)
        {
            var outcome = row.IgnoredBecause is null ? Outcome.Moves : Outcome.Ignored;
            _cells[(DenseEnum<TState>.IndexOf(row.From) * _triggerCount) + DenseEnum<TTrigger>.IndexOf(row.Trigger)] = new(row.To, outcome);
        }

        _permittedTriggers = [.. states.Select(s => Array.AsReadOnly(rows.Where(r => r.From.Equals(s)).Select(r => r.Trigger).ToArray()))];
        _terminal = [.. states.Select(s => terminal.Contains(s) || !rows.Any(r => r.From.Equals(s) && r.IgnoredBecause is null))];
    }

    private enum Outcome : byte
    {
        Refused,
        Moves,
        Ignored,
    }

    /// <summary>The kind of thing that has this lifecycle, as errors name it: <c>Task</c>.</summary>
    public string Name { get; }

    /// <summary>The state in which such a thing begins.</summary>
    public TState Initial { get; }

    /// <summary>All rows, in the order in which they were declared.</summary>
    public IReadOnlyList<Transition<TState, TTrigger>> Transitions { get; }

    /// <summary>Gives the state that follows, or refuses.</summary>
    /// <param name="subject">The id of the thing, for the error; it is not looked at otherwise.</param>
    /// <param name="state">The state in which it is.</param>
    /// <param name="trigger">What happens to it.</param>
    /// <returns>The state that follows; <paramref name="state"/> itself when the table ignores the trigger there.</returns>
    /// <exception cref="IllegalTransitionException">The state does not permit the trigger.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The state or the trigger is not a member of its enum.</exception>
    public TState Fire(string subject, TState state, TTrigger trigger)
    {
        ref readonly var cell = ref CellOf(state, trigger);
        if (cell.Outcome == Outcome.Refused)
        {
            ThrowIllegal(subject, state, trigger);
        }

        return cell.To;
    }

    /// <summary>Gives the state that follows, if the trigger is permitted.</summary>
    /// <param name="state">The state in which the thing is.</param>
    /// <param name="trigger">What happens to it.</param>
    /// <param name="next">The state that follows; <paramref name="state"/> itself when the trigger is refused or ignored.</param>
    /// <returns>Whether the state permits the trigger.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The state or the trigger is not a member of its enum.</exception>
    public bool TryFire(TState state, TTrigger trigger, out TState next)
    {
        ref readonly var cell = ref CellOf(state, trigger);
        var permitted = cell.Outcome != Outcome.Refused;
        next = permitted ? cell.To : state;
        return permitted;
    }

    /// <summary>Whether the state permits the trigger. An ignored trigger is permitted.</summary>
    /// <param name="state">The state in which the thing is.</param>
    /// <param name="trigger">What would happen to it.</param>
    /// <returns>Whether <see cref="Fire"/> would not throw.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The state or the trigger is not a member of its enum.</exception>
    public bool CanFire(TState state, TTrigger trigger) => CellOf(state, trigger).Outcome != Outcome.Refused;

    /// <summary>Whether the table says that the trigger does nothing in this state.</summary>
    /// <param name="state">The state in which the thing is.</param>
    /// <param name="trigger">What would happen to it.</param>
    /// <returns>True for a row made by <see cref="TransitionTableBuilder{TState,TTrigger}.Ignore"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The state or the trigger is not a member of its enum.</exception>
    public bool IsIgnored(TState state, TTrigger trigger) => CellOf(state, trigger).Outcome == Outcome.Ignored;

    /// <summary>Whether the state is an end: declared terminal, or without a transition out of it.</summary>
    /// <param name="state">The state.</param>
    /// <returns>Whether the state is terminal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The state is not a member of its enum.</exception>
    public bool IsTerminal(TState state) => _terminal[StateIndex(state)];

    /// <summary>The triggers that a state permits, ignored ones included, in the order of the rows. Computed once.</summary>
    /// <param name="state">The state.</param>
    /// <returns>The triggers for which <see cref="CanFire"/> is true.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The state is not a member of its enum.</exception>
    public IReadOnlyList<TTrigger> PermittedTriggers(TState state) => _permittedTriggers[StateIndex(state)];

    /// <summary>Draws the table as a Mermaid state diagram, with <c>\n</c> line ends.</summary>
    /// <returns>The text of a <c>stateDiagram-v2</c>.</returns>
    public string ToMermaid() => TransitionTableDrawing.ToMermaid(this);

    /// <summary>Draws the table as a Graphviz graph, with <c>\n</c> line ends.</summary>
    /// <returns>The text of a <c>digraph</c>.</returns>
    public string ToDot() => TransitionTableDrawing.ToDot(this);

    [DoesNotReturn]
    private static void ThrowUndefined(TState state, TTrigger trigger)
    {
        if (!Enum.IsDefined(state))
        {
            throw new ArgumentOutOfRangeException(nameof(state), state, $"Not a member of {typeof(TState).Name}.");
        }

        throw new ArgumentOutOfRangeException(nameof(trigger), trigger, $"Not a member of {typeof(TTrigger).Name}.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref readonly Cell CellOf(TState state, TTrigger trigger)
    {
        var row = DenseEnum<TState>.IndexOf(state);
        var column = DenseEnum<TTrigger>.IndexOf(trigger);
        if (row >= _stateCount || column >= _triggerCount)
        {
            ThrowUndefined(state, trigger);
        }

        return ref _cells[(row * _triggerCount) + column];
    }

    private uint StateIndex(TState state)
    {
        var index = DenseEnum<TState>.IndexOf(state);
        return index < _stateCount
            ? index
            : throw new ArgumentOutOfRangeException(nameof(state), state, $"Not a member of {typeof(TState).Name}.");
    }

    [DoesNotReturn]
    private void ThrowIllegal(string subject, TState state, TTrigger trigger) =>
        throw new IllegalTransitionException(Name, subject, $"{state}", $"{trigger}", [.. PermittedTriggers(state).Select(t => $"{t}")]);

    private readonly record struct Cell(TState To, Outcome Outcome);
}
