using System.Runtime.CompilerServices;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>A store in front of another that fails as it is told to.</summary>
internal sealed class FaultyStateStore(IStateStore inner) : DelegatingStateStore(inner)
{
    private int _appends;

    /// <summary>Creates, and then says that it could not.</summary>
    public bool FailAfterCreate { get; set; }

    /// <summary>What becomes of an append; null lets it through. Gets the number of the append, from 1.</summary>
    public Func<int, RunAppend, Fault?>? OnAppend { get; set; }

    /// <summary>What becomes of a reading of a journal; null lets it through.</summary>
    public Func<RunId, Exception?>? OnRead { get; set; }

    /// <summary>What becomes of the question for due runs; null lets it through.</summary>
    public Func<Exception?>? OnAcquire { get; set; }

    public int Appends => Volatile.Read(ref _appends);

    public static StateStoreException Transient => new("The store is busy.", isTransient: true);

    public static StateStoreException Broken => new("The store is broken.", isTransient: false);

    /// <summary>Starts the node and waits until it has looked for runs to take up: what is stored from now on is not found by that.</summary>
    public async Task RecoveredAsync(TestEngine engine)
    {
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnAcquire = () =>
        {
            looked.TrySetResult();
            return null;
        };
        await engine.Orchestrator.StartNodeAsync(TestEngine.Ending);
        await looked.Task.Soon();
    }

    public override async ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        var id = await Inner.CreateAsync(run, cancellationToken);
        return FailAfterCreate ? throw Broken : id;
    }

    public override async ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        var fault = OnAppend?.Invoke(Interlocked.Increment(ref _appends), append);
        if (fault is null or { Written: true })
        {
            await Inner.AppendAsync(append, cancellationToken);
        }

        if (fault is not null)
        {
            throw fault.Exception;
        }
    }

    public override async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (OnRead?.Invoke(run) is { } exception)
        {
            throw exception;
        }

        await foreach (var recorded in Inner.ReadAsync(run, afterSequence, cancellationToken))
        {
            yield return recorded;
        }
    }

    public override ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
        => OnAcquire?.Invoke() is { } exception ? throw exception : Inner.AcquireAsync(request, cancellationToken);

    public sealed record Fault(Exception Exception, bool Written = false);
}
