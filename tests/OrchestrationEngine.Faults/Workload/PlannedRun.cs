using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Faults.Workload;

/// <summary>A run that is to be: its plan, when it is started, what is asked of it meanwhile, and how it must end.</summary>
/// <param name="Name">Its id and its business key.</param>
/// <param name="Kind">What its plan is like, for people.</param>
/// <param name="Plan">Its plan.</param>
/// <param name="StartAt">When it is started, from the beginning of the trial.</param>
/// <param name="Commands">What is asked of it, in this order.</param>
/// <param name="End">How it must end unless it is canceled.</param>
internal sealed record PlannedRun(string Name, string Kind, OrchestrationPlan Plan, TimeSpan StartAt, IReadOnlyList<PlannedCommand> Commands, RunStatus End);

/// <summary>Something that is asked of a run while there are faults.</summary>
/// <param name="Kind">What.</param>
/// <param name="Id">Names it in the journal, as the reason or the name of the signal.</param>
/// <param name="After">How long after the start of the run, or the command before it.</param>
internal sealed record PlannedCommand(CommandKind Kind, string Id, TimeSpan After);

/// <summary>What can be asked of a run.</summary>
internal enum CommandKind
{
    /// <summary>To wait.</summary>
    Pause,

    /// <summary>To go on.</summary>
    Resume,

    /// <summary>To stop.</summary>
    Cancel,

    /// <summary>To take note.</summary>
    Signal,
}
