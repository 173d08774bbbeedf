using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Testing;

/// <summary>What can be asked of a run.</summary>
internal enum SimulatedCommandKind
{
    Pause,
    Resume,
    Cancel,
    Quarantine,
    Restart,
    Signal,
}

/// <summary>What the asker was told.</summary>
internal enum SimulatedOutcome
{
    Unknown,
    Done,
    Refused,
}

/// <summary>Something that was asked of a run, under a reason that names it in the journal.</summary>
internal sealed class SimulatedCommand(string reason, SimulatedCommandKind kind, RunId run, long askedAt)
{
    public string Reason => reason;

    public SimulatedCommandKind Kind => kind;

    public RunId Run => run;

    public long AskedAt => askedAt;

    public long AnsweredAt { get; set; } = long.MaxValue;

    public SimulatedOutcome Outcome { get; set; }

    /// <summary>How many times it was carried out, by the journal.</summary>
    public int CountIn(JournalModel journal)
    {
        // A run that was asked to stop says why again when it has.
        var count = 0;
        var isStopping = false;
        foreach (var fact in journal.Facts)
        {
            count += fact.Event switch
            {
                RunPaused paused when paused.Reason == reason => 1,
                RunResumed resumed when resumed.Reason == reason => 1,
                RunStopping stopping when stopping.Reason == reason => 1,
                RunQuarantined quarantined when quarantined.Reason == reason && !isStopping => 1,
                RunRestarted restarted when restarted.Reason == reason => 1,
                SignalReceived signal when signal.Name == reason => 1,
                _ => 0,
            };
            isStopping = fact.Event switch { RunStopping => true, RunCompleted or RunQuarantined => false, _ => isStopping };
        }

        return count;
    }

    /// <summary>Whether the run was as the command would have it, at some time between the question and the answer: then nothing need be done.</summary>
    public bool WasSo(JournalModel journal)
    {
        for (var i = 0; i < journal.History.Count; i++)
        {
            var until = i + 1 < journal.History.Count ? journal.History[i + 1].At : long.MaxValue;
            var moment = journal.History[i];
            if (until >= askedAt && moment.At <= AnsweredAt && IsSo(moment))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsSo(ModelMoment moment) => kind switch
    {
        SimulatedCommandKind.Pause => moment.Status == RunStatus.Paused,
        SimulatedCommandKind.Resume => moment.Status == RunStatus.Running,
        SimulatedCommandKind.Cancel => moment.Status == RunStatus.Canceled || moment.Stopping == RunStatus.Canceled,
        SimulatedCommandKind.Quarantine => moment.Status == RunStatus.Quarantined || moment.Stopping == RunStatus.Quarantined,
        _ => false,
    };
}
