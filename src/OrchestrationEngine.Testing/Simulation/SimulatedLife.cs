using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>One life of a node: a process from its start to its end. What is left of it when it has ended is dropped wherever it turns up.</summary>
internal sealed class SimulatedLife(SimulatedMachine machine, string name, int number)
{
    private readonly List<LoopItem> _aside = [];
    private readonly List<Action> _whenEnded = [];
    private readonly List<Action> _whenResumed = [];

    public SimulatedMachine Machine => machine;

    /// <summary>The name under which it joins the store.</summary>
    public string Name => name;

    public bool IsAlive { get; private set; } = true;

    public bool IsPaused { get; private set; }

    /// <summary>Whether it is on its way down in an orderly way.</summary>
    public bool IsDraining { get; set; }

    /// <summary>When it ended, in ticks of the true time.</summary>
    public long EndedAt { get; private set; } = long.MaxValue;

    /// <summary>When it went on last after it had stood still, in ticks of the true time.</summary>
    public long ResumedAt { get; private set; } = long.MinValue / 2;

    /// <summary>The stays that the store has given it.</summary>
    public HashSet<NodeId> Stays { get; } = [];

    /// <summary>The engine in it; set once it is started.</summary>
    public IOrchestrator Orchestrator { get; set; } = null!;

    public void PutAside(LoopItem item) => _aside.Add(item);

    public void Pause() => IsPaused = true;

    public void Resume(SimulationLoop loop)
    {
        IsPaused = false;
        ResumedAt = loop.Now;
        loop.Return(_aside);
        foreach (var action in _whenResumed)
        {
            action();
        }

        _whenResumed.Clear();
    }

    /// <summary>Has something called when the process goes on that stands still.</summary>
    public void WhenResumed(Action action) => _whenResumed.Add(action);

    /// <summary>Has something called when the life ends, however it does.</summary>
    public void WhenEnded(Action action) => _whenEnded.Add(action);

    public void End(long now)
    {
        IsAlive = false;
        EndedAt = now;
        _aside.Clear();
        foreach (var action in _whenEnded)
        {
            action();
        }

        _whenEnded.Clear();
    }

    public override string ToString() => number == 1 ? machine.ToString() : $"{machine}.{number.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}
