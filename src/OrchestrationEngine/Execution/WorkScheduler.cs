namespace OrchestrationEngine.Execution;

/// <summary>
/// Where the engine's work runs: the loops of runs, calls of agents, and what waits for their ends. By default the thread pool;
/// a simulation puts everything on one thread, in an order of its own.
/// </summary>
public abstract class WorkScheduler
{
    /// <summary>The thread pool of the framework.</summary>
    public static WorkScheduler ThreadPool { get; } = new Pool();

    /// <summary>Whether work runs on the thread pool, where the continuation of a wait may be queued by the framework itself.</summary>
    internal virtual bool IsThreadPool => false;

    /// <summary>Queues work; never runs it before it returns. Called from many threads.</summary>
    /// <param name="item">The work. It does not throw.</param>
    /// <param name="preferLocal">Whether it had better run soon on the thread that queues it.</param>
    public abstract void Queue(IThreadPoolWorkItem item, bool preferLocal);

    private sealed class Pool : WorkScheduler
    {
        internal override bool IsThreadPool => true;

        public override void Queue(IThreadPoolWorkItem item, bool preferLocal) => System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal);
    }
}
