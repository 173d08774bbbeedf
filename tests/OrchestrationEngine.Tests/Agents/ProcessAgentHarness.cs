using System.Diagnostics;
using System.Globalization;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Agents;

/// <summary>Runs real programs through a process agent.</summary>
internal static class ProcessAgentHarness
{
    /// <summary>Far more than any test needs; a test that reaches it hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void NeedsUnix() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs /bin/sh and the usual programs of a Unix system.");

    public static AgentRequest Request(params IReadOnlyList<KeyValuePair<string, JsonData>> inputs) => new()
    {
        Run = new RunId("run-1"),
        Plan = "release",
        Phase = "build",
        Task = "compile",
        Agent = "compiler",
        Attempt = 2,
        Inputs = TaskInputs.From(inputs),
    };

    public static ProcessAgent Shell(string script, Action<ProcessAgentOptions>? configure = null)
    {
        NeedsUnix();
        var options = new ProcessAgentOptions { FileName = "/bin/sh", Arguments = ["-c", script] };
        configure?.Invoke(options);
        return new ProcessAgent(options);
    }

    public static ProcessAgent Program(string fileName, params IReadOnlyList<string> arguments)
    {
        NeedsUnix();
        return new ProcessAgent(new ProcessAgentOptions { FileName = fileName, Arguments = [.. arguments] });
    }

    public static Task<AgentResult> RunAsync(this ProcessAgent agent, TestAgentContext? context = null, AgentRequest? request = null)
        => agent.ExecuteAsync(request ?? Request(), context ?? new TestAgentContext(), TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Waits for a line that the program writes to stderr, and gives what follows its beginning.</summary>
    public static async Task<string> StderrAsync(this TestAgentContext context, string beginning)
    {
        var marker = "stderr: " + beginning;
        var line = await context.WaitForLogAsync(entry => entry.Message.Contains(marker, StringComparison.Ordinal), TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        return line.Message[(line.Message.IndexOf(marker, StringComparison.Ordinal) + marker.Length)..].Trim();
    }

    public static async Task<int> PidAsync(this TestAgentContext context, string beginning)
        => int.Parse(await context.StderrAsync(beginning), CultureInfo.InvariantCulture);

    public static AgentResult AssertFailed(AgentResult result, FailureClass kind)
    {
        Assert.False(result.IsSuccess);
        Assert.True(kind == result.FailureClass, $"{result.FailureClass}: {result.Message}");
        return result;
    }

    public static JsonData AssertSucceeded(AgentResult result)
    {
        Assert.True(result.IsSuccess, result.Message);
        return result.Output;
    }

    /// <summary>A killed process is gone a moment after the signal, and nothing but its process id tells of it.</summary>
    public static async Task AssertGoneAsync(int pid)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var start = Stopwatch.GetTimestamp();
        while (IsAlive(pid))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"Process {pid} is still alive.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public static bool IsAlive(int pid)
    {
        try
        {
            if (Directory.Exists("/proc/self"))
            {
                // A zombie has ended; it only waits for its parent to ask how.
                var stat = File.ReadAllText($"/proc/{pid}/stat");
                return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
            }

            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
