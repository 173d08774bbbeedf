using Microsoft.Extensions.Logging;

namespace OrchestrationEngine.Artifacts;

/// <summary>Collects the contents of a node's store from time to time, for as long as it lives.</summary>
internal sealed class ArtifactSweep(IArtifactCollection collection, TimeSpan interval, TimeProvider time, Func<double> random, ILogger log)
{
    /// <summary>Runs until it is canceled. It does not throw.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Never at once: a process that starts has more urgent work.
        while (await WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var report = await collection.CollectAsync(cancellationToken).ConfigureAwait(false);
                if (report is not { Unlinked: 0, Contents: 0, Memos: 0 })
                {
                    Log.Collected(log, report.Contents, report.Bytes, report.Unlinked, report.Memos);
                }

                foreach (var problem in report.Problems)
                {
                    Log.Kept(log, problem.Run, problem.Message);
                }
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // The node stops; the next collection of any node goes on.
            }
#pragma warning disable CA1031 // Whatever it is, the next collection tries again; were it thrown here, there would be none.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.NotCollected(log, interval, e);
            }
        }
    }

    // Between nine and eleven tenths of the interval, so that many nodes do not come at the same time.
    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(interval * (0.9 + (0.2 * random())), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }
}
