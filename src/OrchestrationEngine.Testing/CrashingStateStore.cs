using System.Globalization;
using System.Runtime.CompilerServices;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>
/// A store whose process dies at a chosen commit: it throws <see cref="SimulatedCrashException"/> there, and in every later call,
/// reads included. What the inner store holds is what a disk would hold; a test goes on with that one, as the next life of the process.
/// </summary>
public sealed class CrashingStateStore : DelegatingStateStore
{
    private readonly int _at;
    private readonly bool _written;
    private int _commits;
    private volatile bool _crashed;

    /// <summary>Puts the crash in front of a store.</summary>
    /// <param name="inner">The store that outlives the crash.</param>
    /// <param name="at">At which commit it dies, from 1. Creations of runs and appends both count.</param>
    /// <param name="written">Whether that commit is in the store: true dies just after it, before the caller is told; false just before it.</param>
    public CrashingStateStore(IStateStore inner, int at, bool written)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at, 1);
        _at = at;
        _written = written;
    }

    /// <summary>Whether the crash has happened. A test whose run ended before that has tried every commit there is.</summary>
    public bool Crashed => _crashed;

    /// <inheritdoc/>
    public override async ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        var dies = Count();
        var holder = await Inner.CreateAsync(run, cancellationToken).ConfigureAwait(false);
        return dies ? throw Crash() : Live(holder);
    }

    /// <inheritdoc/>
    public override async ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        var dies = Count();
        await Inner.AppendAsync(append, cancellationToken).ConfigureAwait(false);
        _ = dies ? throw Crash() : Live(true);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RequireAlive();
        await foreach (var recorded in Inner.ReadAsync(run, afterSequence, cancellationToken).ConfigureAwait(false))
        {
            yield return Live(recorded);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<RunSummary?> FindAsync(RunId run, CancellationToken cancellationToken)
    {
        RequireAlive();
        return Live(await Inner.FindAsync(run, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask<Page<RunSummary>> QueryAsync(RunQuery query, CancellationToken cancellationToken)
    {
        RequireAlive();
        return Live(await Inner.QueryAsync(query, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken)
    {
        RequireAlive();
        return Live(await Inner.JoinAsync(node, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        RequireAlive();
        return Live(await Inner.RenewAsync(heartbeat, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask LeaveAsync(NodeId node, CancellationToken cancellationToken)
    {
        RequireAlive();
        await Inner.LeaveAsync(node, cancellationToken).ConfigureAwait(false);
        RequireAlive();
    }

    /// <inheritdoc/>
    public override async ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        RequireAlive();
        return Live(await Inner.AcquireAsync(request, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken)
    {
        RequireAlive();
        return Live(await Inner.ReleaseAsync(release, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken)
    {
        RequireAlive();
        return Live(await Inner.ListNodesAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        RequireAlive();
        await Inner.PostAsync(message, cancellationToken).ConfigureAwait(false);
        RequireAlive();
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken)
    {
        RequireAlive();
        return Live(await Inner.ReadInboxAsync(node, max, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask<InboxAnswer?> FindAnswerAsync(string messageId, CancellationToken cancellationToken)
    {
        RequireAlive();
        return Live(await Inner.FindAnswerAsync(messageId, cancellationToken).ConfigureAwait(false));
    }

    /// <returns>Whether this is the commit after which the process dies.</returns>
    private bool Count()
    {
        RequireAlive();
        if (Interlocked.Increment(ref _commits) != _at)
        {
            return false;
        }

        return _written ? true : throw Crash();
    }

    private SimulatedCrashException Crash()
    {
        _crashed = true;
        return new SimulatedCrashException(string.Create(CultureInfo.InvariantCulture, $"The simulated process died just {(_written ? "after" : "before")} commit {_at}."));
    }

    // A dead process hears no answers, not even those of calls that were under way when it died.
    private T Live<T>(T answer)
    {
        RequireAlive();
        return answer;
    }

    private void RequireAlive()
    {
        if (_crashed)
        {
            throw new SimulatedCrashException();
        }
    }
}
