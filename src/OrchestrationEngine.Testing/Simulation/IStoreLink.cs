namespace OrchestrationEngine.Testing;

/// <summary>The way from a node to its store and back.</summary>
internal interface IStoreLink
{
    /// <summary>Calls the store.</summary>
    /// <param name="call">What for.</param>
    /// <param name="effect">What the call does in the store; it completes at once. It may be called not at all, or twice.</param>
    /// <param name="cancellationToken">Cancels as long as the call has not reached the store.</param>
    ValueTask<T> CallAsync<T>(StoreCall call, Func<ValueTask<T>> effect, CancellationToken cancellationToken);

    /// <summary>Passes a ring of the store on.</summary>
    /// <param name="ring">Who wants to hear it.</param>
    /// <returns>What to call when the store rings.</returns>
    Action Ringing(Action ring);
}

/// <summary>A call of a store.</summary>
/// <param name="Name">Which.</param>
/// <param name="Subject">The run, node or message that it is about, or null.</param>
/// <param name="Number">The version or epoch, or zero.</param>
/// <param name="IsWrite">Whether it changes the store.</param>
/// <param name="IsRepeatable">Whether a second one with the same content changes nothing more.</param>
internal readonly record struct StoreCall(string Name, string? Subject = null, long Number = 0, bool IsWrite = false, bool IsRepeatable = false);

/// <summary>A way that is no distance: each call is made at once.</summary>
internal sealed class DirectLink : IStoreLink
{
    public ValueTask<T> CallAsync<T>(StoreCall call, Func<ValueTask<T>> effect, CancellationToken cancellationToken) => effect();

    public Action Ringing(Action ring) => ring;
}
