using System.Collections.Concurrent;
using OrchestrationEngine.Agents;

namespace OrchestrationEngine.Testing;

/// <summary>An agent that does what a test says, task by task and call by call, and remembers how it was called.</summary>
/// <remarks>
/// A task without a script succeeds at once with JSON <c>null</c>. One instance may serve several engines one after the other, as when a test
/// "crashes" a node and starts another: the calls go on counting. Safe to use from many threads.
/// </remarks>
public sealed class ScriptedAgent : IAgentAdapter
{
    private readonly Lock _gate = new();
    private readonly List<AgentRequest> _calls = [];
    private readonly ConcurrentDictionary<string, ScriptedTask> _scripts = new(StringComparer.Ordinal);
    private readonly List<Waiter> _waiters = [];
    private readonly Dictionary<string, int> _canceled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _called = new(StringComparer.Ordinal);
    private int _running;
    private int _mostRunning;

    /// <summary>All calls so far, in the order in which they came.</summary>
    public IReadOnlyList<AgentRequest> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>How many calls have not returned yet.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>The most calls that were running at the same time.</summary>
    public int MostRunning
    {
        get
        {
            lock (_gate)
            {
                return _mostRunning;
            }
        }
    }

    /// <summary>The script of a task: what the agent does at the first call, the second, and so on; the last step is repeated for ever.</summary>
    /// <param name="task">The id of the task.</param>
    public ScriptedTask On(string task)
    {
        ArgumentException.ThrowIfNullOrEmpty(task);
        return _scripts.GetOrAdd(task, static _ => new ScriptedTask());
    }

    /// <summary>The calls of one task so far, in the order in which they came.</summary>
    /// <param name="task">The id of the task.</param>
    public IReadOnlyList<AgentRequest> CallsOf(string task) => [.. Calls.Where(call => string.Equals(call.Task, task, StringComparison.Ordinal))];

    /// <summary>Waits until the agent has been called for a task; at once where it was already.</summary>
    /// <param name="task">The id of the task.</param>
    /// <param name="count">How many calls of this task there must have been. From 1 on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The request of that call.</returns>
    public async Task<AgentRequest> WaitForCallAsync(string task, int count = 1, CancellationToken cancellationToken = default)
    {
        await WaitAsync(task, count, _called, forCancel: false, cancellationToken).ConfigureAwait(false);
        return CallsOf(task)[count - 1];
    }

    /// <summary>Waits until running calls of a task have been told to stop; at once where they were already.</summary>
    /// <param name="task">The id of the task.</param>
    /// <param name="count">How many calls of this task must have been told. From 1 on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForCancelAsync(string task, int count = 1, CancellationToken cancellationToken = default)
        => WaitAsync(task, count, _canceled, forCancel: true, cancellationToken);

    /// <inheritdoc/>
    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ScriptedStep? step = null;
        lock (_gate)
        {
            _calls.Add(request);
            _running++;
            _mostRunning = Math.Max(_mostRunning, _running);

            // Taken together with the count, so that the n-th call recorded is the one that gets the n-th step.
            if (_scripts.TryGetValue(request.Task, out var script))
            {
                step = script.Next();
            }

            CountUnderLock(_called, request.Task, forCancel: false);
        }

        var isTold = 0;
        using var told = cancellationToken.UnsafeRegister(_ => Tell(), null);
        try
        {
            return step is null ? AgentResult.Succeeded() : await step(request, context, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested)
            {
                // The step may have heard it first and ended before the callback was called.
                Tell();
            }

            lock (_gate)
            {
                _running--;
            }
        }

        void Tell()
        {
            if (Interlocked.Exchange(ref isTold, 1) == 0)
            {
                Canceled(request.Task);
            }
        }
    }

    private void Canceled(string task)
    {
        lock (_gate)
        {
            CountUnderLock(_canceled, task, forCancel: true);
        }
    }

    private void CountUnderLock(Dictionary<string, int> counts, string task, bool forCancel)
    {
        var count = counts[task] = counts.GetValueOrDefault(task) + 1;
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            var waiter = _waiters[i];
            if (waiter.ForCancel == forCancel && waiter.Count <= count && string.Equals(waiter.Task, task, StringComparison.Ordinal))
            {
                _waiters.RemoveAt(i);
                waiter.Reached.SetResult();
            }
        }
    }

    private Task WaitAsync(string task, int count, Dictionary<string, int> counts, bool forCancel, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(task);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lock (_gate)
        {
            if (counts.GetValueOrDefault(task) >= count)
            {
                return Task.CompletedTask;
            }

            var waiter = new Waiter(task, count, forCancel, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiters.Add(waiter);
            return waiter.Reached.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed record Waiter(string Task, int Count, bool ForCancel, TaskCompletionSource Reached);
}
