using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>Engines with an artifact store, and what tests of them say often.</summary>
internal static class ArtifactEngine
{
    /// <summary>An engine that keeps contents in memory, and moves outputs of more than 2,000 bytes.</summary>
    public static TestEngine With(IArtifactStore contents, IStateStore? store = null, ScriptedAgent? agent = null, ManualTimeProvider? time = null, Action<OrchestrationOptions>? configure = null, Action<IOrchestrationBuilder>? build = null)
        => new(
            store,
            agent,
            time,
            options =>
            {
                options.ArtifactThreshold = 2000;
                configure?.Invoke(options);
            },
            builder =>
            {
                builder.Services.AddSingleton(contents);
                build?.Invoke(builder);
            });

    /// <summary>A JSON object with a large text and a small number.</summary>
    public static JsonData Large(char sign, int length = 5000, int number = 7) => JsonData.Parse($$"""{"text":"{{new string(sign, length)}}","number":{{number}}}""");

    /// <summary>Writes a text as an artifact, and gives the reference.</summary>
    public static Func<AgentRequest, IAgentContext, CancellationToken, Task<AgentResult>> Writes(string name, string text)
        => async (_, context, cancellationToken) => AgentResult.Succeeded((await context.Artifacts.WriteTextAsync(name, text, cancellationToken: cancellationToken)).ToJson());

    public static async Task<string> TextOf(this Stream stream)
    {
        await using (stream)
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
    }

    public static async Task<List<T>> FactsOf<T>(this TestEngine engine, RunId run)
        where T : RunEvent
        => [.. (await engine.FactsOf(run)).Select(static recorded => recorded.Event).OfType<T>()];

    /// <summary>Every content that the journal names is there: nothing dangles.</summary>
    public static Task RequireContents(this TestEngine engine, IArtifactStore contents, RunId run) => RequireContents(engine.Store, contents, run);

    public static async Task RequireContents(IStateStore store, IArtifactStore contents, RunId run)
    {
        await foreach (var recorded in store.ReadAsync(run, 0, TestContext.Current.CancellationToken))
        {
            var text = JsonData.Parse(Runs.FactText.Json(recorded.Event));
            foreach (var found in ContentReferences.Find(text))
            {
                Assert.True(await contents.FindAsync(found.Reference.Digest, TestContext.Current.CancellationToken) == found.Reference.Size, $"{recorded.Event.Type} names {found.Reference.Name}, which is not there.");
            }
        }
    }
}
