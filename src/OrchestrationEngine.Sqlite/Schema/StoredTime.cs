namespace OrchestrationEngine.Sqlite.Schema;

/// <summary>Times as they are stored: ticks of 100 nanoseconds since 1970, in UTC, so that nothing is rounded.</summary>
internal static class StoredTime
{
    /// <summary>The latest time there is.</summary>
    public static readonly long Latest = From(DateTimeOffset.MaxValue);

    public static long From(DateTimeOffset time) => time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;

    public static DateTimeOffset To(long stored) => new(stored + DateTimeOffset.UnixEpoch.UtcTicks, TimeSpan.Zero);
}
