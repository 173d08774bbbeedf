using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>The facts of a walk and the states that were kept on the way, as a store has them.</summary>
internal sealed class WalkJournal(PlanGraph graph, TimeSpan grace, bool throughJson)
{
    private static readonly RunId Id = new("walk");

    private readonly List<RecordedEvent> _facts = [];
    private readonly List<(int Version, ReadOnlyMemory<byte> Content)> _kept = [];

    public IReadOnlyList<RecordedEvent> Facts => _facts;

    /// <summary>Adds a fact.</summary>
    /// <returns>The fact as it is read back.</returns>
    public RecordedEvent Add(in RecordedEvent recorded)
    {
        _facts.Add(throughJson ? recorded with { Event = FactText.ThroughJson(recorded.Event) } : recorded);
        return _facts[^1];
    }

    public void Keep(RunState state) => _kept.Add((_facts.Count, RunStateCodec.Encode(state)!.Value));

    public RunState Begin() => RunFold.Begin(Id, _facts[0], graph, grace);

    public RunState Fold() => FoldRest(Begin());

    /// <summary>Folds the facts, and some that are not in the journal yet.</summary>
    public RunState Fold(ReadOnlyMemory<RecordedEvent> further)
    {
        var state = Fold();
        foreach (var recorded in further.Span)
        {
            RunFold.Apply(state, recorded);
        }

        return state;
    }

    /// <summary>Any of the states that were kept after a step, and the facts since.</summary>
    public RunState FromKept(Random random)
    {
        var (version, content) = _kept[random.Next(_kept.Count)];
        var state = RunStateCodec.Decode(Id, _facts[0], graph, grace, content, out var problem);
        Assert.True(state is not null, problem);
        Assert.Equal(version, state.Version);
        return FoldRest(state);
    }

    private RunState FoldRest(RunState state)
    {
        for (var i = (int)state.Version; i < _facts.Count; i++)
        {
            RunFold.Apply(state, _facts[i]);
        }

        return state;
    }
}
