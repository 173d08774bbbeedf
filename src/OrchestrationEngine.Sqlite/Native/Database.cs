using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrchestrationEngine.Sqlite.Native;

/// <summary>
/// One connection of Microsoft.Data.Sqlite, whose statements go to the native library directly: an ADO.NET command a row costs as much as the row.
/// Used by one thread at a time; the caller sees to that.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _handle;
    private readonly List<Statement> _statements = [];

    static Database() => Batteries_V2.Init();

    private Database(SqliteConnection connection, sqlite3 handle)
    {
        _connection = connection;
        _handle = handle;
    }

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
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            var handle = connection.Handle!;
            _ = raw.sqlite3_extended_result_codes(handle, 1);
            _ = raw.sqlite3_busy_timeout(handle, (int)busyTimeout.TotalMilliseconds);
            return new Database(connection, handle);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new SqliteFaultException(e.SqliteExtendedErrorCode, e.Message);
        }
    }

    /// <summary>From now on a statement that finds another connection in its way fails at once.</summary>
    public void WaitNoMore() => _ = raw.sqlite3_busy_timeout(_handle, 0);

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
        _connection.Dispose();
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
