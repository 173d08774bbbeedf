namespace OrchestrationEngine.Execution;

/// <summary>What one attempt has taken of the engine. It is given back once, by whoever comes first.</summary>
internal sealed class RoomLease(EngineRoom room, RoomLine line)
{
    private int _isTaken = 1;

    /// <summary>Gives it back, unless that was done.</summary>
    /// <returns>Whether this call did it.</returns>
    public bool TryGiveBack()
    {
        if (Interlocked.Exchange(ref _isTaken, 0) == 0)
        {
            return false;
        }

        room.Release(line, 1);
        return true;
    }
}
