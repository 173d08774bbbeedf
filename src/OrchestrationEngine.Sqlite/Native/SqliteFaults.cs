using OrchestrationEngine.State;
using SQLitePCL;

namespace OrchestrationEngine.Sqlite.Native;

/// <summary>Says in the words of the store what SQLite's result codes mean, and whether the same call may succeed later. The only place that does.</summary>
internal static class SqliteFaults
{
    public static StateStoreException Translate(SqliteFaultException fault, string file)
    {
        var (what, isTransient) = fault.PrimaryCode switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => ("is locked by another program. Nothing was written; try again, end what holds it (a shell with an open transaction, a backup), or raise BusyTimeout", true),
            raw.SQLITE_FULL => ("can't grow: the disk is full. Nothing was written and nothing is lost; make room", true),
            raw.SQLITE_IOERR => ("could not be read or written: the disk reported an error. Nothing that was acknowledged is lost unless the disk has lost it; check the disk", true),
            raw.SQLITE_NOMEM => ("could not be used: there is no memory left. Nothing was written", true),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => ("can't be written: the file or its folder is read-only. Give this process write access to the file and to its folder", false),
            raw.SQLITE_CANTOPEN => ("can't be opened. Check that the folder exists and that this process has write access to it", false),
            raw.SQLITE_NOTADB => ("is not an SQLite database. Give another file; this one was not changed", false),
            raw.SQLITE_CORRUPT => ("is damaged. Stop the engine, keep a copy of the file with its -wal file, and restore a backup or recover with the sqlite3 shell (.recover)", false),
            raw.SQLITE_TOOBIG => ("can't hold a value that large: one fact has at most 1,000,000,000 bytes. Hand over large content by reference", false),
            _ => ("refused the operation", false),
        };
        return new StateStoreException($"The store '{file}' {what}. ({fault.Message})", isTransient, fault);
    }
}
