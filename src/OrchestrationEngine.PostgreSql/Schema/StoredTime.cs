namespace OrchestrationEngine.PostgreSql.Schema;

/// <summary>Times as they are stored: ticks of 100 nanoseconds since 1970, in UTC, so that nothing is rounded.</summary>
internal static class StoredTime
{
    /// <summary>The latest time there is.</summary>
    public static readonly long Latest = From(DateTimeOffset.MaxValue);

    /// <summary>The server's clock as a stored time, in SQL. It goes on within a statement and a transaction.</summary>
    public const string Now = "(extract(epoch FROM clock_timestamp()) * 10000000)::bigint";

    /// <summary>The server's clock when the statement began, in SQL: for comparing with an index, which a clock that goes on can't be.</summary>
    public const string StatementStart = "(extract(epoch FROM statement_timestamp()) * 10000000)::bigint";

    public static long From(DateTimeOffset time) => time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;

    public static DateTimeOffset To(long stored) => new(stored + DateTimeOffset.UnixEpoch.UtcTicks, TimeSpan.Zero);

    /// <summary>A time so many ticks from the start of the statement, in SQL, and never later than the latest there is.</summary>
    /// <param name="ticks">The parameter or column with the ticks.</param>
    public static string After(string ticks) => $"LEAST({StatementStart}, {Latest} - {ticks}) + {ticks}";
}
