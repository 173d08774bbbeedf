using OrchestrationEngine.Faults.Disturbing;

namespace OrchestrationEngine.Faults.Stores;

/// <summary>The store of a trial, in the hands of who disturbs it.</summary>
internal interface ITestedStore : IAsyncDisposable
{
    /// <summary>Where it is, for who checks it: the way there is never disturbed.</summary>
    string Connection { get; }

    /// <summary>The faults that it can have besides those of the nodes.</summary>
    IReadOnlyList<FaultKind> Faults { get; }

    /// <summary>Where it is, for a node.</summary>
    /// <param name="slot">The number of the node, from 0.</param>
    string ConnectionOf(int slot);

    /// <summary>Lets a fault happen; ends when it is over.</summary>
    /// <param name="fault">The fault.</param>
    Task DisturbAsync(Fault fault);
}
