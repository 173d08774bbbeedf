namespace OrchestrationEngine.Execution;

/// <summary>How long the engine waits before it tries something of its own again.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The delay after this many failures in a row, from 1: doubling, up to half a minute.</summary>
    public static TimeSpan Delay(int failures)
    {
        var delay = First * Math.Pow(2, Math.Min(failures, 20) - 1);
        return delay < Longest ? delay : Longest;
    }
}
