using SQLitePCL;

namespace OrchestrationEngine.Sqlite.Native;

/// <summary>
/// One connection, driven through the native library directly: an ADO.NET command a row costs as much as the row.
/// Used by one thread at a time; the caller sees to that.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly List<Statement> _statements = [];

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle) => _handle = handle;

    /// <summary>Whether a transaction is open. SQLite ends one by itself after some errors.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Whether the file could be opened for reading only.</summary>
    public bool IsReadOnly => raw.sqlite3_db_readonly(_handle, "main") == 1;

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>The row id of the last insert.</summary>
    public long LastInsertedKey => raw.sqlite3_last_insert_rowid(_handle);

    /// <summary>Opens a connection.</summary>
    /// <param name="file">The full path of the file.</param>
    /// <param name="create">Whether the file is created when it does not exist.</param>
    /// <param name="busyTimeout">How long statements wait for a lock.</param>
    public static Database Open(string file, bool create, TimeSpan busyTimeout)
    {
        // Without the library's own mutex: a connection is never used by two threads at once.
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var code = raw.sqlite3_open_v2(file, out var handle, flags, null);
        var database = new Database(handle);
        try
        {
            if (code != raw.SQLITE_OK)
            {
                throw database.Fault(code, null);
            }

            _ = raw.sqlite3_extended_result_codes(handle, 1);
            _ = raw.sqlite3_busy_timeout(handle, (int)busyTimeout.TotalMilliseconds);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Prepares a statement that lives as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle);
        if (code != raw.SQLITE_OK)
        {
            throw Fault(code, sql);
        }

        var statement = new Statement(this, handle, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs one or more statements that give no rows.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw Fault(code, sql);
        }
    }

    /// <summary>The first column of the first row of a query, as a number.</summary>
    public long QueryNumber(string sql) => QueryOnce(sql, static row => row.Number(0));

    /// <summary>The first column of the first row of a query, as a text.</summary>
    public string? QueryText(string sql) => QueryOnce(sql, static row => row.TextOrNull(0));

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _ = raw.sqlite3_close_v2(_handle);
    }

    internal SqliteFaultException Fault(int code, string? sql)
    {
        var extended = raw.sqlite3_extended_errcode(_handle);
        return new SqliteFaultException((extended & 0xFF) == (code & 0xFF) ? extended : code, raw.sqlite3_errmsg(_handle).utf8_to_string(), sql);
    }

    private T? QueryOnce<T>(string sql, Func<Statement, T> read)
    {
        var statement = Prepare(sql);
        try
        {
            return statement.Step() ? read(statement) : default;
        }
        finally
        {
            _statements.Remove(statement);
            statement.Dispose();
        }
    }
}
