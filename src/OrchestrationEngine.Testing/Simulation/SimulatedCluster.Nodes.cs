using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

// The lives of nodes, and the faults that end, hold up and disturb them.
internal sealed partial class SimulatedCluster
{
    /// <summary>Whether all nodes are up and nothing goes wrong any more.</summary>
    public bool IsCalm { get; private set; }

    /// <summary>Since when there has been a node that can take runs and is not kept from it; null when there is none.</summary>
    public long? HealthySince
        => _machines.Where(machine => !machine.IsDisturbed).Select(machine => (long?)machine.HealthySince).Min();

    /// <summary>The lives that somebody could talk to now.</summary>
    public List<SimulatedLife> Reachable => [.. _machines.Select(machine => machine.Life).OfType<SimulatedLife>().Where(life => life is { IsAlive: true, IsPaused: false, IsDraining: false })];

    /// <summary>Ends whatever is wrong, and starts what is down: from now on nothing goes wrong any more.</summary>
    public void CalmDown()
    {
        IsCalm = true;
        Trace.Add(Loop.Now, "world", "calms down");
        foreach (var machine in _machines)
        {
            foreach (var fault in Faults.Where(fault => fault.Kind != SimulatedFaultKind.ClockDrift))
            {
                machine.End(fault, Loop.Now);
            }

            if (machine.Life is { IsPaused: true } paused)
            {
                Resume(machine, paused);
            }

            if (machine.Life is null)
            {
                Start(machine, anotherName: false);
            }
        }
    }

    /// <summary>Kills a process, and starts another in its place when the fault is over.</summary>
    public void Kill(SimulatedLife life, SimulatedFault fault)
    {
        if (!life.IsAlive)
        {
            return;
        }

        Trace.Add(Loop.Now, life, "is killed", null, 0, fault.Kind.ToString());
        End(life);
        Loop.After(fault.Duration, null, () => Start(life.Machine, anotherName: fault.Amount == 1));
    }

    private void End(SimulatedLife life)
    {
        life.Machine.Life = null;
        Watch.Vanish(life);
        life.End(Loop.Now);
    }

    private void Start(SimulatedMachine machine, bool anotherName)
    {
        if (machine.Life is not null)
        {
            return;
        }

        var number = ++machine.Lives;
        var life = machine.Life = new SimulatedLife(machine, anotherName ? string.Create(CultureInfo.InvariantCulture, $"{machine}-{number}") : machine.ToString(), number);
        machine.HealthySince = Loop.Now;
        Trace.Add(Loop.Now, life, "starts as", life.Name);
        var random = Draw($"life {life}");
        var ids = 0;
        var services = new ServiceCollection();
        Options.Services?.Invoke(services);
        var builder = services.AddOrchestration(options =>
        {
            options.StopGracePeriod = TimeSpan.FromSeconds(3);
            options.ShutdownGracePeriod = TimeSpan.FromSeconds(5);
            options.UnloadWaitingRunsAfter = TimeSpan.FromSeconds(2);
            options.LeaseDuration = LeaseDuration;
            Options.Configure?.Invoke(options);
            options.NodeName = life.Name;
            options.TimeProvider = new SimulatedClock(Loop, machine, life, Draw($"clock {life}"));
            options.WorkScheduler = new SimulationScheduler(Loop, life, Draw($"work {life}"));
            options.Randomizer = random.NextDouble;
            options.RunIdGenerator = _ => string.Create(CultureInfo.InvariantCulture, $"{life}-{++ids}");
        });
        services.AddSingleton<IStateStore>(new SimulatedStateStore(new WatchedStateStore(_store, Watch, life), _disk, new SimulatedLink(this, life, Draw($"line {life}"))));
        var agents = Options.NextRun is null ? new Dictionary<string, Func<Agents.IAgentAdapter>> { ["worker"] = () => new SimulatedWorker(_world) } : Options.Agents;
        foreach (var (name, make) in agents.OrderBy(agent => agent.Key, StringComparer.Ordinal))
        {
            builder.AddAgent(name, new SimulatedAgent(this, life, make(), Draw($"agent {name} {life}")));
        }

        // Never disposed of: a process that is killed cleans nothing up.
        var orchestrator = services.BuildServiceProvider().GetRequiredService<IOrchestrator>();
        life.Orchestrator = orchestrator;
        _ = ObserveAsync(orchestrator.StartNodeAsync(), life, "starting the node");
    }

    private void Begin(SimulatedFault fault)
    {
        if (IsCalm)
        {
            return;
        }

        foreach (var machine in _machines.Where(machine => fault.Node == SimulatedFault.AllNodes || machine.Index == fault.Node))
        {
            Trace.Add(Loop.Now, machine, "suffers", fault.Kind.ToString(), fault.Amount, fault.Duration.ToString());
            switch (fault.Kind)
            {
                case SimulatedFaultKind.Crash when machine.Life is { } life:
                    Kill(life, fault);
                    break;
                case SimulatedFaultKind.Drain when machine.Life is { IsPaused: false, IsDraining: false } life:
                    Drain(life, fault);
                    break;
                case SimulatedFaultKind.Pause when machine.Life is { IsPaused: false } life:
                    life.Pause();
                    Loop.After(fault.Duration, null, () => Resume(machine, life));
                    break;
                case SimulatedFaultKind.ClockJump:
                    machine.WallOffset += fault.Amount * TimeSpan.TicksPerMillisecond;
                    break;
                case SimulatedFaultKind.ClockDrift when Loop.Now == 0:
                    machine.DriftPpm = fault.Amount;
                    break;
                case SimulatedFaultKind.Crash or SimulatedFaultKind.Drain or SimulatedFaultKind.Pause or SimulatedFaultKind.ClockDrift:
                    break;
                default:
                    machine.Begin(fault);
                    Loop.After(fault.Duration, null, () => machine.End(fault, Loop.Now));
                    break;
            }
        }
    }

    private void Resume(SimulatedMachine machine, SimulatedLife life)
    {
        if (life is { IsAlive: true, IsPaused: true })
        {
            machine.HealthySince = Loop.Now;
            Trace.Add(Loop.Now, life, "goes on");
            life.Resume(Loop);
        }
    }

    private void Drain(SimulatedLife life, SimulatedFault fault)
    {
        life.IsDraining = true;
        Trace.Add(Loop.Now, life, "is to stop");
        _ = ObserveAsync(Ended(), life, "stopping the node");

        async Task Ended()
        {
            await life.Orchestrator.StopNodeAsync().ConfigureAwait(false);
            Trace.Add(Loop.Now, life, "has stopped");
            End(life);
            Loop.After(fault.Duration, null, () => Start(life.Machine, anotherName: false));
        }
    }

    // Never fails itself: what the engine's own tasks end with is looked at here.
    private async Task ObserveAsync(Task task, SimulatedLife life, string what)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Watch.Fail("the engine fails only as it says", $"{life}: {what} failed with {e.GetType().Name}: {e.Message}");
        }
    }
}
