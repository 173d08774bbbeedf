using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace OrchestrationEngine.Scenarios.Memory;

/// <summary>A run of a million tasks, in a process of its own so that its memory is that of the run alone.</summary>
public sealed partial class MillionTaskRunTests
{
    [Fact]
    public async Task A_plan_of_a_million_tasks_is_loaded_verified_and_run_in_less_than_a_gigabyte_and_a_half()
    {
        var benchmarks = typeof(MillionTaskRunTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Benchmarks").Value!;
        using var process = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [benchmarks, "--million"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        var end = SucceededLine().Match(output);
        Assert.True(process.ExitCode == 0 && end.Success, output);
        var peak = int.Parse(end.Groups["peak"].ValueSpan, CultureInfo.InvariantCulture);
        TestContext.Current.SendDiagnosticMessage(output);
        Assert.InRange(peak, 100, 1499);
    }

    [GeneratedRegex(@"^succeeded: .* peak (?<peak>\d+) MB\r?$", RegexOptions.Multiline)]
    private static partial Regex SucceededLine();
}
