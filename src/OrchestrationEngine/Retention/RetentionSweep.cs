using Microsoft.Extensions.Logging;

namespace OrchestrationEngine.Retention;

/// <summary>Applies the rules of a node from time to time, for as long as it lives.</summary>
internal sealed class RetentionSweep(IRunRetention retention, IReadOnlyList<RetentionRule> rules, TimeSpan interval, TimeProvider time, Func<double> random, ILogger log)
{
    /// <summary>Runs until it is canceled. It does not throw.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Never at once: a process that starts has more urgent work, and one that starts again and again would do nothing else.
        while (await WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            var removed = false;
            for (var rule = 0; rule < rules.Count && !cancellationToken.IsCancellationRequested; rule++)
            {
                removed |= await ApplyAsync(rule, cancellationToken).ConfigureAwait(false);
            }

            if (removed)
            {
                await TryAsync(() => retention.CompactAsync(cancellationToken), e => Log.NotCompacted(log, e), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Between nine and eleven tenths of the interval, so that many nodes do not come at the same time.
    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(interval * (0.9 + (0.2 * random())), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }

    private async Task<bool> ApplyAsync(int rule, CancellationToken cancellationToken)
    {
        var removed = false;
        await TryAsync(
            async () =>
            {
                var report = await retention.ApplyAsync(rules[rule], cancellationToken).ConfigureAwait(false);
                removed = report.Rows > 0;
                if (removed)
                {
                    Log.Removed(log, report.Runs, report.Rows, report.Archived, report.Slices, report.LongestSlice);
                }

                foreach (var problem in report.Problems)
                {
                    Log.Kept(log, problem.Run, problem.Message);
                }
            },
            e => Log.Failed(log, rule, interval, e),
            cancellationToken).ConfigureAwait(false);
        return removed;
    }

    private static async Task TryAsync(Func<Task> work, Action<Exception> failed, CancellationToken cancellationToken)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The node stops; what was not removed is removed by the next sweep of any node.
        }
        catch (Exception e)
        {
            failed(e);
        }
    }
}
