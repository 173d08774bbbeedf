using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Execution;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Workspaces;

public sealed class DocumentSourceTests
{
    [Fact]
    public async Task A_document_that_an_attempt_reads_is_a_source_of_what_it_makes()
    {
        await using var engine = new TestEngine(build: builder => builder.Services.AddSingleton<IArtifactStore>(new InMemoryArtifactStore()));
        engine.Agent.On("a").Does(async (_, context, token) =>
        {
            await context.Workspace.WriteAsync("d", "one", 0, null, token);
            await context.Workspace.WriteAsync("d", "two", 1, null, token);
            await context.Workspace.ReadAsync("d", 1, token);
            await context.Workspace.ReadAsync("d", 1, token);
            return AgentResult.Succeeded();
        });
        var run = await engine.StartAsync(Single());
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        var succeeded = (await engine.FactsOf(run.Id)).Select(fact => fact.Event).OfType<AttemptSucceeded>().Single();
        Assert.Equal([new ArtifactSource { Kind = "document", Name = "d", Version = 1 }], succeeded.Opened);
    }
}
