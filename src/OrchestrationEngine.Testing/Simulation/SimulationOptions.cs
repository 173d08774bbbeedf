using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>What is simulated. The defaults are three nodes with plans and agents of the simulation's own.</summary>
public sealed record SimulationOptions
{
    /// <summary>How many nodes there are.</summary>
    /// <value>The default is 3; at least 1.</value>
    public int Nodes { get; init; } = 3;

    /// <summary>How many runs are started.</summary>
    /// <value>The default is 6; at least 1.</value>
    public int Runs { get; init; } = 6;

    /// <summary>How many times somebody pauses, resumes, cancels, quarantines or restarts a run, on any node.</summary>
    /// <value>The default is 8; zero for never.</value>
    public int Commands { get; init; } = 8;

    /// <summary>How many faults there are, besides clocks that are never right.</summary>
    /// <value>The default is 12; zero for a fair day.</value>
    public int FaultCount { get; init; } = 12;

    /// <summary>Which kinds of faults there are.</summary>
    /// <value>The default is null: all.</value>
    public IReadOnlyCollection<SimulatedFaultKind>? FaultKinds { get; init; }

    /// <summary>The faults, in place of those that the seed would draw: to replay a part of them.</summary>
    /// <value>The default is null: the seed draws them.</value>
    public IReadOnlyList<SimulatedFault>? Faults { get; init; }

    /// <summary>How long runs are started and faults begin.</summary>
    /// <value>The default is 90 seconds of the simulation's time.</value>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long after the last fault every run must have ended.</summary>
    /// <value>The default is four hours of the simulation's time. Make it longer than the longest plan takes with all its retries, and than wall clocks jump.</value>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long a due run may be without an owner while there is a node that could take it.</summary>
    /// <value>The default is a minute: a lease, the longest pause of the engine after an error of the store, and some.</value>
    public TimeSpan OwnerBound { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Says what the next run is; called once for each, with its number from 0 and random numbers of the seed.</summary>
    /// <value>The default is null: plans of the simulation's own, with <see cref="Agents"/> left empty.</value>
    public Func<SimulatedRunArguments, SimulatedRun>? NextRun { get; init; }

    /// <summary>The agents by name. Each process of a node makes its own, so that what they keep in memory is lost with it.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, Func<IAgentAdapter>> Agents { get; init; } = new Dictionary<string, Func<IAgentAdapter>>();

    /// <summary>Adds what agents find among their services; called for each process of a node.</summary>
    /// <value>The default is null: nothing.</value>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>Changes the options of the engine; called for each process of a node. Its clock, scheduler, name and randomness are the simulation's.</summary>
    /// <value>The default is null: no changes.</value>
    public Action<OrchestrationOptions>? Configure { get; init; }

    /// <summary>Puts something in front of the store that all nodes share, to see whether a fault of it is found. Each call must complete at once.</summary>
    /// <value>The default is null: nothing.</value>
    public Func<IStateStore, IStateStore>? WrapStore { get; init; }

    /// <summary>How many lines of the trace are kept, the last ones.</summary>
    /// <value>The default is 400.</value>
    public int TraceLines { get; init; } = 400;

    /// <summary>How much may happen at most before the simulation is taken to go round in a circle.</summary>
    /// <value>The default is two million events.</value>
    public long MaxEvents { get; init; } = 2_000_000;

    /// <summary>Writes the command line that replays a seed, for the message of a failure.</summary>
    /// <value>The default is null: the call of <see cref="Simulation.Run"/> is written.</value>
    public Func<SimulationReport, string>? ReplayCommand { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Nodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Runs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Commands);
        ArgumentOutOfRangeException.ThrowIfNegative(FaultCount);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Duration, TimeSpan.Zero);
        if (NextRun is not null && Agents.Count == 0)
        {
            throw new ArgumentException("There are runs and no agents. Set Agents to the agents that the plans of NextRun name.");
        }
    }
}
