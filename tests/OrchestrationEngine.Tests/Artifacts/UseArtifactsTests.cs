using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Artifacts;

namespace OrchestrationEngine.Tests.Artifacts;

public sealed class UseArtifactsTests
{
    [Fact]
    public void A_store_of_runs_brings_a_store_of_contents()
    {
        using var services = new ServiceCollection().AddOrchestration().UseInMemoryStore().Services.BuildServiceProvider();
        Assert.IsType<InMemoryArtifactStore>(services.GetService<IArtifactStore>());
        Assert.IsType<InMemoryMemoStore>(services.GetService<IMemoStore>());
        Assert.Same(services.GetService<IArtifactStore>(), services.GetService<IArtifactStore>());
    }

    [Fact]
    public void A_folder_is_used_whether_it_is_chosen_before_the_store_of_runs_or_after_it()
    {
        using var before = new ServiceCollection().AddOrchestration().UseFileArtifacts("contents").UseInMemoryStore().Services.BuildServiceProvider();
        using var after = new ServiceCollection().AddOrchestration().UseInMemoryStore().UseFileArtifacts("contents").Services.BuildServiceProvider();
        Assert.Equal(Path.GetFullPath("contents"), Assert.IsType<FileArtifactStore>(before.GetService<IArtifactStore>()).Folder);
        Assert.IsType<FileArtifactStore>(after.GetService<IArtifactStore>());
        Assert.IsType<InMemoryMemoStore>(after.GetService<IMemoStore>());
    }

    [Fact]
    public void Without_either_there_is_none_and_an_application_may_bring_its_own()
    {
        using var none = new ServiceCollection().AddOrchestration().Services.BuildServiceProvider();
        Assert.Null(none.GetService<IArtifactStore>());
        Assert.Null(none.GetService<IMemoStore>());
        var own = new InMemoryArtifactStore();
        using var early = new ServiceCollection().AddSingleton<IArtifactStore>(own).AddOrchestration().UseInMemoryStore().Services.BuildServiceProvider();
        Assert.Same(own, early.GetService<IArtifactStore>());
    }
}
