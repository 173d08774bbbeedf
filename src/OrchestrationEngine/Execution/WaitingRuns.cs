namespace OrchestrationEngine.Execution;

/// <summary>Who waits for room in the engine, and whose turn it is. For the <see cref="EngineRoom"/> alone, under its lock.</summary>
/// <remarks>
/// Whoever waits longest comes first, and stands behind the others again after a turn. A step of priority is worth <see cref="TurnsOfAStep"/> turns
/// of waiting, so that a higher priority goes first and a lower one gets its turn all the same. What the first in a line can't use goes to those
/// who can, but only <see cref="MostPassing"/> times: then what the line needs of agents and resources is kept for it as it comes back.
/// </remarks>
internal sealed class WaitingRuns
{
    /// <summary>How many turns of others a step of priority is worth.</summary>
    public const int TurnsOfAStep = 16;

    /// <summary>How many others may take of what a line waits for before it is kept for the line.</summary>
    public const int MostPassing = 16;

    // A run that has been handed so much must look before it is handed more: its loop may be waiting for the store.
    private const int MostHanded = 8;

    // The lines in which somebody stands; and those of them for which something is kept, in the order in which that began.
    private readonly List<RoomLine> _lines = [];
    private readonly List<RoomLine> _kept = [];
    private long _turn;
    private long _lastTicket;

    public bool IsEmpty => _lines.Count == 0;

    /// <summary>For how many attempts there is room now that need what a line needs. Those who stand in the line are not looked at.</summary>
    public int FreeFor(RoomLine line)
    {
        var most = long.MaxValue;
        foreach (var need in line.Needs)
        {
            most = Math.Min(most, FreeFor(line, need.Pool) / need.Weight);
        }

        return (int)Math.Clamp(most, 0, int.MaxValue);
    }

    /// <summary>How much of a limit there is for a line; below zero where more is kept for others.</summary>
    public long FreeFor(RoomLine line, RoomPool pool)
    {
        long free = pool.Capacity - pool.Used;
        if (_kept.Count > 0 && pool.CanBeKept)
        {
            // Those for whom something is kept respect only who came to it before them, so that one of them is always the next.
            foreach (var other in _kept)
            {
                if (other == line)
                {
                    break;
                }

                free -= other.WeightOf(pool);
            }
        }

        return free;
    }

    /// <summary>How many runs wait for a limit; one that stands in several lines counts for each.</summary>
    public int Waiting(RoomPool pool) => pool.Lines.Where(line => FreeFor(line, pool) < line.WeightOf(pool)).Sum(line => line.Places.Count);

    /// <summary>Others have taken of a limit that these wait for.</summary>
    public void Passed(RoomPool pool, RoomLine by, int count)
    {
        foreach (var line in pool.Lines)
        {
            if (line != by && !line.IsKept && (line.Passed += count) >= MostPassing)
            {
                line.IsKept = true;
                _kept.Add(line);
            }
        }
    }

    /// <summary>Puts a run in a line.</summary>
    public void Enter(RoomPlace place)
    {
        if (place.Run.Lines++ == 0)
        {
            place.Run.ServedAt = _turn;
        }

        place.IsInLine = true;
        if (place.Line.Places.Count == 0)
        {
            _lines.Add(place.Line);
            foreach (var need in place.Line.Needs)
            {
                need.Pool.Lines.Add(place.Line);
            }
        }

        Stand(place);
    }

    /// <summary>Takes a run out of its line.</summary>
    public void Remove(RoomPlace place)
    {
        place.Run.Lines--;
        place.IsInLine = false;
        place.Line.Places.Remove(place);
        if (place.Line.Places.Count == 0)
        {
            NoLongerPassed(place.Line);
            _lines.Remove(place.Line);
            foreach (var need in place.Line.Needs)
            {
                need.Pool.Lines.Remove(place.Line);
            }
        }
    }

    /// <summary>Gives the run its turn that stands first of those for whom there is room. It stands behind the others again, or leaves when it has enough for now.</summary>
    /// <returns>Its place, or null when there is room for none. What it needs is to be taken and handed to it.</returns>
    public RoomPlace? NextTurn()
    {
        if (NextLine() is not { } line)
        {
            return null;
        }

        var place = line.Places.Min!;
        NoLongerPassed(line);
        place.Run.ServedAt = ++_turn;
        if (place.Handed + 1 < Math.Min(place.Wanted, MostHanded))
        {
            line.Places.Remove(place);
            Stand(place);
        }
        else
        {
            Remove(place);
        }

        return place;
    }

    /// <summary>Takes all out of their lines.</summary>
    public void Clear()
    {
        while (_lines.Count > 0)
        {
            Remove(_lines[^1].Places.Min!);
        }
    }

    private void Stand(RoomPlace place)
    {
        place.Turn = _turn - place.Advantage;
        place.Ticket = ++_lastTicket;
        place.Line.Places.Add(place);
    }

    // A line for which something is kept comes first, so that what is kept lies idle no longer than it must.
    private RoomLine? NextLine()
    {
        foreach (var line in _kept)
        {
            if (FreeFor(line) > 0)
            {
                return line;
            }
        }

        RoomLine? best = null;
        RoomPlace? first = null;
        foreach (var line in _lines)
        {
            if (!line.IsKept && line.Places.Min is { } place && (first is null || ComesBefore(place, first)) && FreeFor(line) > 0)
            {
                (best, first) = (line, place);
            }
        }

        return best;
    }

    // A run that stands in many lines has no more turns than one that stands in one.
    private static bool ComesBefore(RoomPlace one, RoomPlace other)
        => one.TurnOfRun != other.TurnOfRun ? one.TurnOfRun < other.TurnOfRun : RoomPlace.ByTurn.Compare(one, other) < 0;

    private void NoLongerPassed(RoomLine line)
    {
        line.Passed = 0;
        if (line.IsKept)
        {
            line.IsKept = false;
            _kept.Remove(line);
        }
    }
}
