using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>The nodes, the store that they share, and what happens to them.</summary>
internal sealed partial class SimulatedCluster
{
    private readonly int _seed;
    private readonly List<SimulatedMachine> _machines = [];
    private readonly SimulatedDisk _disk;
    private readonly IStateStore _store;
    private readonly SimulatedWorld _world = new();

    public SimulatedCluster(int seed, SimulationOptions options)
    {
        _seed = seed;
        Options = options;
        Loop = new SimulationLoop(Draw("order"));
        Trace = new SimulationTrace(options.TraceLines);
        Watch = new ClusterWatch(Loop, Trace, LeaseDuration);
        _disk = new SimulatedDisk(new InMemoryStateStore(new TrueClock(Loop)));
        _store = options.WrapStore?.Invoke(_disk) ?? _disk;
        Faults = options.Faults ?? FaultPlan.Draw(Draw("faults"), options);
        for (var i = 0; i < options.Nodes; i++)
        {
            _machines.Add(new SimulatedMachine(i));
        }
    }

    /// <summary>How long a node is entered without being heard of.</summary>
    public static TimeSpan LeaseDuration { get; } = TimeSpan.FromSeconds(10);

    public SimulationOptions Options { get; }

    public SimulationLoop Loop { get; }

    public SimulationTrace Trace { get; }

    public ClusterWatch Watch { get; }

    public IReadOnlyList<SimulatedFault> Faults { get; }

    public int Lives => _machines.Sum(machine => machine.Lives);

    public IReadOnlyList<SimulatedMachine> Machines => _machines;

    /// <summary>Random numbers for a purpose: drawing fewer for one changes nothing for another.</summary>
    public Random Draw(string purpose)
    {
        // The framework's hashes of strings differ from process to process.
        var mixed = unchecked((uint)_seed * 2654435761u);
        foreach (var sign in purpose)
        {
            mixed = unchecked((mixed ^ sign) * 16777619u);
        }

        return new Random(unchecked((int)(mixed ^ (mixed >> 15))));
    }

    /// <summary>Lets it all happen.</summary>
    public void Play()
    {
        foreach (var machine in _machines)
        {
            machine.WallOffset = Draw($"offset {machine}").Next(-2_000, 2_001) * TimeSpan.TicksPerMillisecond;
            Start(machine, anotherName: false);
        }

        foreach (var fault in Faults)
        {
            Loop.At(fault.At.Ticks, null, () => Begin(fault));
        }

        var clients = new SimulatedClients(this, _world);
        clients.Begin();
        var watchman = new SimulationWatchman(this, clients, _disk);
        watchman.Begin();
        while (Watch.Violation is null && !watchman.IsDone)
        {
            if (!Loop.Step())
            {
                Watch.Fail("something always comes", "Nothing is ready, nothing is due, and the simulation is not over.");
            }
            else if (Loop.Stray is { } stray)
            {
                Watch.Fail("all happens on one thread", $"{stray} Under way were: {string.Join("; ", Watch.Effects.Select(effect => $"'{effect.Request.Agent}' in {effect}"))}.");
            }
            else if (Loop.Steps > Options.MaxEvents || Loop.Standing > 200_000)
            {
                Watch.Fail("nothing goes round in a circle", $"{Loop.Steps} events, {Loop.Standing} of them since the time moved last.");
            }
        }
    }

    private sealed class TrueClock(SimulationLoop loop) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => SimulatedClock.True(loop);

        public override long GetTimestamp() => loop.Now;
    }
}
