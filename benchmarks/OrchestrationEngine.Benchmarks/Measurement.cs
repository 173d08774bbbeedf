using System.Diagnostics;

namespace OrchestrationEngine.Benchmarks;

/// <summary>What one run of a workload took.</summary>
/// <param name="Elapsed">The time.</param>
/// <param name="Allocated">Bytes allocated, over all threads.</param>
/// <param name="PeakBytes">The largest heap seen while it ran.</param>
internal readonly record struct Measurement(TimeSpan Elapsed, long Allocated, long PeakBytes)
{
    /// <summary>Runs once to warm up, then several times; the median counts.</summary>
    public static async Task<Measurement> MedianAsync(int times, Func<Task<TimeSpan>> run)
    {
        await run();
        var all = new List<Measurement>();
        for (var i = 0; i < times; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var elapsed = await run();
            all.Add(new Measurement(elapsed, GC.GetTotalAllocatedBytes(precise: true) - allocated, Process.GetCurrentProcess().PeakWorkingSet64));
        }

        all.Sort(static (one, other) => one.Elapsed.CompareTo(other.Elapsed));
        return all[times / 2];
    }
}
