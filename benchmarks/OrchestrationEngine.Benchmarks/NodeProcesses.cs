using System.Diagnostics;
using System.Reflection;

namespace OrchestrationEngine.Benchmarks;

/// <summary>Measures several node processes on one PostgreSQL: W2 with one, two and three of them, and how long a run stands still when its node is killed.</summary>
internal static class NodeProcesses
{
    /// <summary>What starts, kills and measures node processes is the program of the trials; its tables go to where this program's go.</summary>
    public static async Task<int> RunAsync(bool quick)
    {
        var program = typeof(NodeProcesses).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "FaultsProgram").Value!;
        string[][] measurements = [["--throughput"], ["--takeover", quick ? "2" : "50"]];
        foreach (var measurement in measurements)
        {
            using var process = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, "--store", "postgres", "--nodes", "3", .. measurement]))!;
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                return process.ExitCode;
            }

            Console.WriteLine();
        }

        return 0;
    }
}
