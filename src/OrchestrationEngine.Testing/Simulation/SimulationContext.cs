namespace OrchestrationEngine.Testing;

/// <summary>
/// Where the continuations of agents run. The framework takes those of a canceled delay to the thread pool, unless whoever waits is in a context
/// of its own: then it hands them over at once.
/// </summary>
internal sealed class SimulationContext(SimulationLoop loop, SimulatedLife life) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state)
    {
        // Whoever posts from another thread is the framework, for which an exception here would be the end of the process.
        if (loop.NoteThread($"The context of an agent of {life}") is null)
        {
            loop.Soon(life, () => Run(d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs something in this context, on this thread, now.</summary>
    public void Run(SendOrPostCallback callback, object? state)
    {
        var former = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(former);
        }
    }
}
