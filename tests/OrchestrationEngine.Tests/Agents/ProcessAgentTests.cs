using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Agents.ProcessAgentHarness;

namespace OrchestrationEngine.Tests.Agents;

public class ProcessAgentTests
{
    [Fact]
    public async Task The_program_gets_the_request_on_stdin_and_its_stdout_is_the_result()
    {
        var request = Request(new("goal", JsonData.String("say \"hé\"")), new("files", JsonData.Parse("[1, 2]")));

        var output = AssertSucceeded(await Program("cat").RunAsync(request: request));

        Assert.Equal(
            """{"run":"run-1","plan":"release","phase":"build","task":"compile","agent":"compiler","attempt":2,"idempotencyKey":"run-1/compile#1","inputs":{"goal":"say \"hé\"","files":[1, 2]}}""",
            output.ToString());
    }

    [Fact]
    public async Task The_program_is_told_what_was_wrong_with_the_attempt_before_and_what_it_is_called_for()
    {
        var plain = Request(new KeyValuePair<string, JsonData>("content", JsonData.String("text")));
        var request = new AgentRequest
        {
            Run = plain.Run,
            Plan = plain.Plan,
            Phase = plain.Phase,
            Task = plain.Task,
            Agent = plain.Agent,
            Attempt = plain.Attempt,
            Inputs = plain.Inputs,
            Purpose = AgentPurpose.Judge,
            Feedback = [new ContractViolation { Contract = "report", Rule = "schema/type", Location = "/a", Message = "It is no \"text\".", Expected = "string" }],
        };

        var output = AssertSucceeded(await Program("cat").RunAsync(request: request));

        Assert.EndsWith(
            """
            "inputs":{"content":"text"},"purpose":"judge","feedback":[{"contract":"report","rule":"schema/type","location":"/a","message":"It is no \"text\".","expected":"string"}]}
            """,
            output.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_and_an_answer_that_are_larger_than_a_pipe_pass_at_the_same_time()
    {
        var text = new string('x', 2_000_000);

        var output = AssertSucceeded(await Program("cat").RunAsync(request: Request(new KeyValuePair<string, JsonData>("text", JsonData.String(text)))));

        Assert.Equal(text, output.ToElement().GetProperty("inputs").GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("echo '[1]'")]
    [InlineData("exec <&-; echo '[1]'")]
    public async Task A_program_that_does_not_read_its_request_succeeds_all_the_same(string script)
    {
        var request = Request(new KeyValuePair<string, JsonData>("text", JsonData.String(new string('x', 10_000_000))));

        Assert.Equal("[1]", AssertSucceeded(await Shell(script).RunAsync(request: request)).ToString());
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        string[] arguments = ["two words", "\"quoted\"", "it's", "$(id)", "`id`", "; exit 3", "$HOME", "*", "", "back\\slash", "new\nline", "é🎈"];

        var agent = Shell("""for argument; do printf '<%s>' "$argument"; done""", options =>
        {
            options.Result = ProcessResult.StdoutText;
            options.Arguments = ["-c", options.Arguments[1], "sh", .. arguments];
        });

        Assert.Equal(string.Concat(arguments.Select(argument => $"<{argument}>")), AssertSucceeded(await agent.RunAsync()).ToElement().GetString());
    }

    [Fact]
    public async Task Text_on_stdout_is_handed_over_without_the_line_ends_at_its_end()
    {
        var output = AssertSucceeded(await Shell("printf ' a\nb \n\n'", options => options.Result = ProcessResult.StdoutText).RunAsync());

        Assert.Equal(" a\nb ", output.ToElement().GetString());
    }

    [Fact]
    public async Task Text_that_is_not_utf8_is_handed_over_with_replacement_characters()
    {
        var output = AssertSucceeded(await Shell(@"printf 'a\377b'", options => options.Result = ProcessResult.StdoutText).RunAsync());

        Assert.Equal("a\uFFFDb", output.ToElement().GetString());
    }

    [Fact]
    public async Task A_program_may_hand_over_nothing()
    {
        Assert.True(AssertSucceeded(await Shell("echo not json", options => options.Result = ProcessResult.None).RunAsync()).IsNull);
    }

    [Fact]
    public async Task A_byte_order_mark_before_the_json_is_no_part_of_it()
    {
        Assert.Equal("{}", AssertSucceeded(await Shell(@"printf '\357\273\277{}'").RunAsync()).ToString());
    }

    [Fact]
    public async Task Json_that_is_broken_is_told_with_its_position_and_what_it_says_there()
    {
        var result = AssertFailed(await Shell("printf '{\"a\": 1,\n \"b\": oops}'").RunAsync(), FailureClass.InvalidOutput);

        Assert.True(result.Retryable);
        Assert.Contains("Agent 'compiler' (program '/bin/sh')", result.Message, StringComparison.Ordinal);
        Assert.Contains("line 2, byte 7", result.Message, StringComparison.Ordinal);
        Assert.Contains("oops", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo '{}'; echo done", "not one JSON value")]
    [InlineData("true", "is empty")]
    [InlineData("echo; echo", "is empty")]
    [InlineData(@"printf '{""a"":""\377""}'", "not UTF-8: byte 6 (FF)")]
    [InlineData("printf '{'", "not one JSON value")]
    public async Task Anything_but_one_json_value_on_stdout_is_refused(string script, string expected)
    {
        Assert.Contains(expected, AssertFailed(await Shell(script).RunAsync(), FailureClass.InvalidOutput).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_quoted_from_garbage_is_short_and_has_no_control_characters()
    {
        var result = AssertFailed(await Shell(@"head -c 100000 /dev/zero; printf '\033[31m'").RunAsync(), FailureClass.InvalidOutput);

        Assert.InRange(result.Message!.Length, 1, 600);
        Assert.DoesNotContain(result.Message, char.IsControl);
    }

    [Fact]
    public async Task Fifty_megabytes_on_stdout_are_refused_with_both_numbers()
    {
        var result = AssertFailed(await Shell("head -c 52428800 /dev/zero").RunAsync(), FailureClass.InvalidOutput);

        Assert.False(result.Retryable);
        Assert.Contains("4,194,304", result.Message, StringComparison.Ordinal);
        Assert.Matches(@"[0-9,]{9,} bytes until it was stopped", result.Message);
    }

    [Fact]
    public async Task A_program_that_writes_for_ever_is_stopped()
    {
        AssertFailed(await Shell("yes", options => options.MaxOutputBytes = 1000).RunAsync(), FailureClass.InvalidOutput);
    }

    [Fact]
    public async Task Output_of_exactly_the_limit_is_accepted()
    {
        Assert.Equal("12345", AssertSucceeded(await Shell("printf 12345", options => options.MaxOutputBytes = 5).RunAsync()).ToString());
    }

    [Fact]
    public async Task An_exit_code_that_means_no_success_fails_with_the_code_and_the_end_of_stderr()
    {
        var result = AssertFailed(await Shell("echo '{}'; echo 'no such branch' >&2; exit 3").RunAsync(), FailureClass.Crashed);

        Assert.True(result.Retryable);
        Assert.Equal("Agent 'compiler' (program '/bin/sh') exited with code 3. The end of its stderr: no such branch", result.Message);
    }

    [Fact]
    public async Task A_failure_without_stderr_tells_the_end_of_stdout()
    {
        var result = AssertFailed(await Shell("echo 'cannot connect'; exit 1").RunAsync(), FailureClass.Crashed);

        Assert.Contains("cannot connect", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_long_stderr_the_end_is_kept()
    {
        var agent = Shell("echo BEGIN >&2; head -c 500000 /dev/zero | tr '\\0' 'x' >&2; echo END >&2; exit 1", options => options.MaxErrorBytes = 1000);

        var message = AssertFailed(await agent.RunAsync(), FailureClass.Crashed).Message!;

        Assert.EndsWith("xxxEND", message, StringComparison.Ordinal);
        Assert.DoesNotContain("BEGIN", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 900, 1200);
    }

    [Fact]
    public async Task Other_exit_codes_can_mean_success()
    {
        Assert.Equal("1", AssertSucceeded(await Shell("echo 1; exit 3", options => options.SuccessExitCodes = [0, 3]).RunAsync()).ToString());
    }

    [Theory]
    [InlineData(75, true)]
    [InlineData(2, false)]
    public async Task Exit_codes_can_say_whether_another_attempt_may_succeed(int code, bool isRetryable)
    {
        var agent = Shell($"exit {code}", options => options.RetryableExitCodes = [75]);

        Assert.Equal(isRetryable, AssertFailed(await agent.RunAsync(), FailureClass.Crashed).Retryable);
    }

    [Fact]
    public async Task A_program_that_a_signal_ended_has_crashed()
    {
        var result = AssertFailed(await Shell("kill -9 $$").RunAsync(), FailureClass.Crashed);

        Assert.True(result.Retryable);
        Assert.Contains("signal 9", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_are_logged_while_the_program_runs()
    {
        var context = new TestAgentContext();
        using var directory = new TemporaryDirectory();
        var fifo = directory.Combine("go");
        var agent = Shell("""mkfifo "$FIFO"; echo 'first line' >&2; read answer < "$FIFO"; echo "\"$answer\"" """, options => options.Environment["FIFO"] = fifo);

        var running = agent.RunAsync(context);
        await context.StderrAsync("first line");
        Assert.False(running.IsCompleted);
        await File.WriteAllTextAsync(fifo, "go\n", TestContext.Current.CancellationToken);

        Assert.Equal("\"go\"", AssertSucceeded(await running).ToString());
        Assert.Contains(context.Logged, line => line is { Level: LogLevel.Debug, Event.Id: 3003 } && line.Message == "Run run-1 task compile attempt 2 stdout: \"go\"");
        Assert.Contains(context.Logged, line => line is { Level: LogLevel.Information, Event.Id: 3004 });
    }

    [Fact]
    public async Task Logged_lines_are_bounded_and_have_no_control_characters()
    {
        var context = new TestAgentContext();
        await Shell(@"head -c 100000 /dev/zero | tr '\0' 'x'; printf '\nb\033[31mc\377\r\nlast'", options => options.Result = ProcessResult.None).RunAsync(context);

        var lines = context.Logged.Where(line => line.Event.Id == 3003).Select(line => line.Message[(line.Message.IndexOf("stdout: ", StringComparison.Ordinal) + 8)..]);

        Assert.Equal([new string('x', 4096) + "…", "b\uFFFD[31mc\uFFFD", "last"], lines);
    }

    [Fact]
    public async Task Twenty_programs_run_at_once_and_each_gets_its_own_answer()
    {
        var agent = Program("cat");

        var outputs = await Task.WhenAll(Enumerable.Range(0, 20).Select(async number => AssertSucceeded(
            await agent.RunAsync(request: Request(new KeyValuePair<string, JsonData>("number", JsonData.Parse($"{number}")))))));

        Assert.Equal(Enumerable.Range(0, 20), outputs.Select(output => output.ToElement().GetProperty("inputs").GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task A_logger_that_throws_fails_the_attempt_and_holds_nothing_up()
    {
        NeedsUnix();
        var context = new BrokenLoggerContext();

        var running = Shell("head -c 1000000 /dev/zero >&2; echo 1").ExecuteAsync(Request(), context, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => running.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    private sealed class BrokenLoggerContext : IAgentContext, ILogger
    {
        public ILogger Logger => this;

        public IServiceProvider Services => throw new NotSupportedException();

        public TimeProvider TimeProvider => TimeProvider.System;

        public OrchestrationEngine.Artifacts.IArtifacts Artifacts => throw new NotSupportedException();

        public void ReportModel(string model) => throw new NotSupportedException();

        public OrchestrationEngine.Workspaces.IWorkspace Workspace => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 3004)
            {
                throw new InvalidTimeZoneException("The logger is broken.");
            }
        }
    }
}
