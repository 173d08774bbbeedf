using OrchestrationEngine.Faults.Workload;

namespace OrchestrationEngine.Faults.Disturbing;

/// <summary>Makes the faults of a trial from its seed: each kind at least once where there is time for it, the rest at random.</summary>
internal static class FaultPlan
{
    private static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(1.5);

    public static IReadOnlyList<Fault> Make(TrialSettings trial, IReadOnlyList<FaultKind> ofTheStore)
    {
        var random = new Random(trial.Seed);
        FaultKind[] kinds = [FaultKind.Kill, FaultKind.Pause, FaultKind.Stop, .. ofTheStore];
        var first = new Queue<FaultKind>([.. kinds.OrderBy(_ => random.Next())]);

        // Kills and pauses are what it is about.
        FaultKind[] later = [.. kinds, FaultKind.Kill, FaultKind.Kill, FaultKind.Kill, FaultKind.Pause, FaultKind.Pause];
        var faults = new List<Fault>();
        for (var at = FirstAfter; at < trial.Duration; at += TimeSpan.FromSeconds(0.5 + (2.5 * random.NextDouble())))
        {
            var kind = first.TryDequeue(out var next) ? next : later[random.Next(later.Length)];
            faults.Add(new Fault(at, kind, random.Next(trial.Nodes), Length(kind, trial.Lease, random.NextDouble())));
        }

        return faults;
    }

    private static TimeSpan Length(FaultKind kind, TimeSpan lease, double random)
        => kind switch
        {
            FaultKind.Pause => lease * (1.2 + (1.3 * random)),
            FaultKind.StallConnections or FaultKind.LockStore => lease * (0.3 + (1.7 * random)),
            FaultKind.Kill or FaultKind.Stop => TimeSpan.FromSeconds(2 * random),
            FaultKind.RestartStore or FaultKind.KillStore => TimeSpan.FromSeconds(random),
            _ => TimeSpan.Zero,
        };
}
