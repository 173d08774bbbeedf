using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.SimulationTests;

/// <summary>The store of a simulation is the contract's like any other.</summary>
public sealed class SimulatedStateStoreTests : StateStoreConformance
{
    private readonly ManualTimeProvider _time = new();

    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new SimulatedStateStore(_time));

    protected override Task<bool> TryAdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        return Task.FromResult(true);
    }
}

public sealed class SimulatedStateStoreSnapshotTests : SnapshotStoreConformance
{
    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new SimulatedStateStore());
}

public sealed class SimulatedStateStoreRetentionTests : RetentionStoreConformance
{
    protected override bool KeepsPayloads => false;

    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new SimulatedStateStore());
}

public sealed class SimulatedStateStoreNotificationsTests : StateStoreNotificationsConformance
{
    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new SimulatedStateStore());
}
