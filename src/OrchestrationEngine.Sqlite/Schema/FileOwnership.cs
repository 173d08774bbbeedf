using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Schema;

/// <summary>
/// Holds a store's file for one store: two engines on the same runs would do the same work twice. The lock is on a file of its own,
/// so that other programs can still read the database, and the operating system drops it with the process, however that ends.
/// </summary>
internal sealed class FileOwnership : IDisposable
{
    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];
    private readonly FileStream _held;

    private FileOwnership(FileStream held) => _held = held;

    public static FileOwnership Take(string file)
    {
        try
        {
            return new FileOwnership(new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (Array.IndexOf(HeldByAnother, e.HResult) >= 0)
        {
            throw new StateStoreException(
                $"The store '{file}' is in use by another process, or by another store of this process; one engine at a time may own a file. Stop the other engine, or give this one a file of its own. Other programs may read the file meanwhile.",
                isTransient: false,
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateStoreException(
                $"The store '{file}' can't be owned: '{file}.lock' could not be written. {e.Message} Give this process write access to the file and to its folder.",
                isTransient: false,
                e);
        }
    }

    // The lock file stays: deleting it would let a third process lock a new one while a second holds the old.
    public void Dispose() => _held.Dispose();
}
