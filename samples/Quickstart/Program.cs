using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

var services = new ServiceCollection();
services.AddOrchestration()
    .UseSqlite("quickstart.db")
    .AddAgent("counter", new WordCounter())
    .AddAgent("reporter", (request, context, cancellationToken) =>
        Task.FromResult(AgentResult.Succeeded($"{request.Inputs["first"]} and {request.Inputs["second"]} words")));

await using var provider = services.BuildServiceProvider();
var orchestrator = provider.GetRequiredService<IOrchestrator>();

var plan = new PlanBuilder("word-count")
    .Phase("count", phase => phase.Parallel()
        .Task("first", "counter", task => task.Input("text", "Nothing is lost").Retry(maxAttempts: 3))
        .Task("second", "counter", task => task.Input("text", "and nothing is done twice").Retry(maxAttempts: 3)))
    .Phase("report", phase => phase
        .Task("sum", "reporter", task => task.Bind("first", "tasks.first.output").Bind("second", "tasks.second.output")))
    .Build();

// The business key makes the start idempotent: kill the program at any moment, start it again, and the same run goes on.
var run = await orchestrator.StartAsync(plan, new StartRunOptions { BusinessKey = "word-count/1" });
await foreach (var recorded in orchestrator.WatchAsync(run.Id))
{
    Console.WriteLine($"{recorded.Sequence,3}  {recorded.Event.Type}");
}

var snapshot = await orchestrator.GetAsync(run.Id);
Console.WriteLine($"{snapshot!.Status}: {snapshot.FindTask("sum")!.Output}");

internal sealed class WordCounter : IAgentAdapter
{
    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        var text = request.Inputs.GetString("text");
        if (string.IsNullOrWhiteSpace(text))
        {
            return AgentResult.Failed(FailureClass.InvalidInput, "There is no text to count.", retryable: false);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(100), context.TimeProvider, cancellationToken);
        return AgentResult.Succeeded(JsonData.From(text.Split(' ').Length));
    }
}
