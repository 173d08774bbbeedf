namespace OrchestrationEngine.Execution;

/// <summary>What those are told who ask a node that has stopped.</summary>
internal static class NodeStopped
{
    public static ObjectDisposedException Exception()
        => new("Orchestrator", "The orchestrator has stopped in this process. Its runs are in the store, and the next process goes on with them.");

    public static void ThrowIf(bool stopped)
    {
        if (stopped)
        {
            throw Exception();
        }
    }
}
