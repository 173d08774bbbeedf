namespace OrchestrationEngine.StateMachines;

/// <summary>Collects the rows of a <see cref="TransitionTable{TState,TTrigger}"/>. Not thread-safe; the table that it builds is.</summary>
/// <typeparam name="TState">The states.</typeparam>
/// <typeparam name="TTrigger">The triggers.</typeparam>
public sealed class TransitionTableBuilder<TState, TTrigger>
    where TState : struct, Enum
    where TTrigger : struct, Enum
{
    private readonly string _name;
    private readonly TState _initial;
    private readonly List<Transition<TState, TTrigger>> _rows = [];
    private readonly HashSet<TState> _terminal = [];
    private readonly List<string> _problems = [];

    internal TransitionTableBuilder(string name, TState initial)
    {
        _name = name;
        _initial = initial;
    }

    /// <summary>Permits a trigger in one or more states.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="to">The state that it leads to.</param>
    /// <param name="from">The states in which it may be fired.</param>
    /// <returns>This builder.</returns>
    public TransitionTableBuilder<TState, TTrigger> Permit(TTrigger trigger, TState to, params ReadOnlySpan<TState> from)
    {
        RefuseNoSource("Permit", trigger, from);
        foreach (var state in from)
        {
            _rows.Add(new(state, trigger, to, null));
        }

        return this;
    }

    /// <summary>Makes it a decision that a trigger does nothing in one or more states. Firing it is legal and leaves the state as it is.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="because">Why nothing happens; it is shown in drawings.</param>
    /// <param name="from">The states in which it does nothing.</param>
    /// <returns>This builder.</returns>
    public TransitionTableBuilder<TState, TTrigger> Ignore(TTrigger trigger, string because, params ReadOnlySpan<TState> from)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        RefuseNoSource("Ignore", trigger, from);
        foreach (var state in from)
        {
            _rows.Add(new(state, trigger, state, because));
        }

        return this;
    }

    /// <summary>
    /// Declares states as terminal although a trigger leads out of them (a reopened task). States without a way out are terminal anyway.
    /// </summary>
    /// <param name="states">The terminal states.</param>
    /// <returns>This builder.</returns>
    public TransitionTableBuilder<TState, TTrigger> Terminal(params ReadOnlySpan<TState> states)
    {
        foreach (var state in states)
        {
            _terminal.Add(state);
        }

        return this;
    }

    /// <summary>Checks the rows and makes the table.</summary>
    /// <returns>The table, immutable and safe to share between threads.</returns>
    /// <exception cref="InvalidOperationException">
    /// The table is wrong: a trigger is declared twice in one state, a state cannot be reached, or an enum has gaps. The message lists every problem.
    /// </exception>
    public TransitionTable<TState, TTrigger> Build()
    {
        string[] problems = [.. _problems, .. EnumProblems(), .. DuplicateRows(), .. UnreachableStates()];
        if (problems.Length > 0)
        {
            throw new InvalidOperationException($"The transition table '{_name}' cannot be built:{string.Concat(problems.Select(p => $"\n- {p}"))}");
        }

        return new(_name, _initial, [.. _rows], _terminal);
    }

    private void RefuseNoSource(string row, TTrigger trigger, ReadOnlySpan<TState> from)
    {
        if (from.IsEmpty)
        {
            _problems.Add($"{row} of '{trigger}' names no state in which it is taken.");
        }
    }

    private IEnumerable<string> EnumProblems()
    {
        if (!DenseEnum<TState>.IsDense())
        {
            yield return $"The states of {typeof(TState).Name} must have the values 0, 1, 2, ... without gaps.";
        }

        if (!DenseEnum<TTrigger>.IsDense())
        {
            yield return $"The triggers of {typeof(TTrigger).Name} must have the values 0, 1, 2, ... without gaps.";
        }

        var states = _rows.SelectMany(row => new[] { row.From, row.To }).Concat(_terminal).Prepend(_initial);
        foreach (var state in states.Distinct().Where(state => !Enum.IsDefined(state)))
        {
            yield return $"The value {state} is not a member of {typeof(TState).Name}.";
        }

        foreach (var trigger in _rows.Select(row => row.Trigger).Distinct().Where(trigger => !Enum.IsDefined(trigger)))
        {
            yield return $"The value {trigger} is not a member of {typeof(TTrigger).Name}.";
        }
    }

    private IEnumerable<string> DuplicateRows() =>
        from row in _rows
        group row by (row.From, row.Trigger) into cell
        where cell.Count() > 1
        let outcomes = cell.Select(row => row.IgnoredBecause is null ? $"to {row.To}" : "ignored")
        select $"In {cell.Key.From}, '{cell.Key.Trigger}' is declared {cell.Count()} times ({string.Join(", ", outcomes)}); keep one.";

    private IEnumerable<string> UnreachableStates()
    {
        var reached = new HashSet<TState> { _initial };
        var open = new Queue<TState>(reached);
        while (open.TryDequeue(out var state))
        {
            foreach (var row in _rows.Where(row => row.From.Equals(state) && reached.Add(row.To)))
            {
                open.Enqueue(row.To);
            }
        }

        return from state in DenseEnum<TState>.DistinctValues()
               where !reached.Contains(state)
               select $"{state} cannot be reached from {_initial}; permit a trigger that leads to it, or remove it.";
    }
}
