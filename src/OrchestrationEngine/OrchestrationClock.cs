namespace OrchestrationEngine;

/// <summary>
/// The clock of the engine, for what works with it: a store that decides by the clock of this machine when a lease is over takes this one, so that
/// a test which moves the engine's clock moves the store's. Registered by <c>AddOrchestration</c>.
/// </summary>
/// <param name="timeProvider">The clock.</param>
public sealed class OrchestrationClock(TimeProvider timeProvider)
{
    /// <summary>
    /// <see cref="OrchestrationOptions.TimeProvider"/>, or where that is not set, the <see cref="System.TimeProvider"/> of the services, or the system's.
    /// </summary>
    public TimeProvider TimeProvider { get; } = timeProvider;
}
