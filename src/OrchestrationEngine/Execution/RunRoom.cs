using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// One run's share of the engine's room: what it was handed while it waited in line, and what it has taken for attempts that are decided and
/// not under way yet. Used by the run's loop; only what is said to be is for others.
/// </summary>
internal sealed class RunRoom(RunActor actor, EngineRoom engine) : RoomHolder, IAdmission
{
    private static readonly Gate Closed = new(GateKind.Engine, 0);

    private RoomLines? _lines;
    private RoomPlace?[] _places = [];
    private int _anyHanded;
    private bool _startsNone;
    private bool _isRefused;

    /// <summary>Whether the run wants more room than there was.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Has the loop look for what was handed over. Called by the engine, under its lock. Where the loop is gone, what it was handed is given back as it goes.</summary>
    public override void Wake()
    {
        // Before the post: when the loop looks, it must find it.
        Volatile.Write(ref _anyHanded, 1);
        actor.TryPost(default);
    }

    /// <summary>Decides what follows and starts attempts, as far as there is room; where there is less than the run could use, it gets in line.</summary>
    public void Advance(RunState state, RunStep step, DateTimeOffset now)
    {
        Follow(state);
        var leaves = actor.Run.IsHandedOver || state.HeldHere is not null;
        _startsNone = leaves || engine.IsClosed;
        _isRefused = false;
        state.Engine = this;
        state.Agenda.Open(state, Closed);
        step.Advance(now);
        IsWaiting = _isRefused && !leaves;
        for (var number = 0; number < _places.Length; number++)
        {
            if (_places[number] is { } place)
            {
                Settle(state, number, place);
            }
        }
    }

    /// <summary>What an attempt at a task has taken. It is the attempt's to give back from <see cref="Begun"/> on.</summary>
    public RoomLease LeaseFor(RunState state, int task) => new(engine, _lines!.All[_lines.NumberOf(state.TaskOf(task))]);

    /// <summary>The attempts are about to begin: their room is theirs to give back.</summary>
    public void Begun()
    {
        foreach (var place in _places)
        {
            if (place is not null)
            {
                place.Taken = 0;
            }
        }
    }

    /// <summary>Gives back what no attempt has. Call when the mailbox is closed, so that no more is looked for.</summary>
    public void GiveBack() => engine.GiveUp(_places);

    Gate? IAdmission.TryTake(RunState state, int task)
    {
        if (_startsNone)
        {
            _isRefused = true;
            return Closed;
        }

        var number = _lines!.NumberOf(state.TaskOf(task));
        var place = _places[number] ??= new RoomPlace(this, _lines.All[number], state.Priority);
        if (place.Free == 0)
        {
            if (!place.Waits)
            {
                // What is taken too much is given back at the end of the step.
                place.Free = engine.TakeOrWait(place, Math.Min(state.OwnRoom, state.Agenda.CountLikeFirst()));
                place.Waits = place.Free == 0;
            }

            if (place.Waits)
            {
                return new Gate(GateKind.EngineRoom, number);
            }
        }

        place.Free--;
        place.Taken++;
        return null;
    }

    string IAdmission.Reason(Gate gate) => gate.Kind switch
    {
        GateKind.EngineRoom when _places[gate.Index] is { } place => engine.ReasonOf(place),
        _ when engine.IsClosed => "this node is on its way down and starts no attempts. Another goes on with the run.",
        _ => "the run goes on at another node as soon as none of its attempts is under way here.",
    };

    // Gets what was handed over, and has the tasks looked at that waited for it.
    private void Follow(RunState state)
    {
        if (_lines?.Graph != state.Graph)
        {
            GiveBack();
            _lines = engine.LinesOf(state.Graph);
            _places = new RoomPlace?[_lines.All.Count];
        }

        if (Volatile.Read(ref _anyHanded) == 0)
        {
            return;
        }

        Volatile.Write(ref _anyHanded, 0);
        engine.Collect(_places);
        for (var number = 0; number < _places.Length; number++)
        {
            if (_places[number] is { Free: > 0, Waits: true } place)
            {
                StopWaiting(state, number, place);
            }
        }
    }

    // Nobody keeps what he has no use for, nor stands in a line for it.
    private void Settle(RunState state, int number, RoomPlace place)
    {
        if (place.Free > 0)
        {
            engine.Release(place.Line, place.Free);
            place.Free = 0;
        }

        if (!place.Waits)
        {
            return;
        }

        if (!_startsNone && state.StartsAttempts && state.Agenda.HoldsBack(state, new Gate(GateKind.EngineRoom, number)))
        {
            IsWaiting = true;
            return;
        }

        // It must come out of the line with its tasks asked for again: else nobody would wake it for them.
        engine.Leave(place);
        StopWaiting(state, number, place);
    }

    private static void StopWaiting(RunState state, int number, RoomPlace place)
    {
        place.Waits = false;
        state.Agenda.Open(state, new Gate(GateKind.EngineRoom, number));
    }
}
