using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Benchmarks;

/// <summary>Measures whole runs of the standard workloads beside bare baselines, in one process, and prints a table.</summary>
internal static class Harness
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--profile", var name, var store, var seconds])
        {
            return await RepeatAsync(name, store, TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
        }

        var quick = args.Contains("--quick");
        var only = Array.IndexOf(args, "--only") is var at and >= 0 ? args[at + 1] : null;
        var times = quick ? 1 : 5;
        var folder = Directory.CreateTempSubdirectory("orchestration-benchmarks-").FullName;
        await using var server = only is null or "postgresql" ? await PostgreSqlWorkloads.StartAsync() : null;
        try
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}; median of {times}"));
            Console.WriteLine();
            Console.WriteLine("| workload | system | steps/s | of the baseline | bytes allocated a step | peak memory MB | bytes stored a step | commits |");
            Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|");
            foreach (var workload in Workload.Standard(quick ? 20 : 1))
            {
                if (only is null or "memory")
                {
                    await MemoryAsync(workload, times);
                }

                if (only is null or "sqlite")
                {
                    await SqliteAsync(workload, times, folder);
                }

                if (server is not null)
                {
                    await server.MeasureAsync(workload, times);
                }
            }

            foreach (var workload in only is null or "memory" ? Workload.Scale(quick ? 1_000 : 1_000_000) : [])
            {
                Print(workload, "engine, in memory", await Measurement.MedianAsync(times, () => EngineRunner.RunAsync(workload, builder => builder.UseInMemoryStore())), null);
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }

        if (quick && only is null)
        {
            Console.WriteLine();
            await ArtifactThroughput.RunAsync(quick, huge: false);
            return SchemaChecks.Run(quick);
        }

        return 0;
    }

    private static async Task MemoryAsync(Workload workload, int times)
    {
        var bare = await Measurement.MedianAsync(times, () => BareChannel.RunAsync(workload));
        Print(workload, "bare channel, two workers", bare, null);
        var engine = await Measurement.MedianAsync(times, () => EngineRunner.RunAsync(workload, builder => builder.UseInMemoryStore()));
        Print(workload, "engine, in memory", engine, bare);
    }

    private static async Task SqliteAsync(Workload workload, int times, string folder)
    {
        // One file for all repetitions, as in an application: its log has grown to its size when it counts.
        var file = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".db");
        var commits = 0L;
        var repetitions = 0;
        Measurement engine;
        await using (var store = new SqliteStateStore(file))
        {
            engine = await Measurement.MedianAsync(times, async () =>
            {
                repetitions++;
                var before = store.Commits;
                var elapsed = await EngineRunner.RunAsync(workload, builder => builder.Services.AddSingleton<IStateStore>(store));
                commits = store.Commits - before;
                return elapsed;
            });
        }

        var stored = new FileInfo(file).Length / repetitions;
        using var inserts = new BareInserts(file, folder, workload.Runs);
        var bare = await Measurement.MedianAsync(times, () => Task.FromResult(inserts.Run(commits)));
        Print(workload, "bare inserts of the same rows", bare, null, stored, commits);
        Print(workload, "engine, SQLite, full sync", engine, bare, stored, commits);
    }

    // For a profiler: one workload, again and again.
    private static async Task<int> RepeatAsync(string name, string store, TimeSpan time)
    {
        var workload = Workload.Standard(1).Single(each => each.Name == name);
        var folder = Directory.CreateTempSubdirectory("orchestration-benchmarks-").FullName;
        await using var server = store == "postgresql" ? await PostgreSqlWorkloads.StartAsync() : null;
        IStateStore state = store switch
        {
            "sqlite" => new SqliteStateStore(Path.Combine(folder, "profile.db")),
            "postgresql" => await server!.OpenAsync(),
            _ => new InMemoryStateStore(),
        };
        var clock = Stopwatch.StartNew();
        var items = ThreadPool.CompletedWorkItemCount;
        var runs = 0;
        var inside = TimeSpan.Zero;
        for (; clock.Elapsed < time; runs++)
        {
            inside += await EngineRunner.RunAsync(workload, builder => builder.Services.AddSingleton(state));
        }

        if (state is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {(double)runs * workload.Steps / inside.TotalSeconds:N0} steps/s, {inside / clock.Elapsed:P0} of the time inside, {(ThreadPool.CompletedWorkItemCount - items) / ((double)runs * workload.Steps):N1} work items and {Process.GetCurrentProcess().TotalProcessorTime.TotalMicroseconds / ((double)runs * workload.Steps):N0} µs of this process a step"));
        return 0;
    }

    public static void Print(Workload workload, string system, Measurement measured, Measurement? baseline, long stored = 0, long commits = 0)
        => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {workload.Name} | {system} | {workload.Steps / measured.Elapsed.TotalSeconds:N0} | {(baseline is { } floor ? $"{floor.Elapsed / measured.Elapsed:P0}" : "")} | {measured.Allocated / workload.Steps:N0} | {measured.PeakBytes / 1048576:N0} | {(stored > 0 ? $"{stored / workload.Steps:N0}" : "")} | {(commits > 0 ? $"{commits:N0}" : "")} |"));
}
