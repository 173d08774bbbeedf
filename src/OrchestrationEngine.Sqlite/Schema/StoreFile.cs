using System.Diagnostics;
using System.Globalization;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Schema;

/// <summary>Opens the file of a store for writing: sees that it is ours before it changes anything, and brings its schema up to date.</summary>
internal static class StoreFile
{
    /// <summary>Marks a file as a store of this library: "ORCH".</summary>
    public const int ApplicationId = 0x4F524348;

    /// <summary>The version of the schema that this version of the library writes.</summary>
    public static int SchemaVersion => Migration.All[^1].Version;

    /// <summary>Opens the connection that writes.</summary>
    /// <param name="file">The full path of the file.</param>
    /// <param name="options">How the file is kept.</param>
    public static Database OpenForWriting(string file, SqliteStateStoreOptions options)
    {
        // Of processes that open a new file at the same moment, SQLite lets one change the mode of the file and tells the others at once that it is busy.
        var started = Stopwatch.GetTimestamp();
        var wait = default(SpinWait);
        while (true)
        {
            try
            {
                return Open(file, options);
            }
            catch (SqliteFaultException fault) when (fault.IsBusy && Stopwatch.GetElapsedTime(started) < options.BusyTimeout)
            {
                wait.SpinOnce();
            }
        }
    }

    private static Database Open(string file, SqliteStateStoreOptions options)
    {
        var database = Database.Open(file, create: true, options.BusyTimeout);
        try
        {
            var isNew = RequireOurs(database, file);
            if (database.IsReadOnly)
            {
                throw new StateStoreException($"The store '{file}' can't be written: the file is read-only. Give this process write access to the file and to its folder.", isTransient: false);
            }

            if (options.CheckIntegrityOnOpen)
            {
                RequireSound(database, file);
            }

            if (isNew)
            {
                // Counts for a file without tables and without a log; elsewhere it waits for a rewrite of the file.
                database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
            }

            UseWriteAheadLog(database, file, options.Synchronous);
            Migrate(database, file);
            if (options.VacuumOnOpen)
            {
                database.Execute("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
            }

            if (options.MaxPages is { } pages)
            {
                _ = database.QueryNumber(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));
            }

            // From here on whoever writes waits by itself.
            database.WaitNoMore();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a file that is not ours.</summary>
    /// <returns>Whether there is nothing in it yet.</returns>
    private static bool RequireOurs(Database database, string file)
    {
        // One look: another process may be making the tables.
        database.Execute("BEGIN");
        var applicationId = database.QueryNumber("PRAGMA application_id");
        var version = database.QueryNumber("PRAGMA user_version");
        var tables = database.QueryNumber("SELECT count(*) FROM sqlite_master");
        database.Execute("COMMIT");
        var isNew = tables == 0 && applicationId == 0 && version == 0;
        if (!isNew && applicationId != ApplicationId)
        {
            throw new StateStoreException($"'{file}' is an SQLite database of another application (application_id {applicationId}, {tables} tables and indexes). Give another file; this one was not changed.", isTransient: false);
        }

        if (version > SchemaVersion)
        {
            throw new StateStoreException($"The store '{file}' has schema version {version}; this version of OrchestrationEngine.Sqlite knows versions up to {SchemaVersion}. Use a newer version of the package; the file was not changed.", isTransient: false);
        }

        return isNew;
    }

    private static void RequireSound(Database database, string file)
    {
        var verdict = database.QueryText("PRAGMA quick_check(1)");
        if (verdict != "ok")
        {
            throw new StateStoreException($"The store '{file}' is damaged: {verdict}. Keep a copy of the file with its -wal file, and restore a backup or recover with the sqlite3 shell (.recover).", isTransient: false);
        }
    }

    private static void UseWriteAheadLog(Database database, string file, SqliteSynchronous synchronous)
    {
        var mode = database.QueryText("PRAGMA journal_mode = WAL");
        if (mode != "wal")
        {
            throw new StateStoreException($"The store '{file}' can't use a write-ahead log: SQLite stays with '{mode}'. Put the file on a local disk; network file systems have no shared memory.", isTransient: false);
        }

        database.Execute($"PRAGMA synchronous = {synchronous}");

        // A cache for the pages that a thousand runs write to again and again; a log of 16 MiB before its pages move to the
        // database, for pages written many times move once; and a log that one large commit has blown up shrinks again.
        database.Execute("PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
    }

    private static void Migrate(Database database, string file)
    {
        if (database.QueryNumber("PRAGMA user_version") >= SchemaVersion)
        {
            return;
        }

        using var former = FormerOwner.Exclude(file);
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            // Another process may have done it, or a part of it, while this one waited for its turn.
            var version = database.QueryNumber("PRAGMA user_version");
            foreach (var migration in Migration.All.Where(migration => migration.Version > version))
            {
                database.Execute(migration.Sql);
                database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {migration.Version}"));
            }

            database.Execute("COMMIT");
        }
        finally
        {
            if (database.InTransaction)
            {
                database.Execute("ROLLBACK");
            }
        }
    }
}
