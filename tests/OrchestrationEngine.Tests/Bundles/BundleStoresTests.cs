using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Execution;
using OrchestrationEngine.Tests.Retention;
using static OrchestrationEngine.Tests.Bundles.BundledRun;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Bundles;

/// <summary>A run goes from one engine to another as an application would have it: one in memory, one with a file for its runs and a folder for its contents.</summary>
public sealed class BundleStoresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_with_its_artifacts_goes_from_memory_to_a_file_and_back()
    {
        await using var first = Engine(static builder => builder.UseInMemoryStore());
        var plan = new PlanBuilder("plan").Phase("one", phase => phase.Task("a", "writer")).Build();
        var handle = await first.GetRequiredService<IOrchestrator>().StartAsync(plan, null, Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(handle)).Status);
        using var bundle = new MemoryStream();
        await first.GetRequiredService<IRunBundles>().ExportAsync(handle.Id, bundle, Signed, Ending);

        await using var second = Engine(builder => builder.UseSqlite(Path.Combine(_folder.Path, "runs.db")).UseFileArtifacts(Path.Combine(_folder.Path, "contents")));
        var imported = await second.GetRequiredService<IRunBundles>().ImportAsync(bundle, Believed, Ending);
        Assert.Equal((handle.Id, false), (imported.Archive.Run, imported.WasThere));
        var orchestrator = second.GetRequiredService<IOrchestrator>();
        Assert.Equal(RunStatus.Succeeded, (await orchestrator.GetAsync(handle.Id, Ending))!.Status);
        using (var reader = new StreamReader(await orchestrator.OpenArtifactAsync(handle.Id, "docs/report.md", cancellationToken: Ending)))
        {
            Assert.Equal("# Report 🎉", await reader.ReadToEndAsync(Ending));
        }

        Assert.Equal(
            (await first.GetRequiredService<IOrchestrator>().GetManifestAsync(handle.Id, Ending)).ToJson().ToString(),
            (await orchestrator.GetManifestAsync(handle.Id, Ending)).ToJson().ToString());

        using var back = new MemoryStream();
        await second.GetRequiredService<IRunBundles>().ExportAsync(handle.Id, back, Signed, Ending);
        Assert.Equal(bundle.ToArray(), back.ToArray());
        Assert.True((await first.GetRequiredService<IRunBundles>().ImportAsync(back, Believed, Ending)).WasThere);
    }

    private static ServiceProvider Engine(Action<IOrchestrationBuilder> build)
    {
        var services = new ServiceCollection();
        var builder = services.AddOrchestration();
        build(builder);
        builder.AddAgent("writer", static async (_, context, cancellationToken) =>
        {
            var report = await context.Artifacts.WriteTextAsync("docs/report.md", "# Report 🎉", "text/markdown", cancellationToken);
            return AgentResult.Succeeded(report.ToJson());
        });
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }
}
