namespace OrchestrationEngine.Execution;

/// <summary>
/// How often a loop may look in vain: many times in a row, but not for ever. A store that rings at each of a hundred thousand commits a second must not
/// take a processor. Used by one loop.
/// </summary>
internal sealed class RingLimit(TimeProvider time)
{
    private const int Most = 64;

    private static readonly TimeSpan Each = TimeSpan.FromMilliseconds(25);

    private int _left = Most;
    private long _since = time.GetTimestamp();

    /// <summary>Counts a look that was in vain.</summary>
    /// <returns>How long to wait before the next one; null for not at all.</returns>
    public TimeSpan? Take()
    {
        var now = time.GetTimestamp();
        var earned = (int)Math.Min(Most, time.GetElapsedTime(_since, now) / Each);
        if (earned > 0)
        {
            _left = Math.Min(Most, _left + earned);
            _since = now;
        }

        if (_left > 0)
        {
            _left--;
            return null;
        }

        return Each;
    }
}
