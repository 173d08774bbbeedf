using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Agents.ProcessAgentHarness;

namespace OrchestrationEngine.Tests.Agents;

public class ProcessAgentStartTests
{
    [Theory]
    [InlineData("no-such-program-anywhere", "is in no directory of PATH")]
    [InlineData("/no/such/program", "There is no file /no/such/program.")]
    [InlineData("/", "is a directory")]
    [InlineData("/etc/passwd", "is not executable")]
    public async Task A_program_that_cannot_be_started_fails_for_good_and_says_why(string fileName, string expected)
    {
        var result = AssertFailed(await Program(fileName).RunAsync(), FailureClass.Permanent);

        Assert.False(result.Retryable);
        Assert.Contains(expected, result.Message, StringComparison.Ordinal);
        Assert.Contains($"Agent 'compiler' (program '{fileName}')", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_the_system_cannot_execute_fails_for_good()
    {
        NeedsUnix();
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("program");
        await File.WriteAllTextAsync(file, "#!/no/such/interpreter\n", TestContext.Current.CancellationToken);
        MakeExecutable(file);

        Assert.False(AssertFailed(await Program(file).RunAsync(), FailureClass.Permanent).Retryable);
    }

    [Fact]
    public async Task A_name_is_looked_up_in_the_path_of_the_program_and_not_in_the_current_directory()
    {
        NeedsUnix();
        using var directory = new TemporaryDirectory();
        var options = new ProcessAgentOptions { FileName = "cat", Environment = { ["PATH"] = directory.FullPath } };

        Assert.Contains(directory.FullPath, AssertFailed(await new ProcessAgent(options).RunAsync(), FailureClass.Permanent).Message, StringComparison.Ordinal);

        File.CreateSymbolicLink(directory.Combine("cat"), "/bin/cat");
        AssertSucceeded(await new ProcessAgent(options).RunAsync());
    }

    [Fact]
    public async Task Without_a_path_a_name_cannot_be_looked_up()
    {
        NeedsUnix();
        var agent = new ProcessAgent(new ProcessAgentOptions { FileName = "cat", InheritEnvironment = [] });

        Assert.Contains("add PATH to InheritEnvironment", AssertFailed(await agent.RunAsync(), FailureClass.Permanent).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_starts_in_its_working_directory()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.Combine("here.json"), "1", TestContext.Current.CancellationToken);

        Assert.Equal("1", AssertSucceeded(await Shell("cat here.json", options => options.WorkingDirectory = directory.FullPath).RunAsync()).ToString());
    }

    [Fact]
    public async Task A_working_directory_that_does_not_exist_is_told()
    {
        var result = AssertFailed(await Shell("echo 1", options => options.WorkingDirectory = "/no/such/directory").RunAsync(), FailureClass.Permanent);

        Assert.False(result.Retryable);
        Assert.Contains("WorkingDirectory /no/such/directory does not exist", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_sees_the_variables_that_it_was_given_and_no_others()
    {
        Environment.SetEnvironmentVariable("PROCESS_AGENT_TEST_SECRET", "hunter2");
        Environment.SetEnvironmentVariable("PROCESS_AGENT_TEST_WANTED", "wanted");

        var agent = Shell("env", options =>
        {
            options.Result = ProcessResult.StdoutText;
            options.InheritEnvironment.Add("PROCESS_AGENT_TEST_WANTED");
            options.InheritEnvironment.Add("PROCESS_AGENT_TEST_UNSET");
            options.Environment["EXPLICIT"] = "a b=c";
        });
        var lines = AssertSucceeded(await agent.RunAsync()).ToElement().GetString()!.Split('\n');

        Assert.Contains("PROCESS_AGENT_TEST_WANTED=wanted", lines);
        Assert.Contains("EXPLICIT=a b=c", lines);
        Assert.Contains("PATH=" + Environment.GetEnvironmentVariable("PATH"), lines);
        Assert.DoesNotContain(lines, line => line.Contains("SECRET", StringComparison.Ordinal) || line.Contains("UNSET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_set_is_above_what_is_inherited()
    {
        var agent = Shell("printf %s \"$HOME\"", options =>
        {
            options.Result = ProcessResult.StdoutText;
            options.Environment["HOME"] = "/elsewhere";
        });

        Assert.Equal("/elsewhere", AssertSucceeded(await agent.RunAsync()).ToElement().GetString());
    }

    [Fact]
    public async Task Neither_arguments_nor_environment_values_are_in_messages_or_logs()
    {
        var context = new TestAgentContext();
        var agent = Shell("exit 1 # argument-secret", options => options.Environment["TOKEN"] = "environment-secret");

        var result = await agent.RunAsync(context);

        Assert.DoesNotContain("secret", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(context.Logged, line => line.Message.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_that_are_changed_later_have_no_effect()
    {
        NeedsUnix();
        var options = new ProcessAgentOptions { FileName = "/bin/sh", Arguments = ["-c", "echo \"\\\"$NAME\\\"\"; exit 3"], SuccessExitCodes = [3], Environment = { ["NAME"] = "before" } };
        var agent = new ProcessAgent(options);

        options.FileName = "/no/such/program";
        options.Arguments.Clear();
        options.SuccessExitCodes.Clear();
        options.Environment["NAME"] = "after";
        options.InheritEnvironment.Clear();
        options.MaxOutputBytes = 1;

        Assert.Equal("\"before\"", AssertSucceeded(await agent.RunAsync()).ToString());
    }

    [Fact]
    public void Everything_that_is_wrong_with_the_options_is_told_at_once()
    {
        var options = new ProcessAgentOptions
        {
            FileName = " ",
            Arguments = ["a", "b\0", null!],
            WorkingDirectory = "",
            InheritEnvironment = ["A=B"],
            Environment = new Dictionary<string, string> { [""] = "x", ["SECRET"] = "hunter2\0", [ProcessAgentOptions.ResultFileVariable] = "x" },
            Result = ProcessResult.ResultFile,
            SuccessExitCodes = [0, 1],
            RetryableExitCodes = [1, 2],
            Timeout = TimeSpan.Zero,
            MaxOutputBytes = 0,
            MaxErrorBytes = -1,
        };

        var exception = Assert.Throws<OrchestrationConfigurationException>(() => new ProcessAgent(options));

        Assert.Equal(12, exception.Problems.Count);
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
        Assert.All(exception.Problems, problem => Assert.StartsWith("Process agent: ", problem, StringComparison.Ordinal));
    }

    private static void MakeExecutable(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.UserExecute);
        }
    }
}
