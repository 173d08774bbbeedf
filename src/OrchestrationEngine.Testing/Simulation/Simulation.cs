namespace OrchestrationEngine.Testing;

/// <summary>
/// Runs several whole nodes on one thread, with a time, a store, a network and faults that a seed decides, and checks all along what must hold:
/// the same seed and options always give the same, in any process.
/// </summary>
public static class Simulation
{
    // Continuations run on the stack of whoever completes what they wait for.
    private const int StackBytes = 64 * 1024 * 1024;

    /// <summary>Runs one simulation.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="options">What is simulated; null for the simulation's own plans on three nodes.</param>
    /// <returns>What came of it. It does not throw for what it finds.</returns>
    public static SimulationReport Run(int seed, SimulationOptions? options = null)
    {
        options ??= new SimulationOptions();
        options.Validate();
        SimulationReport? report = null;
        Exception? failure = null;

        // A thread of its own: nothing of the caller's (a synchronization context, a scheduler of tasks) is on it.
        var thread = new Thread(
            () =>
            {
                try
                {
                    report = Play(seed, options);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            StackBytes)
        {
            IsBackground = true,
            Name = "Simulation",
        };
        thread.UnsafeStart();
        thread.Join();
        return report ?? throw new SimulationFailedException($"The simulation of seed {seed} broke off: {failure!.Message}", failure);
    }

    /// <summary>Runs simulations until one finds something, and shrinks that one.</summary>
    /// <param name="firstSeed">The first seed.</param>
    /// <param name="count">How many seeds.</param>
    /// <param name="options">What is simulated; null for the simulation's own plans on three nodes.</param>
    /// <exception cref="SimulationFailedException">Something was found. The message has the way to replay it, and a shrunk trace.</exception>
    public static void Explore(int firstSeed, int count, SimulationOptions? options = null)
    {
        for (var i = 0; i < count; i++)
        {
            var report = Run(firstSeed + i, options);
            if (!report.IsSuccess)
            {
                throw new SimulationFailedException(Shrink(report));
            }
        }
    }

    /// <summary>Leaves out what is not needed for a simulation to find what it found: faults, commands, runs.</summary>
    /// <param name="report">A report with a violation.</param>
    /// <param name="maxTries">How many simulations to make at most.</param>
    /// <returns>The report of the smallest simulation found that breaks the same rule; the given one where none is smaller.</returns>
    public static SimulationReport Shrink(SimulationReport report, int maxTries = 200)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.IsSuccess ? report : new SimulationShrinker(report, maxTries).Shrink();
    }

    private static SimulationReport Play(int seed, SimulationOptions options)
    {
        var cluster = new SimulatedCluster(seed, options);
        cluster.Play();
        return new SimulationReport
        {
            Seed = seed,
            Options = options,
            Violation = cluster.Watch.Violation,
            Faults = cluster.Faults,
            Trace = cluster.Trace,
            Events = cluster.Loop.Steps,
            Length = TimeSpan.FromTicks(cluster.Loop.Now),
            Attempts = cluster.Watch.Attempts,
            Lives = cluster.Lives,
        };
    }
}
