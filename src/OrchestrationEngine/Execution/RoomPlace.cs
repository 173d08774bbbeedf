namespace OrchestrationEngine.Execution;

/// <summary>A run's place in a line. What comes first here is the engine's, under its lock; the rest is the run's.</summary>
internal sealed class RoomPlace(RoomHolder run, RoomLine line, int priority)
{
    public static readonly IComparer<RoomPlace> ByTurn = Comparer<RoomPlace>.Create(static (one, other) =>
        one.Turn != other.Turn ? one.Turn.CompareTo(other.Turn) : one.Ticket.CompareTo(other.Ticket));

    public RoomHolder Run => run;

    public RoomLine Line => line;

    /// <summary>Whether it stands in the line.</summary>
    public bool IsInLine { get; set; }

    /// <summary>When its turn is, among those in its line: when it came, less what its priority is worth.</summary>
    public long Turn { get; set; }

    /// <summary>Tells those apart whose turn is the same: who came first.</summary>
    public long Ticket { get; set; }

    /// <summary>When its run's turn is, among all runs: when it had one last, less what its priority is worth.</summary>
    public long TurnOfRun => run.ServedAt - Advantage;

    /// <summary>What its priority is worth, in turns.</summary>
    public long Advantage { get; } = (long)priority * WaitingRuns.TurnsOfAStep;

    /// <summary>For how many attempts it had a use when it came.</summary>
    public int Wanted { get; set; }

    /// <summary>For how many attempts the run was handed room and has not looked yet.</summary>
    public int Handed { get; set; }

    /// <summary>For how many attempts the run has room and has decided nothing yet. The run's own.</summary>
    public int Free { get; set; }

    /// <summary>For how many attempts that are decided and not under way yet it has taken room. The run's own.</summary>
    public int Taken { get; set; }

    /// <summary>Whether the run was refused and waits for its turn. The run's own.</summary>
    public bool Waits { get; set; }
}

/// <summary>A run that takes room in the engine.</summary>
internal abstract class RoomHolder
{
    /// <summary>When it had its last turn, or else when it came. The engine's, under its lock.</summary>
    public long ServedAt { get; set; }

    /// <summary>In how many lines it stands. The engine's, under its lock.</summary>
    public int Lines { get; set; }

    /// <summary>It was handed room, and must look. Called under the engine's lock; returns at once.</summary>
    public abstract void Wake();
}
