using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace OrchestrationEngine.Benchmarks;

/// <summary>Measures whole runs of the standard workloads beside bare baselines, in one process, and prints a table.</summary>
internal static class Harness
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--profile", var name, var seconds])
        {
            return await RepeatAsync(name, TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
        }

        var quick = args.Contains("--quick");
        var times = quick ? 1 : 5;
        Console.WriteLine("| workload | system | steps/s | bytes allocated a step | ratio |");
        Console.WriteLine("|---|---|---:|---:|---:|");
        foreach (var workload in Workload.Standard(quick ? 20 : 1))
        {
            var bare = await Measurement.MedianAsync(times, () => BareChannel.RunAsync(workload));
            Print(workload, "bare channel, 2 workers", bare, bare);
            var memory = await Measurement.MedianAsync(times, () => EngineRunner.RunAsync(workload, builder => builder.UseInMemoryStore()));
            Print(workload, "engine, in memory", memory, bare);
        }

        return 0;
    }

    // For a profiler: one workload, again and again.
    private static async Task<int> RepeatAsync(string name, TimeSpan time)
    {
        var workload = Workload.Standard(1).Single(each => each.Name == name);
        var clock = Stopwatch.StartNew();
        var runs = 0;
        var inside = TimeSpan.Zero;
        for (; clock.Elapsed < time; runs++)
        {
            inside += await EngineRunner.RunAsync(workload, builder => builder.UseInMemoryStore());
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {(double)runs * workload.Steps / clock.Elapsed.TotalSeconds:N0} steps/s, {inside / clock.Elapsed:P0} of the time inside"));
        return 0;
    }

    private static void Print(Workload workload, string system, Measurement measured, Measurement baseline)
        => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {workload.Name} | {system} | {workload.Steps / measured.Elapsed.TotalSeconds:N0} | {measured.Allocated / workload.Steps:N0} | {baseline.Elapsed / measured.Elapsed:P1} |"));
}
