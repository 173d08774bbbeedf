namespace OrchestrationEngine.Runs;

/// <summary>
/// One step of a run: commands are decided one after the other, each on the state that the one before it left, then what follows
/// is decided until nothing does. All facts of a step are stored together or not at all.
/// </summary>
/// <remarks>The state runs ahead of the store between <see cref="Decide"/> and the append: whoever fails to append must drop it.</remarks>
internal sealed class RunStep(RunState state)
{
    private readonly List<RunEvent> _facts = [];
    private RecordedEvent[] _recorded = new RecordedEvent[8];
    private int _count;

    /// <summary>The facts so far, numbered.</summary>
    public ReadOnlyMemory<RecordedEvent> Recorded => _recorded.AsMemory(0, _count);

    /// <summary>What other runs are to be told with these facts; null for nothing. It may be something where there are no facts.</summary>
    public IReadOnlyList<RunMessage>? Messages => Outbox.Of(state, Recorded.Span, state.Agenda.ChildrenCreated);

    /// <summary>Forgets the facts, once they are stored.</summary>
    public void Clear()
    {
        // The buffer is kept, the facts must not be.
        Array.Clear(_recorded, 0, _count);
        _count = 0;
    }

    /// <summary>Decides a command.</summary>
    /// <returns>Why it is refused, or null.</returns>
    public string? Decide(RunCommand command, DateTimeOffset now)
    {
        string? refusal;
        state.Now = now;
        do
        {
            _facts.Clear();
            var proposed = HandoffOutcomes.ProposalOf(state, command);
            refusal = RunDecider.Decide(state, command, now, _facts);
            foreach (var fact in _facts)
            {
                Record(fact, now);
            }

            // What an agent would have changed of the plan is judged when its task is done, and stored with that.
            if (proposed is { } proposal && _facts.Exists(static fact => fact is AttemptSucceeded or TaskSucceeded))
            {
                Decide(proposal, now);
            }
        }
        while (command is RunCommand.Tick && IsDue(now)); // One thing at a time: what was due second may be so no longer.

        return refusal;
    }

    /// <summary>Whether something has come due.</summary>
    public bool IsDue(DateTimeOffset now) => !state.IsTerminal && state.Agenda.Due.Next(state) <= now.UtcTicks;

    /// <summary>Decides what follows, until nothing does; attempts start as far as the engine lets them (<see cref="RunState.Engine"/>).</summary>
    public void Advance(DateTimeOffset now)
    {
        state.Now = now;
        while (RunConsequences.Next(state) is { } fact)
        {
            Record(fact, now);
        }
    }

    private void Record(RunEvent fact, DateTimeOffset now)
    {
        var recorded = new RecordedEvent(state.Version + 1, now, fact);
        RunFold.Apply(state, recorded);
        if (_count == _recorded.Length)
        {
            Array.Resize(ref _recorded, _count * 2);
        }

        _recorded[_count++] = recorded;
    }
}
