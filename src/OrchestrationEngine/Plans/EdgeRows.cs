using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Plans;

/// <summary>Edges in compressed rows by their target, filled row by row; each edge is kept once, and none from a vertex to itself. For one thread while it is filled.</summary>
internal sealed class EdgeRows
{
    private readonly int[] _starts;
    private readonly int[] _lastTarget;
    private readonly IntList _sources;
    private int _target;

    public EdgeRows(int vertices)
    {
        _starts = new int[vertices + 1];
        _lastTarget = new int[vertices];
        _lastTarget.AsSpan().Fill(-1);
        _sources = new IntList(vertices);
    }

    public int Count => _sources.Count;

    public ReadOnlySpan<int> Sources(int target) => _sources.AsSpan()[_starts[target].._starts[target + 1]];

    /// <summary>Begins the row of a target; rows come in order.</summary>
    public void Begin(int target)
    {
        _target = target;
        _lastTarget[target] = target;
    }

    /// <summary>Whether the row under way has this source.</summary>
    public bool Has(int source) => _lastTarget[source] == _target;

    public void Add(int source)
    {
        if (!Has(source))
        {
            _lastTarget[source] = _target;
            _sources.Add(source);
        }
    }

    public void End(int target) => _starts[target + 1] = _sources.Count;

    /// <summary>The same edges by their source.</summary>
    public DirectedGraph Reverse()
    {
        var targets = new int[_sources.Count];
        for (var target = 0; target + 1 < _starts.Length; target++)
        {
            targets.AsSpan(_starts[target].._starts[target + 1]).Fill(target);
        }

        return DirectedGraph.FromEdges(_lastTarget.Length, _sources.AsSpan(), targets);
    }
}
