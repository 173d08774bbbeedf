using System.Runtime.CompilerServices;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Execution;

/// <summary>
/// The engine's limits, shared by all runs: an attempt takes all that it needs at once or nothing, so that nobody holds one thing and waits for
/// another. A run that is refused stands in line with those that need the same, and is handed what it needs when its turn comes
/// (<see cref="WaitingRuns"/>): nothing polls, and nothing lies idle that somebody in line may use. Safe to use from many threads.
/// </summary>
internal sealed class EngineRoom(EngineLimits limits, WorkScheduler work)
{
    // More than one at once, so that a wide run does not ask for each task; not all, so that another that asks meanwhile gets its part.
    private const int MostAtOnce = 64;

    private readonly Lock _gate = new();
    private readonly RoomPools _pools = new(limits);
    private readonly WaitingRuns _waiting = new();
    private readonly ConditionalWeakTable<PlanGraph, RoomLines> _ofGraphs = [];
    private Completion<bool>? _idle;
    private volatile bool _closed;

    /// <summary>Whether no more attempts are to start.</summary>
    public bool IsClosed => _closed;

    /// <summary>How many attempts have room.</summary>
    public int Used
    {
        get
        {
            lock (_gate)
            {
                return _pools.Total.Used;
            }
        }
    }

    /// <summary>The lines for the tasks of a plan; runs that share a plan share them.</summary>
    public RoomLines LinesOf(PlanGraph graph)
        => _ofGraphs.GetValue(graph, graph =>
        {
            lock (_gate)
            {
                return _pools.LinesOf(graph);
            }
        });

    /// <summary>Takes what attempts need, or gets in line, to be handed it turn by turn.</summary>
    /// <param name="place">The run's place in the line.</param>
    /// <param name="wanted">For how many attempts the run has a use; at least one.</param>
    /// <returns>For how many attempts it was taken; zero puts the run in line.</returns>
    public int TakeOrWait(RoomPlace place, int wanted)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return 0;
            }

            // What those who stand in this line can't use, nobody can who needs the same.
            var most = place.Line.IsPlain ? Math.Min(wanted, MostAtOnce) : 1;
            var count = place.Line.Places.Count > 0 ? 0 : Math.Min(most, _waiting.FreeFor(place.Line));
            if (count > 0)
            {
                Take(place.Line, count);
            }
            else
            {
                place.Wanted = wanted;
                _waiting.Enter(place);
            }

            return count;
        }
    }

    /// <summary>Gets what was handed over since the last call. Who gets something is out of the line, and stands behind the others when it comes again.</summary>
    public void Collect(ReadOnlySpan<RoomPlace?> places)
    {
        lock (_gate)
        {
            foreach (var place in places)
            {
                if (place is { Handed: > 0 })
                {
                    if (place.IsInLine)
                    {
                        _waiting.Remove(place);
                    }

                    (place.Free, place.Handed) = (place.Free + place.Handed, 0);
                }
            }
        }
    }

    /// <summary>Leaves the line. What was handed over before is still there to be collected.</summary>
    public void Leave(RoomPlace place)
    {
        lock (_gate)
        {
            if (place.IsInLine)
            {
                _waiting.Remove(place);
                Serve();
            }
        }
    }

    /// <summary>Gives back what attempts took.</summary>
    public void Release(RoomLine line, int count)
    {
        lock (_gate)
        {
            GiveBack(line, count);
            Serve();
        }
    }

    /// <summary>Gives back all that a run has which no attempt has, and takes it out of all lines. For a run that asks no more.</summary>
    public void GiveUp(ReadOnlySpan<RoomPlace?> places)
    {
        lock (_gate)
        {
            foreach (var place in places)
            {
                if (place is null)
                {
                    continue;
                }

                if (place.IsInLine)
                {
                    _waiting.Remove(place);
                }

                GiveBack(place.Line, place.Handed + place.Free + place.Taken);
                (place.Handed, place.Free, place.Taken) = (0, 0, 0);
            }

            Serve();
        }
    }

    /// <summary>Grants nothing any more.</summary>
    /// <returns>Ends when all has been given back.</returns>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            _waiting.Clear();
            _idle ??= new Completion<bool>(work);
            TellWhenIdle();
            return _idle.Task;
        }
    }

    /// <summary>How the limits stand, the engine's own first.</summary>
    public IReadOnlyList<RoomUse> Describe()
    {
        lock (_gate)
        {
            return [.. _pools.All.Select(pool => new RoomUse(pool.Kind, pool.Name, pool.Used, pool.Capacity, _waiting.Waiting(pool)))];
        }
    }

    /// <summary>Why a run waits in a line: what there is too little of, and how many stand before it.</summary>
    public string ReasonOf(RoomPlace place)
    {
        lock (_gate)
        {
            var missing = place.Line.Needs.Where(need => _waiting.FreeFor(place.Line, need.Pool) < need.Weight);
            return RoomReasons.Of([.. missing], place.IsInLine ? place.Line.Places.TakeWhile(other => other != place).Count() : 0);
        }
    }

    private void Take(RoomLine line, int count)
    {
        foreach (var need in line.Needs)
        {
            need.Pool.Used += need.Weight * count;
            if (need.Pool.CanBeKept)
            {
                _waiting.Passed(need.Pool, line, count);
            }
        }
    }

    private void GiveBack(RoomLine line, int count)
    {
        if (count > 0)
        {
            foreach (var need in line.Needs)
            {
                need.Pool.Used -= need.Weight * count;
            }

            TellWhenIdle();
        }
    }

    private void TellWhenIdle()
    {
        if (_pools.Total.Used == 0)
        {
            _idle?.TrySetResult(true);
        }
    }

    // After whatever gives room to anybody: nobody is left in line who could be served.
    private void Serve()
    {
        while (!_waiting.IsEmpty && _pools.Total.Used < _pools.Total.Capacity && _waiting.NextTurn() is { } place)
        {
            Take(place.Line, 1);
            if (place.Handed++ == 0)
            {
                place.Run.Wake();
            }
        }
    }
}

/// <summary>How a limit stands.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Name">Of which plan, agent or resource; null for the engine's own.</param>
/// <param name="Used">How much is taken.</param>
/// <param name="Capacity">How much there is.</param>
/// <param name="Waiting">How many runs wait for it; one that waits for several kinds of work counts for each.</param>
internal readonly record struct RoomUse(RoomKind Kind, string? Name, int Used, int Capacity, int Waiting);
