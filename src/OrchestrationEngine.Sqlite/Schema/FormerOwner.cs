using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Schema;

/// <summary>
/// Sees that no process of the version before leases is at work on a file while its schema is brought up to date: that one owned the file by a lock on
/// <c>FILE.lock</c>, and would go on to write without looking at leases.
/// </summary>
internal static class FormerOwner
{
    /// <summary>Keeps such a process away, while the schema is changed; afterwards it refuses the file as newer than itself.</summary>
    /// <returns>Lets go; null where there never was such a process.</returns>
    public static IDisposable? Exclude(string file)
    {
        var path = file + ".lock";
        try
        {
            return File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateStoreException(
                $"The store '{file}' has the schema of an older version, and a process of that version has it open ('{path}' is locked). Stop that process; this one then brings the schema up to date. {e.Message}",
                isTransient: e is IOException,
                e);
        }
    }
}
