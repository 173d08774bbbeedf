using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.Tests.Artifacts;

public sealed class InMemoryArtifactStoreTests : ArtifactStoreConformance
{
    private readonly ManualTimeProvider _time = new();

    protected override Task<IArtifactStore> CreateEmptyAsync() => Task.FromResult<IArtifactStore>(new InMemoryArtifactStore(_time));

    protected override Task<bool> TryAdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        return Task.FromResult(true);
    }
}

public sealed class InMemoryMemoStoreTests : MemoStoreConformance
{
    protected override Task<IMemoStore> CreateEmptyAsync() => Task.FromResult<IMemoStore>(new InMemoryMemoStore());
}
