using System.Buffers;
using System.Text;
using SQLitePCL;

namespace OrchestrationEngine.Sqlite.Native;

/// <summary>One prepared statement. Texts are bound from UTF-8, so that what is UTF-8 already never becomes a string.</summary>
internal sealed class Statement : IDisposable
{
    private const int LargestOnStack = 512;
    private readonly sqlite3_stmt _handle;
    private readonly string _sql;

    public Statement(Database database, sqlite3_stmt handle, string sql)
    {
        Database = database;
        _handle = handle;
        _sql = sql;
    }

    public Database Database { get; }

    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(_handle, index, value));

    public void BindNull(int index) => Check(raw.sqlite3_bind_null(_handle, index));

    public void Bind(int index, ReadOnlySpan<byte> utf8)
    {
        // An empty span has a null pointer, which SQLite takes for NULL.
        Check(utf8.IsEmpty ? raw.sqlite3_bind_text(_handle, index, "") : raw.sqlite3_bind_text(_handle, index, utf8));
    }

    public void BindBlob(int index, ReadOnlySpan<byte> bytes)
        => Check(bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(_handle, index, 0) : raw.sqlite3_bind_blob(_handle, index, bytes));

    public void Bind(int index, long? value)
    {
        if (value is { } number)
        {
            Bind(index, number);
        }
        else
        {
            BindNull(index);
        }
    }

    public void Bind(int index, string? text)
    {
        if (text is null)
        {
            BindNull(index);
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= LargestOnStack)
        {
            Span<byte> utf8 = stackalloc byte[LargestOnStack];
            Bind(index, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        Bind(index, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one; when there is none, the statement can be used again.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(_handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code == raw.SQLITE_DONE)
        {
            Reset();
            return false;
        }

        var fault = Database.Fault(code, _sql);
        Reset();
        throw fault;
    }

    /// <summary>Runs the statement to its end, passing over its rows.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>Runs a statement without rows, unless another connection is in the way.</summary>
    /// <returns>Null when it was run; what SQLite said when another connection is in the way.</returns>
    public SqliteFaultException? TryRun()
    {
        var code = raw.sqlite3_step(_handle);
        if (code == raw.SQLITE_DONE)
        {
            Reset();
            return null;
        }

        var fault = Database.Fault(code, _sql);
        Reset();
        return fault.IsBusy ? fault : throw fault;
    }

    /// <summary>Makes the statement ready to be used again. What was bound stays bound.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long? NumberOrNull(int column) => IsNull(column) ? null : Number(column);

    public long Number(int column) => raw.sqlite3_column_int64(_handle, column);

    /// <summary>The bytes of a text; valid until the next step.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => raw.sqlite3_column_blob(_handle, column);

    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public void Dispose() => _ = raw.sqlite3_finalize(_handle);

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Database.Fault(code, _sql);
        }
    }
}
