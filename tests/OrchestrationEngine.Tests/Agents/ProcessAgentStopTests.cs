using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Agents.ProcessAgentHarness;

namespace OrchestrationEngine.Tests.Agents;

public class ProcessAgentStopTests
{
    [Theory]
    [InlineData("sleep 600 & echo child $! >&2; echo self $$ >&2; wait")]
    [InlineData("trap '' TERM INT HUP; sleep 600 & echo child $! >&2; echo self $$ >&2; while :; do wait; done")]
    [InlineData("sh -c 'sleep 600 & echo child $! >&2; wait' & echo self $$ >&2; wait")]
    public async Task A_canceled_attempt_ends_the_program_and_what_it_started(string script)
    {
        var context = new TestAgentContext();
        using var cancel = new CancellationTokenSource();

        var running = Shell(script).ExecuteAsync(Request(), context, cancel.Token);
        var self = await context.PidAsync("self ");
        var child = await context.PidAsync("child ");
        Assert.True(IsAlive(self) && IsAlive(child));
        await cancel.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(cancel.Token, thrown.CancellationToken);
        Assert.False(IsAlive(self));
        await AssertGoneAsync(child);
    }

    [Fact]
    public async Task An_attempt_that_is_canceled_before_it_starts_starts_nothing()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("started");

        var running = Shell("touch \"$FILE\"", options => options.Environment["FILE"] = file).ExecuteAsync(Request(), new TestAgentContext(), new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_program_that_takes_longer_than_its_timeout_is_ended_and_says_what_it_said()
    {
        var context = new TestAgentContext();
        var agent = Shell("sleep 600 & echo child $! >&2; wait", options => options.Timeout = TimeSpan.FromSeconds(1));

        var result = AssertFailed(await agent.RunAsync(context), FailureClass.Timeout);

        Assert.True(result.Retryable);
        Assert.Contains("00:00:01", result.Message, StringComparison.Ordinal);
        Assert.Contains("The end of its stderr: child", result.Message, StringComparison.Ordinal);
        await AssertGoneAsync(await context.PidAsync("child "));
    }

    // Where reads never had to wait, the attempt was stuck in the first of them: 4 of 18 runs on a busy machine.
    [Theory]
    [InlineData("exec yes >&2")]
    [InlineData("exec yes")]
    public async Task A_program_that_floods_its_pipes_is_ended_by_its_timeout(string script)
    {
        var context = new TestAgentContext { MinimumLevel = Microsoft.Extensions.Logging.LogLevel.Warning };
        var agent = Shell(script, options =>
        {
            options.Result = ProcessResult.None;
            options.Timeout = TimeSpan.FromMilliseconds(200);
        });

        AssertFailed(await agent.RunAsync(context), FailureClass.Timeout);
    }

    [Fact]
    public async Task A_program_that_reads_nothing_of_a_large_request_can_be_canceled()
    {
        var context = new TestAgentContext();
        using var cancel = new CancellationTokenSource();
        var request = Request(new KeyValuePair<string, JsonData>("text", JsonData.String(new string('x', 10_000_000))));

        var running = Shell("echo self $$ >&2; exec sleep 600").ExecuteAsync(request, context, cancel.Token);
        var self = await context.PidAsync("self ");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.False(IsAlive(self));
    }

    [Fact]
    public async Task What_a_program_leaves_running_with_its_pipes_open_does_not_hold_its_result_up()
    {
        var context = new TestAgentContext();
        var request = Request(new KeyValuePair<string, JsonData>("text", JsonData.String(new string('x', 1_000_000))));

        var running = Shell("sleep 600 <&0 & echo child $! >&2; echo '[1]'").RunAsync(context, request);
        try
        {
            Assert.Equal("[1]", AssertSucceeded(await running).ToString());
            Assert.Contains(context.Logged, line => line.Event.Id == 3005);
            Assert.True(IsAlive(await context.PidAsync("child ")));
        }
        finally
        {
            using var left = System.Diagnostics.Process.GetProcessById(await context.PidAsync("child "));
            left.Kill();
        }
    }

    [Fact]
    public async Task A_daemon_that_keeps_stdout_open_does_not_hold_a_canceled_attempt_up()
    {
        var context = new TestAgentContext();
        using var cancel = new CancellationTokenSource();

        // The parent of the sleeper has exited: it is nobody's descendant any more when the tree is ended.
        var running = Shell("sh -c 'sleep 600 & echo child $! >&2'; echo self $$ >&2; sleep 600").ExecuteAsync(Request(), context, cancel.Token);
        await context.PidAsync("self ");
        await cancel.CancelAsync();
        try
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience, TestContext.Current.CancellationToken));
        }
        finally
        {
            using var left = System.Diagnostics.Process.GetProcessById(await context.PidAsync("child "));
            left.Kill();
        }
    }
}
