using OrchestrationEngine.Execution;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>Runs all work on the thread that made it, when it is told to, and notes what comes from elsewhere.</summary>
internal sealed class OneThread : WorkScheduler
{
    private readonly Queue<IThreadPoolWorkItem> _waiting = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private string? _strayed;

    public int Done { get; private set; }

    public override void Queue(IThreadPoolWorkItem item, bool preferLocal)
    {
        Check();
        _waiting.Enqueue(item);
    }

    /// <summary>Notes when the caller is on another thread.</summary>
    public void Check()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _strayed ??= Environment.StackTrace;
        }
    }

    /// <summary>Does all work there is.</summary>
    public void Pump()
    {
        while (_waiting.TryDequeue(out var item))
        {
            item.Execute();
            Done++;
        }

        Assert.Null(_strayed);
    }

    /// <summary>Does work, and moves the clock on where there is none, until a task has ended.</summary>
    public T Until<T>(Task<T> task, ManualTimeProvider time)
    {
        Until((Task)task, time);
        return task.GetAwaiter().GetResult();
    }

    public void Until(Task task, ManualTimeProvider time)
    {
        Until(() => task.IsCompleted, time);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Does work, and moves the clock on where there is none, until something is so.</summary>
    public void Until(Func<bool> condition, ManualTimeProvider time)
    {
        for (var rounds = 0; ; rounds++)
        {
            Pump();
            if (condition())
            {
                return;
            }

            Assert.True(rounds < 10_000 && time.AdvanceToNext(), "It waits for something that is not on this thread.");
        }
    }

    /// <summary>Runs a test on a thread of its own, which has no synchronization context to go back to.</summary>
    public static void Run(Action<OneThread> test)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                test(new OneThread());
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "It does not end.");
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}
