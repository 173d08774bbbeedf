using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Scenarios.Poison;

/// <summary>The program that <see cref="PoisonTests"/> starts: it has one run with a task that takes the whole process down.</summary>
public sealed class PoisonProgram
{
    public const string Key = "poison";
    public const int MaxStarts = 3;

    [Fact(Explicit = true)]
    public async Task Runs_until_its_run_has_ended()
    {
        var folder = Environment.GetEnvironmentVariable("POISON_FOLDER") ?? throw new InvalidOperationException("POISON_FOLDER is not set.");
        var services = new ServiceCollection();
        services.AddOrchestration()
            .UseSqlite(Path.Combine(folder, "runs.db"))
            .AddAgent("plain", (_, _, _) => Task.FromResult(AgentResult.Succeeded("done")))
            .AddAgent("poison", (_, _, _) =>
            {
                File.AppendAllText(Path.Combine(folder, "calls.txt"), "called\n");
                Environment.FailFast("The agent takes its process down.");
                return Task.FromResult(AgentResult.Succeeded());
            });
        await using var provider = services.BuildServiceProvider();
        var plan = new PlanBuilder("poisoned")
            .Phase("one", phase => phase.Task("before", "plain").Task("poison", "poison", task => task.Retry(5).MaxStarts(MaxStarts)).Task("after", "plain"))
            .Build();
        var run = await provider.GetRequiredService<IOrchestrator>().StartAsync(plan, new StartRunOptions { BusinessKey = Key }, TestContext.Current.CancellationToken);
        var end = await run.WaitAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "end.txt"), $"{end.Status}: {end.Reason}", TestContext.Current.CancellationToken);
    }
}
