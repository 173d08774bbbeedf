using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing.Xunit;

/// <summary>
/// What every <see cref="IStateStore"/> must do; the precise form of that contract. Derive a class from it in a test project and override
/// <see cref="StoreConformance.CreateEmptyAsync"/>: the tests are inherited.
/// </summary>
/// <remarks>
/// Where the store has abilities beside the port, derive from <see cref="SnapshotStoreConformance"/>, <see cref="RetentionStoreConformance"/> and
/// <see cref="StateStoreNotificationsConformance"/> too.
/// </remarks>
public abstract partial class StateStoreConformance : StoreConformance;
