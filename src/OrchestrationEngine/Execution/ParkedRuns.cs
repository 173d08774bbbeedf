using System.Collections.Concurrent;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>Runs that came to this node and that it can do nothing with, and when each is looked at again. Safe to use from many threads.</summary>
internal sealed class ParkedRuns(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<RunId, Parked> _runs = new();

    /// <summary>Parks a run for a minute, and twice as long each time after that, up to an hour: another node may be able to go on with it.</summary>
    /// <returns>When it is due again, in UTC ticks.</returns>
    public long Park(RunId run, string? reason)
    {
        var parked = _runs.AddOrUpdate(
            run,
            static (_, reason) => new Parked(reason, 1),
            static (_, former, reason) => new Parked(reason, former.Times + 1),
            reason);
        var wait = First * Math.Pow(2, Math.Min(parked.Times, 10) - 1);
        return (time.GetUtcNow() + (wait < Longest ? wait : Longest)).UtcTicks;
    }

    /// <summary>Why a run can't be read, or null.</summary>
    public string? ReasonOf(RunId run) => _runs.GetValueOrDefault(run)?.Reason;

    /// <summary>Nothing is wrong with it any more.</summary>
    public void Forget(RunId run)
    {
        // Not IsEmpty: on an empty dictionary that takes all its locks.
        _runs.TryRemove(run, out _);
    }

    private sealed record Parked(string? Reason, int Times);
}
