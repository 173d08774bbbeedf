namespace OrchestrationEngine.State;

/// <summary>Tells nodes that there is something to look for, sooner than they would by themselves. An ability that a store may have beside <see cref="IStateStore"/>.</summary>
public interface IStateStoreNotifications
{
    /// <summary>
    /// Calls back when a run may have become due, a message may have been posted or an answer stored, by this process or another. A hint: it may come
    /// without a reason, late, or, where a connection was lost, not at all; who listens looks from time to time as well.
    /// </summary>
    /// <param name="ring">Called on any thread, perhaps on several at once; returns at once and does not throw.</param>
    /// <returns>Ends the calls when it is disposed of.</returns>
    IDisposable Subscribe(Action ring);
}
