using SQLitePCL;

namespace OrchestrationEngine.Sqlite.Native;

/// <summary>What SQLite answered when a call failed. Never leaves the package but as the cause of a <see cref="State.StateStoreException"/>.</summary>
internal sealed class SqliteFaultException : Exception
{
    public SqliteFaultException(int code, string message, string? statement = null)
        : base($"SQLite error {code}: {message}")
    {
        Code = code;
        Statement = statement;
    }

    /// <summary>The extended result code.</summary>
    public int Code { get; }

    /// <summary>The result code without its extension.</summary>
    public int PrimaryCode => Code & 0xFF;

    /// <summary>The statement that failed, or null.</summary>
    public string? Statement { get; }

    /// <summary>Whether another connection is in the way, so that every other statement would wait as long and fail too.</summary>
    public bool IsBusy => PrimaryCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
}
