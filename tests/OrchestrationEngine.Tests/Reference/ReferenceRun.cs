using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Reference;

/// <summary>
/// What a plan means, told as plainly as possible: look at everything, take the first thing that must happen, and begin again until nothing must.
/// Nothing is counted, remembered or derived beforehand. What the world does (which attempt ends when, and how) comes in from outside.
/// </summary>
internal sealed partial class ReferenceRun
{
    private readonly OrchestrationPlan _plan;
    private readonly string _inputs;
    private readonly Dictionary<string, ReferenceTask> _byId = [];
    private int _admissions;

    public ReferenceRun(OrchestrationPlan plan, string inputs)
    {
        (_plan, _inputs) = (plan, inputs);
        Phases = [.. plan.Phases.Select(phase => new ReferencePhase(phase))];
        foreach (var phase in Phases)
        {
            phase.Tasks.AddRange(phase.Definition.Tasks.Select(task => new ReferenceTask(task, phase)));
        }

        Tasks = [.. Phases.SelectMany(phase => phase.Tasks)];
        _byId = Tasks.ToDictionary(task => task.Id);
        Connect();
    }

    public IReadOnlyList<ReferencePhase> Phases { get; }

    public IReadOnlyList<ReferenceTask> Tasks { get; }

    public RunStatus Status { get; private set; } = RunStatus.Running;

    /// <summary>How the run is to end, once it is on its way to an end.</summary>
    public RunStatus? Stopping { get; private set; }

    public bool HasEnded => Status.IsTerminal();

    public ReferenceTask Find(string id) => _byId[id];

    /// <summary>What may start now: it is admitted, and nothing stops it.</summary>
    public IEnumerable<ReferenceTask> Startable()
        => Tasks.Where(task => task is { IsAdmitted: true, Status: RunTaskStatus.Pending, Phase: { Status: RunPhaseStatus.Running, IsStopping: false } } && Stopping is null);

    /// <summary>Lets everything happen that must.</summary>
    public void Settle()
    {
        while (!HasEnded && Step())
        {
        }
    }

    public static void Start(ReferenceTask task) => task.Status = RunTaskStatus.Running;

    /// <summary>An attempt has ended.</summary>
    public void Report(ReferenceTask task, bool success, string output)
    {
        var isStopped = task.IsUnwanted || task.Phase.IsStopping || Stopping is not null;
        if (!success)
        {
            task.Status = isStopped ? RunTaskStatus.Canceled : RunTaskStatus.Failed;
            return;
        }

        task.Output = output;
        if (task.Definition.Repeat is { } repeat)
        {
            task.Outputs.Add(output);
            task.Status = AfterTurn(repeat, task.Turn, task) switch
            {
                Turn.Done => RunTaskStatus.Succeeded,
                Turn.Fail => task.IsUnwanted ? RunTaskStatus.Canceled : RunTaskStatus.Failed,
                _ => task.IsUnwanted ? RunTaskStatus.Canceled : RunTaskStatus.Pending,
            };
            task.Turn += task.Status == RunTaskStatus.Pending ? 1 : 0;
            return;
        }

        task.Status = RunTaskStatus.Succeeded;
    }

    private bool Step()
        => Phases.Any(Advance)
        || (Stopping is null && Tasks.Any(Decide))
        || EndRun()
        || Complete();

    private bool Complete()
    {
        if (Phases.Any(phase => !phase.HasEnded))
        {
            return false;
        }

        Status = Stopping ?? (Phases.Count(phase => phase.Status == RunPhaseStatus.Failed) > _plan.OnFailure.FailuresAllowed ? RunStatus.Failed : RunStatus.Succeeded);
        return true;
    }

    private bool Advance(ReferencePhase phase) => phase.Status switch
    {
        RunPhaseStatus.Pending => Begin(phase),
        RunPhaseStatus.Running => Continue(phase),
        RunPhaseStatus.Failed => StopRun(),
        _ => false,
    };

    private bool Begin(ReferencePhase phase)
    {
        if (Stopping is not null)
        {
            return End(phase, RunPhaseStatus.Canceled);
        }

        if (phase.Sources.Any(source => !source.HasEnded))
        {
            return false;
        }

        if (phase.Sources.Any(source => source.Status is RunPhaseStatus.Failed or RunPhaseStatus.Canceled))
        {
            return End(phase, RunPhaseStatus.Canceled);
        }

        var when = Holds(phase.Definition.When, unless: true);
        var skip = when == true ? Holds(phase.Definition.SkipWhen?.Condition, unless: false) : false;
        if (when is null || skip is null)
        {
            Stopping = RunStatus.Failed;
            return true;
        }

        if (when == false || skip == true)
        {
            return End(phase, RunPhaseStatus.Skipped);
        }

        phase.Status = RunPhaseStatus.Running;
        return true;
    }

    private bool Continue(ReferencePhase phase)
    {
        if (phase.IsStopping || Stopping is not null)
        {
            // A phase that was done when a task ended the run with success is done.
            var isDone = !phase.IsStopping && Stopping == RunStatus.Succeeded && phase.Tasks.All(task => task.HasEnded) && !HasTooManyFailures(phase);
            return !phase.Tasks.Any(task => task.Status == RunTaskStatus.Running)
                && End(phase, phase.IsStopping ? RunPhaseStatus.Failed : isDone ? RunPhaseStatus.Completed : RunPhaseStatus.Canceled);
        }

        var tooMany = HasTooManyFailures(phase);
        if (phase.Tasks.All(task => task.HasEnded))
        {
            return tooMany ? End(phase, RunPhaseStatus.Failed) : EndTurn(phase);
        }

        phase.IsStopping = tooMany && phase.Definition.OnFailure.Mode == FailureMode.FailFast;
        return phase.IsStopping;
    }

    private static bool HasTooManyFailures(ReferencePhase phase)
        => phase.Tasks.Count(task => task.Status == RunTaskStatus.Failed) > phase.Definition.OnFailure.FailuresAllowed;

    private bool EndTurn(ReferencePhase phase)
    {
        if (phase.Definition.Repeat is not { } repeat)
        {
            return End(phase, RunPhaseStatus.Completed);
        }

        switch (AfterTurn(repeat, phase.Turn, null))
        {
            case Turn.Done:
                return End(phase, RunPhaseStatus.Completed);
            case Turn.Fail:
                return End(phase, RunPhaseStatus.Failed);
        }

        phase.Turn++;
        foreach (var task in phase.Tasks)
        {
            if (task.Definition.Repeat is null)
            {
                task.Outputs.Add(task.Status == RunTaskStatus.Succeeded ? task.Output : null);
            }

            (task.Status, task.IsAdmitted, task.IsUnwanted, task.Output, task.Turn) = (RunTaskStatus.Pending, false, false, null, 1);
        }

        return true;
    }

    private bool StopRun()
    {
        if (Stopping is null && Phases.Any(phase => !phase.HasEnded) && _plan.OnFailure.Mode == FailureMode.FailFast
            && Phases.Count(phase => phase.Status == RunPhaseStatus.Failed) > _plan.OnFailure.FailuresAllowed)
        {
            Stopping = RunStatus.Failed;
            return true;
        }

        return false;
    }

    private static bool End(ReferencePhase phase, RunPhaseStatus status)
    {
        phase.Status = status;
        phase.IsStopping = false;
        foreach (var task in phase.Tasks.Where(task => !task.HasEnded))
        {
            task.Status = status == RunPhaseStatus.Skipped ? RunTaskStatus.Skipped : RunTaskStatus.Canceled;
        }

        return true;
    }

    private bool Decide(ReferenceTask task)
    {
        if (task is not { Status: RunTaskStatus.Pending, IsAdmitted: false, Phase: { Status: RunPhaseStatus.Running, IsStopping: false } } || task.OrderSources.Any(source => !source.HasEnded))
        {
            return false;
        }

        switch (ReferenceJoin.Of(task, condition => Evaluate(condition, null)))
        {
            case JoinVerdict.Wait:
                return false;
            case JoinVerdict.Error:
                task.Status = RunTaskStatus.Failed;
                return true;
            case JoinVerdict.Missing when task.Definition.OnSkipped == OnSkipped.Skip:
                task.Status = RunTaskStatus.Skipped;
                return true;
            case JoinVerdict.Missing when task.Definition.OnSkipped == OnSkipped.Fail:
                task.Status = RunTaskStatus.Failed;
                return true;
            case JoinVerdict.Run:
                CancelUseless(task);
                break;
        }

        return Admit(task);
    }

    private bool Admit(ReferenceTask task)
    {
        if (task.Definition.Choice is { } choice)
        {
            var earlier = task.Phase.Tasks.TakeWhile(other => other != task).Where(other => other.Definition.Choice == choice).ToList();
            if (earlier.Any(other => other is { Status: RunTaskStatus.Pending, IsAdmitted: false }))
            {
                return false;
            }

            if (earlier.Any(other => other.Status != RunTaskStatus.Skipped))
            {
                task.Status = RunTaskStatus.Skipped;
                return true;
            }
        }

        var when = Holds(task.Definition.When, unless: true);
        var skip = when == true ? Holds(task.Definition.SkipWhen?.Condition, unless: false) : false;
        if (when is null || skip is null)
        {
            task.Status = RunTaskStatus.Failed;
        }
        else if (when == false || skip == true)
        {
            task.Status = RunTaskStatus.Skipped;
        }
        else
        {
            task.IsAdmitted = true;
            task.AdmittedAs = ++_admissions;
        }

        return true;
    }

    // An end that is reached comes when all is decided that can be, and before anything begins.
    private bool EndRun()
    {
        if (Startable().Where(task => task.Definition.End is not null).MinBy(task => task.AdmittedAs) is not { } end)
        {
            return false;
        }

        end.Status = RunTaskStatus.Succeeded;
        Stopping = end.Definition.End!.Status switch { EndStatus.Succeeded => RunStatus.Succeeded, EndStatus.Failed => RunStatus.Failed, _ => RunStatus.Canceled };
        return true;
    }
}
