using System.Runtime.CompilerServices;

namespace OrchestrationEngine.Execution;

/// <summary>A call that is work for a <see cref="WorkScheduler"/>. It does not throw.</summary>
internal sealed class WorkItem(Action work) : IThreadPoolWorkItem
{
    void IThreadPoolWorkItem.Execute() => work();
}

/// <summary>Awaited, it has the rest of the method run where the engine's work runs, and never before its caller goes on.</summary>
internal readonly struct WorkSwitch(WorkScheduler work) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public WorkSwitch GetAwaiter() => this;

    public void GetResult()
    {
        // There is nothing to wait for, only a place to go to.
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => work.Queue(new WorkItem(continuation), preferLocal: false);
}
