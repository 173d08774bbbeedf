using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <content>When the run wants to be looked at.</content>
internal sealed partial class RunState
{
    /// <summary>When something of this kind is due, in UTC ticks; null when it is not awaited.</summary>
    public long? DueOf(DueKind kind, int index)
    {
        switch (kind)
        {
            case DueKind.AttemptTimeout:
                return Task(index) is { AttemptOut: true, AttemptStopping: false, Canceling: false } started && Definition(index).Timeout is { } limit ? DueTimes.After(started.At, limit) : null;
            case DueKind.AttemptForce:
                return Task(index) is { AttemptOut: true } stopping && (stopping.AttemptStopping || stopping.Canceling) ? DueTimes.After(stopping.At, GracePeriod) : null;
            case DueKind.Retry:
                return Task(index) is { Status: RunTaskStatus.Retrying, Ticket: 0 } waiting && IsStartable(index) ? waiting.At : null;
            case DueKind.PhaseTimeout:
                return Phase(index) is { Status: RunPhaseStatus.Running, Stopping: false } running && Graph.Phase(index).Timeout is { } most ? DueTimes.After(running.At, most) : null;
            case DueKind.PhaseForce:
                return Phase(index) is { Status: RunPhaseStatus.Running, Stopping: true, Out: > 0 } ending ? DueTimes.After(ending.At, GracePeriod) : null;
            case DueKind.PhaseTurn:
                return Phase(index) is { Status: RunPhaseStatus.Running, Stopping: false, Held: true } held ? held.TurnDue : null;
            case DueKind.ItemsForce:
                return Items.Find(index) is { UnderWay: > 0 } completing && FanOutRules.StopsItems(this, completing) ? DueTimes.After(completing.CompletingSince, GracePeriod) : null;
            case DueKind.Guard:
                return GuardDues.Count > 0 && GuardDues.TryGetValue(index, out var given) && GuardRules.IsWaited(this, index) ? given : null;
            case DueKind.RunForce:
                return Stopping is not null && AttemptsOut > 0 && !IsTerminal ? DueTimes.After(StoppingSince, GracePeriod) : null;
            case DueKind.Wait:
                return WaitRules.DueOf(this, index);
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }
}
