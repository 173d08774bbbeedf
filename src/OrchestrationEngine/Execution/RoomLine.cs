namespace OrchestrationEngine.Execution;

/// <summary>The runs that wait for the same: the first of them is the only one that need be looked at. Changed by the <see cref="EngineRoom"/> alone, under its lock.</summary>
internal sealed class RoomLine(RoomNeed[] needs)
{
    /// <summary>All that an attempt takes, room in the engine first.</summary>
    public RoomNeed[] Needs => needs;

    /// <summary>Whether nothing but room for attempts is needed, which may be taken for many at once and given back.</summary>
    public bool IsPlain { get; } = !needs.Any(need => need.Pool.CanBeKept);

    /// <summary>Who waits, in the order of their turns.</summary>
    public SortedSet<RoomPlace> Places { get; } = new(RoomPlace.ByTurn);

    /// <summary>How many others have taken of what it needs while somebody stood in it, since the last of them had a turn.</summary>
    public int Passed { get; set; }

    /// <summary>Whether what it needs is kept for it as it comes back.</summary>
    public bool IsKept { get; set; }

    /// <summary>How much an attempt takes of a limit.</summary>
    public int WeightOf(RoomPool pool)
    {
        var weight = 0;
        foreach (var need in needs)
        {
            weight += need.Pool == pool ? need.Weight : 0;
        }

        return weight;
    }
}
