using OrchestrationEngine.Sqlite.Native;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>
/// Notes in a transaction that there is something to look for, so that other processes notice it. Appends within a lease never ring. Used by the writer;
/// <see cref="OwnRings"/> is read by others.
/// </summary>
internal sealed class Bell
{
    private readonly Statement _ring;
    private bool _wanted;
    private bool _written;
    private long _ownRings;

    public Bell(Database database) => _ring = database.Prepare("UPDATE bell SET rings = rings + 1 WHERE id = 1");

    /// <summary>How often this connection has rung. Counted before the commit: who has read the file first and reads this next never takes an own ring for another's.</summary>
    public long OwnRings => Volatile.Read(ref _ownRings);

    public void Begin() => (_wanted, _written) = (false, false);

    /// <summary>A run may have become due, a message may have been posted or an answer stored.</summary>
    public void Want() => _wanted = true;

    /// <summary>Writes what was wanted in the transaction, once.</summary>
    /// <returns>Whether it was.</returns>
    public bool Write()
    {
        if (!_wanted)
        {
            return false;
        }

        _ring.Run();
        _written = true;
        Interlocked.Increment(ref _ownRings);
        return true;
    }

    /// <summary>The transaction was undone.</summary>
    public void Forget()
    {
        if (_written)
        {
            _written = false;
            Interlocked.Decrement(ref _ownRings);
        }
    }
}
