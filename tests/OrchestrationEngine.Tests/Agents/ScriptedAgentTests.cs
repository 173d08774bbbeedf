using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Agents;

public class ScriptedAgentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ScriptedAgent _agent = new();
    private int _attempt;

    [Fact]
    public async Task A_task_without_a_script_succeeds()
    {
        Assert.True((await CallAsync("a")).Output.IsNull);
        Assert.Equal("a", Assert.Single(_agent.Calls).Task);
    }

    [Fact]
    public async Task Each_call_takes_the_next_step_and_the_last_one_is_repeated()
    {
        _agent.On("a").Fails(FailureClass.Unavailable).Throws(new TimeZoneNotFoundException()).ReturnsNull().Succeeds("done");

        Assert.Equal(FailureClass.Unavailable, (await CallAsync("a")).FailureClass);
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => CallAsync("a"));
        Assert.Null(await CallAsync("a"));
        Assert.Equal("\"done\"", (await CallAsync("a")).Output.ToString());
        Assert.Equal("\"done\"", (await CallAsync("a")).Output.ToString());
        Assert.True((await CallAsync("b")).Output.IsNull);
        Assert.Equal([1, 2, 3, 4, 5], _agent.CallsOf("a").Select(call => call.Attempt));
    }

    [Fact]
    public async Task A_step_can_wait_for_a_signal()
    {
        var signal = new TaskCompletionSource();
        _agent.On("a").After(signal.Task).Succeeds("late");

        var waiting = _agent.WaitForCallAsync("a", cancellationToken: TestContext.Current.CancellationToken);
        var running = CallAsync("a");

        Assert.Equal("a", (await waiting.WaitAsync(Patience, TestContext.Current.CancellationToken)).Task);
        Assert.False(running.IsCompleted);
        Assert.Equal(1, _agent.Running);
        signal.SetResult();
        Assert.Equal("\"late\"", (await running).Output.ToString());
        Assert.Equal(0, _agent.Running);
    }

    [Fact]
    public async Task A_call_that_listens_ends_when_it_is_canceled_and_one_that_does_not_goes_on()
    {
        var result = new TaskCompletionSource<AgentResult>();
        _agent.On("a").Hangs();
        _agent.On("b").Returns(result.Task, ignoreCancellation: true);
        using var cancel = new CancellationTokenSource();

        var listens = CallUntilAsync("a", cancel.Token);
        var ignores = CallUntilAsync("b", cancel.Token);
        await cancel.CancelAsync();

        await _agent.WaitForCancelAsync("b", cancellationToken: TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listens);
        Assert.False(ignores.IsCompleted);
        result.SetResult(AgentResult.Succeeded("anyway"));
        Assert.True((await ignores).IsSuccess);
        Assert.Equal(2, _agent.MostRunning);
    }

    private Task<AgentResult> CallAsync(string task) => CallUntilAsync(task, TestContext.Current.CancellationToken);

    private Task<AgentResult> CallUntilAsync(string task, CancellationToken cancellationToken)
    {
        var request = new AgentRequest { Run = new RunId("run-1"), Plan = "plan", Phase = "phase", Task = task, Agent = "scripted", Attempt = ++_attempt };
        return _agent.ExecuteAsync(request, new TestAgentContext(), cancellationToken);
    }
}
