namespace OrchestrationEngine.Testing;

/// <summary>Makes a failing simulation smaller while it still breaks the same rule: halves, quarters and single ones of the faults are left out, then commands and runs.</summary>
internal sealed class SimulationShrinker
{
    private readonly string _rule;
    private readonly int _maxTries;
    private SimulationReport _smallest;
    private int _tries;

    public SimulationShrinker(SimulationReport found, int maxTries)
    {
        _rule = found.Violation!.Rule;
        _maxTries = maxTries;
        _smallest = found;
    }

    public SimulationReport Shrink()
    {
        ShrinkFaults();
        ShrinkNumbers();

        // With fewer runs there may be faults that are not needed any more.
        ShrinkFaults();
        return _smallest;
    }

    private void ShrinkFaults()
    {
        for (var size = Math.Max(1, _smallest.Faults.Count / 2); ; size /= 2)
        {
            for (var start = 0; start < _smallest.Faults.Count;)
            {
                var left = _smallest.Faults.Where((_, index) => index < start || index >= start + size).ToList();
                if (!Try(_smallest.Options with { Faults = left }))
                {
                    start += size;
                }
            }

            if (size <= 1)
            {
                return;
            }
        }
    }

    private void ShrinkNumbers()
    {
        foreach (var commands in (int[])[0, 1, 2, 4])
        {
            if (commands < _smallest.Options.Commands && Try(_smallest.Options with { Faults = _smallest.Faults, Commands = commands }))
            {
                break;
            }
        }

        foreach (var runs in (int[])[1, 2, 3, 4])
        {
            if (runs < _smallest.Options.Runs && Try(_smallest.Options with { Faults = _smallest.Faults, Runs = runs }))
            {
                break;
            }
        }
    }

    private bool Try(SimulationOptions options)
    {
        if (_tries++ >= _maxTries)
        {
            return false;
        }

        var report = Simulation.Run(_smallest.Seed, options);
        if (report.Violation?.Rule != _rule)
        {
            return false;
        }

        _smallest = report;
        return true;
    }
}
