using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Benchmarks;

/// <summary>Runs a workload on the engine as an application would: through dependency injection and the façade.</summary>
internal static class EngineRunner
{
    private static readonly Task<AgentResult> Done = Task.FromResult(AgentResult.Succeeded("done"));

    public static async Task<TimeSpan> RunAsync(Workload workload, Action<IOrchestrationBuilder> useStore)
    {
        var services = new ServiceCollection();
        var builder = services.AddOrchestration(options => options.MaxConcurrentAttempts = 1024);
        useStore(builder);
        builder.AddAgent("step", static (_, _, _) => Done);
        await using var provider = services.BuildServiceProvider();
        var orchestrator = provider.GetRequiredService<IOrchestrator>();
        await orchestrator.StartNodeAsync();
        var clock = Stopwatch.StartNew();
        var handles = new Task<RunHandle>[workload.Runs];
        for (var i = 0; i < handles.Length; i++)
        {
            handles[i] = orchestrator.StartAsync(workload.Plan);
        }

        var ends = new List<Task<RunResult>>(handles.Length);
        foreach (var handle in handles)
        {
            ends.Add((await handle).WaitAsync());
        }

        foreach (var end in ends)
        {
            var result = await end;
            if (result.Status != RunStatus.Succeeded)
            {
                throw new InvalidOperationException($"{workload.Name}: {result}");
            }
        }

        return clock.Elapsed;
    }
}
