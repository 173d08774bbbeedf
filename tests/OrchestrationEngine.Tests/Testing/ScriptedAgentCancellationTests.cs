using OrchestrationEngine.Agents;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Testing;

public sealed class ScriptedAgentCancellationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_was_told_to_stop_is_counted_once_whether_it_listens_or_not(bool deaf)
    {
        var agent = new ScriptedAgent();
        var end = new TaskCompletionSource<AgentResult>();
        agent.On("a").Returns(end.Task, ignoreCancellation: deaf);
        using var stop = new CancellationTokenSource();
        var call = agent.ExecuteAsync(new AgentRequest { Run = new RunId("r"), Plan = "p", Phase = "one", Task = "a", Agent = "x", Attempt = 1 }, new TestAgentContext(), stop.Token);
        await stop.CancelAsync();
        await agent.WaitForCancelAsync("a", 1, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        end.TrySetResult(AgentResult.Succeeded());
        await call.ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.False(agent.WaitForCancelAsync("a", 2, TestContext.Current.CancellationToken).IsCompleted);
    }
}
