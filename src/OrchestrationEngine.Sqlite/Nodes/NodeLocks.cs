using System.Collections.Concurrent;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Nodes;

/// <summary>
/// Tells at once that a process is dead. A node keeps a file beside the database locked as long as it is entered; the operating system drops the lock with
/// the process, however that ends. Safe for all threads.
/// </summary>
/// <remarks>
/// Only a file that can be locked is proof. One that is missing is none: another process may know the folder by another path. The node's time decides then.
/// </remarks>
internal sealed class NodeLocks : IDisposable
{
    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];
    private readonly ConcurrentDictionary<string, FileStream> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, string> _ofStay = new();
    private readonly string _folder;
    private readonly string _prefix;

    /// <summary>Makes the locks of a store.</summary>
    /// <param name="file">The full path of the database.</param>
    public NodeLocks(string file)
    {
        // Beside the database itself, where all who come by a link find it.
        var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        _folder = Path.GetDirectoryName(target)!;
        _prefix = Path.GetFileName(target) + ".node-";
    }

    /// <summary>Makes a file and locks it.</summary>
    /// <returns>Its name; empty where locks do not work, on a file system without them or where .NET was told not to use them.</returns>
    public string Take()
    {
        var name = $"{_prefix}{Guid.NewGuid():N}.lock";
        try
        {
            var held = new FileStream(PathOf(name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (CanBeLocked(name))
            {
                // Every node would look dead to every other.
                held.Dispose();
                File.Delete(PathOf(name));
                return "";
            }

            _held[name] = held;
            return name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateStoreException($"No node can join: its lock file '{PathOf(name)}' could not be made. {e.Message} Give this process write access to the folder of the database.", isTransient: e is IOException, e);
        }
    }

    /// <summary>Whether nobody holds a file locked that a node made: its process is gone.</summary>
    public bool IsFree(string name)
    {
        if (name.Length == 0 || _held.ContainsKey(name))
        {
            return false;
        }

        try
        {
            return CanBeLocked(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateStoreException($"The lock file '{PathOf(name)}' of a node could not be looked at. {e.Message} Give all processes on this database write access to its folder and to each other's files.", isTransient: e is IOException, e);
        }
    }

    /// <summary>Remembers for which stay a file is.</summary>
    public void Keep(string name, long stay) => _ofStay[stay] = name;

    /// <summary>Gives up the file of a stay, where this store has it.</summary>
    public void DropOf(long stay)
    {
        if (_ofStay.TryRemove(stay, out var name))
        {
            Drop(name);
        }
    }

    /// <summary>Gives up a file, this store's or that of a node that is gone, and deletes it.</summary>
    public void Drop(string name)
    {
        if (name.Length == 0)
        {
            return;
        }

        if (_held.TryRemove(name, out var held))
        {
            held.Dispose();
        }

        try
        {
            File.Delete(PathOf(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows does not delete what a paused process has open. The file is empty and nothing looks at it any more; its holder drops it
            // when it learns that it was put out.
        }
    }

    /// <summary>Gives up the files that this store holds, and deletes them: a store that was closed in order leaves no proof of death, so its nodes keep their time.</summary>
    public void Dispose()
    {
        foreach (var name in _held.Keys)
        {
            Drop(name);
        }
    }

    private bool CanBeLocked(string name)
    {
        try
        {
            using var probe = new FileStream(PathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException e) when (Array.IndexOf(HeldByAnother, e.HResult) >= 0)
        {
            return false;
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
