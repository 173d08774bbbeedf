using OrchestrationEngine.State;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.Tests.State;

public sealed class InMemoryStateStoreTests : StateStoreConformance
{
    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new InMemoryStateStore());
}
