using System.Diagnostics;

namespace OrchestrationEngine.Benchmarks;

/// <summary>What one run of a workload took.</summary>
/// <param name="Elapsed">The time.</param>
/// <param name="Allocated">Bytes allocated, over all threads.</param>
/// <param name="PeakBytes">The largest working set of the process while it ran.</param>
internal readonly record struct Measurement(TimeSpan Elapsed, long Allocated, long PeakBytes)
{
    // A run of a thousand steps takes milliseconds: without this, the compiler would be measured.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Runs for a while to warm up, then several times; the median counts.</summary>
    public static async Task<Measurement> MedianAsync(int times, Func<Task<TimeSpan>> run)
    {
        for (var clock = Stopwatch.StartNew(); times > 1 && clock.Elapsed < WarmUp;)
        {
            await run();
        }

        var all = new List<Measurement>();
        for (var i = 0; i < times; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            ResetPeak();
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var elapsed = await run();
            all.Add(new Measurement(elapsed, GC.GetTotalAllocatedBytes(precise: true) - allocated, Peak()));
        }

        all.Sort(static (one, other) => one.Elapsed.CompareTo(other.Elapsed));
        return all[times / 2];
    }

    // Linux forgets the peak on request; elsewhere it is that of the whole process so far.
    private static void ResetPeak()
    {
        if (OperatingSystem.IsLinux())
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
