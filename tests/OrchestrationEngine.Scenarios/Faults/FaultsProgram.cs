using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace OrchestrationEngine.Scenarios.Faults;

/// <summary>The program that disturbs real node processes, run as a process to its end.</summary>
internal static class FaultsProgram
{
    public const int NoSuchStore = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it with a seed: that of <c>ORCHESTRATION_SEED</c> where it is set, so that a trial can be made again.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(int defaultSeed, params string[] arguments)
    {
        var program = typeof(FaultsProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "FaultsProgram").Value!;
        var seed = Environment.GetEnvironmentVariable("ORCHESTRATION_SEED") ?? defaultSeed.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments, "--seed", seed])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
