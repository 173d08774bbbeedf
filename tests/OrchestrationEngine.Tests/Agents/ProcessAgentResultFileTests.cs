using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Agents.ProcessAgentHarness;

namespace OrchestrationEngine.Tests.Agents;

public class ProcessAgentResultFileTests
{
    [Fact]
    public async Task The_file_is_the_result_stdout_is_logged_and_nothing_is_left_on_disk()
    {
        var context = new TestAgentContext();

        var result = await RunAsync("echo working; echo '{\"ok\": true}' > \"$ORCHESTRATION_RESULT_FILE\"", context);

        Assert.Equal("""{"ok": true}""", AssertSucceeded(result).ToString());
        Assert.Contains(context.Logged, line => line.Message.EndsWith("stdout: working", StringComparison.Ordinal));
        await AssertNothingLeftAsync(context);
    }

    [Theory]
    [InlineData("true", "is missing")]
    [InlineData("mkdir \"$ORCHESTRATION_RESULT_FILE\"", "is missing")]
    [InlineData(": > \"$ORCHESTRATION_RESULT_FILE\"", "is empty")]
    [InlineData("mkfifo \"$ORCHESTRATION_RESULT_FILE\"", "is empty")]
    [InlineData("echo oops > \"$ORCHESTRATION_RESULT_FILE\"", "is not one JSON value")]
    [InlineData("head -c 20000 /dev/zero > \"$ORCHESTRATION_RESULT_FILE\"", "has 20,000 bytes; its MaxOutputBytes allows 10,000")]
    public async Task A_file_that_is_no_result_is_told_clearly_and_removed(string script, string expected)
    {
        var context = new TestAgentContext();

        Assert.Contains(expected, AssertFailed(await RunAsync(script, context), FailureClass.InvalidOutput).Message, StringComparison.Ordinal);

        await AssertNothingLeftAsync(context);
    }

    [Fact]
    public async Task Much_on_stdout_is_no_failure_when_the_result_is_in_the_file()
    {
        var result = await RunAsync("head -c 1000000 /dev/zero; echo 1 > \"$ORCHESTRATION_RESULT_FILE\"", new TestAgentContext());

        Assert.Equal("1", AssertSucceeded(result).ToString());
    }

    [Fact]
    public async Task A_program_that_fails_leaves_no_file_behind()
    {
        var context = new TestAgentContext();

        AssertFailed(await RunAsync("echo 1 > \"$ORCHESTRATION_RESULT_FILE\"; exit 1", context), FailureClass.Crashed);

        await AssertNothingLeftAsync(context);
    }

    [Fact]
    public async Task A_canceled_program_leaves_no_file_behind()
    {
        var context = new TestAgentContext();
        using var cancel = new CancellationTokenSource();

        var running = Agent("echo 1 > \"$ORCHESTRATION_RESULT_FILE\"; exec sleep 600").ExecuteAsync(Request(), context, cancel.Token);
        var path = await context.StderrAsync("file ");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Fact]
    public async Task Each_attempt_has_a_file_of_its_own()
    {
        var agent = Agent("cat > \"$ORCHESTRATION_RESULT_FILE\"");

        var outputs = await Task.WhenAll(Enumerable.Range(0, 10).Select(async number => AssertSucceeded(
            await agent.RunAsync(request: Request(new KeyValuePair<string, JsonData>("number", JsonData.Parse($"{number}")))))));

        Assert.Equal(Enumerable.Range(0, 10), outputs.Select(output => output.ToElement().GetProperty("inputs").GetProperty("number").GetInt32()));
    }

    private static ProcessAgent Agent(string script) => Shell("echo file $ORCHESTRATION_RESULT_FILE >&2; " + script, options =>
    {
        options.Result = ProcessResult.ResultFile;
        options.MaxOutputBytes = 10_000;
    });

    private static Task<AgentResult> RunAsync(string script, TestAgentContext context) => Agent(script).RunAsync(context);

    private static async Task AssertNothingLeftAsync(TestAgentContext context)
        => Assert.False(Directory.Exists(Path.GetDirectoryName(await context.StderrAsync("file "))));
}
