namespace OrchestrationEngine.Testing;

/// <summary>Draws what goes wrong.</summary>
internal static class FaultPlan
{
    private static readonly SimulatedFaultKind[] AllKinds = Enum.GetValues<SimulatedFaultKind>();

    public static IReadOnlyList<SimulatedFault> Draw(Random random, SimulationOptions options)
    {
        var faults = new List<SimulatedFault>();
        if (options.FaultKinds?.Contains(SimulatedFaultKind.ClockDrift) != false)
        {
            // No clock is right; none is off by more than one in a hundred.
            faults.AddRange(Enumerable.Range(0, options.Nodes).Select(node => new SimulatedFault(SimulatedFaultKind.ClockDrift, node, TimeSpan.Zero, options.Duration, random.Next(-10_000, 10_001))));
        }

        var kinds = AllKinds.Where(kind => kind != SimulatedFaultKind.ClockDrift && options.FaultKinds?.Contains(kind) != false).ToArray();
        if (kinds.Length == 0)
        {
            return faults;
        }

        // A day has its own weather: a few kinds of trouble, many times.
        var weather = Enumerable.Range(0, random.Next(1, 6)).Select(_ => kinds[random.Next(kinds.Length)]).ToArray();
        for (var i = 0; i < options.FaultCount; i++)
        {
            faults.Add(One(random, random.Next(4) == 0 ? kinds[random.Next(kinds.Length)] : weather[random.Next(weather.Length)], options));
        }

        return [.. faults.OrderBy(fault => fault.At)];
    }

    private static SimulatedFault One(Random random, SimulatedFaultKind kind, SimulationOptions options)
    {
        var node = random.Next(6) == 0 ? SimulatedFault.AllNodes : random.Next(options.Nodes);
        var at = TimeSpan.FromMilliseconds(random.Next(1, (int)options.Duration.TotalMilliseconds));
        var (shortest, longest, amount) = kind switch
        {
            SimulatedFaultKind.Crash => (100, 30_000, random.Next(5) == 0 ? 1 : 0),
            SimulatedFaultKind.CrashBeforeWrite or SimulatedFaultKind.CrashAfterWrite or SimulatedFaultKind.CrashInAttempt => (100, 10_000, random.Next(5) == 0 ? 1 : 0),
            SimulatedFaultKind.Drain => (100, 10_000, 0),
            SimulatedFaultKind.Pause => (100, random.Next(3) == 0 ? 60_000 : 12_000, 0),
            SimulatedFaultKind.Partition => (100, random.Next(3) == 0 ? 40_000 : 8_000, 0),
            SimulatedFaultKind.SlowStore => (1_000, 30_000, random.Next(10, 1_500)),
            SimulatedFaultKind.FailingStore => (500, 20_000, random.Next(50, 900)),
            SimulatedFaultKind.LostResponses or SimulatedFaultKind.RepeatedWrites => (1_000, 30_000, random.Next(50, 700)),
            SimulatedFaultKind.ClockJump => (0, 1, random.Next(2) == 0 ? random.Next(-5_000, 5_000) : random.Next(-900_000, 900_000)),
            _ => (1_000, 30_000, random.Next(50, 800)),
        };
        return new SimulatedFault(kind, node, at, TimeSpan.FromMilliseconds(random.Next(shortest, longest)), amount);
    }
}
