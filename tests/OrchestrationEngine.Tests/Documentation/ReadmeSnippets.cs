using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Documentation;

/// <summary>The code in the READMEs of packages, compiled. <see cref="ReadmeTests"/> compares the two.</summary>
internal static class ReadmeSnippets
{
    public static async Task<RunResult> Core(ServiceCollection services)
    {
        services.AddOrchestration()
            .UseInMemoryStore()
            .AddAgent("greeter", (request, context, cancellationToken) =>
                Task.FromResult(AgentResult.Succeeded($"Hello, {request.Inputs.GetString("name")}")));

        await using var provider = services.BuildServiceProvider();
        var orchestrator = provider.GetRequiredService<IOrchestrator>();

        var plan = new PlanBuilder("greeting")
            .Input("name", required: true)
            .Phase("only", phase => phase.Task("greet", "greeter", task => task.Bind("name", "inputs.name")))
            .Build();

        var run = await orchestrator.StartAsync(plan, new StartRunOptions
        {
            BusinessKey = "greeting/42",
            Inputs = new Dictionary<string, JsonData> { ["name"] = JsonData.String("Ada") },
        });
        var result = await run.WaitAsync();
        return result;
    }

    public static void Hosting(IHostApplicationBuilder builder)
    {
        builder.Services.AddOrchestration()
            .UseSqlite("runs.db")
            .AddAgent<Reviewer>("reviewer")
            .UseHosting();
        builder.Services.AddHealthChecks().AddOrchestration();
    }

    internal sealed class Reviewer : IAgentAdapter
    {
        public Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
            => Task.FromResult(AgentResult.Succeeded());
    }
}
