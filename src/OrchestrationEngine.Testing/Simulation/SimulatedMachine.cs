namespace OrchestrationEngine.Testing;

/// <summary>What a node runs on, over all its lives: its clock, and what goes wrong there now.</summary>
internal sealed class SimulatedMachine(int index)
{
    private readonly List<SimulatedFault> _active = [];

    public int Index => index;

    /// <summary>How much its clock runs fast, in parts per million.</summary>
    public int DriftPpm { get; set; }

    /// <summary>How far its wall clock is ahead, in ticks.</summary>
    public long WallOffset { get; set; }

    /// <summary>Since when it has been able to work as it should, in ticks of the true time; meaningless while <see cref="IsDisturbed"/>.</summary>
    public long HealthySince { get; set; }

    /// <summary>The process that runs there; null while there is none.</summary>
    public SimulatedLife? Life { get; set; }

    /// <summary>How many processes have run there.</summary>
    public int Lives { get; set; }

    /// <summary>Whether something holds there that keeps it from its runs.</summary>
    public bool IsDisturbed => _active.Exists(static fault => IsDisturbing(fault.Kind)) || Life is not { IsAlive: true, IsPaused: false, IsDraining: false };

    /// <summary>What its clock counts in a time.</summary>
    public long Count(long trueTicks) => trueTicks + (long)((decimal)trueTicks * DriftPpm / 1_000_000m);

    /// <summary>How long it takes until its clock has counted a time.</summary>
    public long TrueLength(long ticks) => (long)((decimal)ticks * 1_000_000m / (1_000_000m + DriftPpm));

    public void Begin(SimulatedFault fault) => _active.Add(fault);

    public void End(SimulatedFault fault, long now)
    {
        _active.Remove(fault);
        if (IsDisturbing(fault.Kind))
        {
            HealthySince = now;
        }
    }

    public bool Has(SimulatedFaultKind kind) => _active.Exists(fault => fault.Kind == kind);

    /// <summary>The largest amount of what holds now of a kind; zero for none.</summary>
    public int Amount(SimulatedFaultKind kind)
    {
        var most = 0;
        foreach (var fault in _active)
        {
            if (fault.Kind == kind)
            {
                most = Math.Max(most, fault.Amount);
            }
        }

        return most;
    }

    /// <summary>Whether something that holds now happens this time.</summary>
    public bool Happens(SimulatedFaultKind kind, Random random) => Amount(kind) is > 0 and var permille && random.Next(1000) < permille;

    /// <summary>Takes what lies in wait for the next occasion, if anything does.</summary>
    public SimulatedFault? Take(SimulatedFaultKind kind)
    {
        var index = _active.FindIndex(fault => fault.Kind == kind);
        if (index < 0)
        {
            return null;
        }

        var fault = _active[index];
        _active.RemoveAt(index);
        return fault;
    }

    public override string ToString() => "n" + index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsDisturbing(SimulatedFaultKind kind)
        => kind is SimulatedFaultKind.Partition or SimulatedFaultKind.SlowStore or SimulatedFaultKind.FailingStore or SimulatedFaultKind.LostResponses;
}
