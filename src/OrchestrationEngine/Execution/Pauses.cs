namespace OrchestrationEngine.Execution;

/// <summary>Waits that can be cut short.</summary>
internal static class Pauses
{
    /// <summary>
    /// Ends when the time is over or the wait is cut short, and never fails. Not the framework's delay: whoever waits for that goes on on the thread
    /// pool when it is cut short, wherever the engine's work runs.
    /// </summary>
    public static async Task ForAsync(TimeSpan time, TimeProvider clock, CancellationToken cutShort)
        => await new TaskCompletionSource().Task.WaitAsync(time, clock, cutShort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
