using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Keeps the node entered in the store: joins, renews, and says when the node must take itself for lost, early enough that its attempts have been asked
/// to stop before another node may take its runs. Timers call it, on their own thread.
/// </summary>
internal sealed class NodeMembership : IDisposable
{
    // The framework's timers take no more than 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly NodeContext _node;
    private readonly IMember _member;
    private readonly Lock _gate = new();
    private readonly Completion<bool> _tried;
    private readonly ITimer _beat;
    private readonly ITimer _deadline;
    private readonly TimeSpan _margin;
    private NodeId? _current;
    private LeaseValidity? _validity;
    private DateTimeOffset? _renewedAt;
    private long _limit;
    private int _failures;
    private bool _underWay;
    private bool _probing;
    private bool _stopped;

    public NodeMembership(NodeContext node, IMember member)
    {
        (_node, _member) = (node, member);
        _margin = node.Settings.LeaseDuration / 10;
        _tried = new Completion<bool>(node.Work);
        _beat = node.Time.CreateTimer(_ => Beat(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _deadline = node.Time.CreateTimer(_ => LookAtDeadline(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends when joining was tried once, successfully or not.</summary>
    public Task Tried => _tried.Task;

    /// <summary>Whether the node may begin something in the name of its stay.</summary>
    public bool HasValidLease => Volatile.Read(ref _validity)?.IsSure == true;

    /// <summary>When the store was last heard of; null for never.</summary>
    public DateTimeOffset? LastRenewedAt
    {
        get
        {
            lock (_gate)
            {
                return _renewedAt;
            }
        }
    }

    private TimeSpan Interval => _node.Settings.LeaseDuration / 3;

    /// <summary>Joins, again and again until it is done.</summary>
    public async Task JoinAsync()
    {
        await new WorkSwitch(_node.Work);
        for (var tries = 1; !Volatile.Read(ref _stopped); tries++)
        {
            var sent = _node.Time.GetTimestamp();
            try
            {
                var id = await _node.Store.JoinAsync(Registration(), CancellationToken.None).ConfigureAwait(false);
                Enter(id, sent);
                _tried.TrySetResult(true);
                return;
            }
            catch (Exception e)
            {
                var delay = Backoff.Delay(tries);
                _node.Health.Failed(e);
                Log.JoinDelayed(_node.Log, _node.Settings.NodeName, tries, delay, e);
                _tried.TrySetResult(false);
                await Pauses.ForAsync(delay, _node.Time, _member.Stopping).ConfigureAwait(false);
            }
        }

        _tried.TrySetResult(false);
    }

    /// <summary>The store says that a stay is over.</summary>
    public void PutOut(NodeId id)
    {
        lock (_gate)
        {
            if (_current != id)
            {
                return;
            }

            Forget();
        }

        _member.Lost(id, "The store does not have it any more: its time was over, or another process joined with its name.");
    }

    /// <summary>Renews no more.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Forget();
        }
    }

    public void Dispose()
    {
        Stop();
        _beat.Dispose();
        _deadline.Dispose();
    }

    private NodeRegistration Registration() => new()
    {
        Name = _node.Settings.NodeName,
        LeaseDuration = _node.Settings.LeaseDuration,
        MaxRuns = _node.Settings.MaxRuns,
        MaxAttempts = _node.Settings.Limits.Attempts,
    };

    private void Enter(NodeId id, long sent)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            (_current, _failures, _underWay, _probing) = (id, 0, false, false);
            _validity = new LeaseValidity(_node.Time, _node.Work);
            SetLimit(sent);
            _beat.Change(Interval, Interval);

            // Under the lock, so that it can't be lost before it has joined.
            _member.Joined(id, _validity);
        }
    }

    private void SetLimit(long sent)
    {
        _renewedAt = _node.Time.GetUtcNow();
        _node.Health.Renewed();
        _limit = After(sent, _node.Settings.LeaseDuration - _margin);
        _validity!.Extend(_limit);
        ArmDeadline();
    }

    private void ArmDeadline()
    {
        var left = _node.Time.GetElapsedTime(_node.Time.GetTimestamp(), _limit);
        _deadline.Change(left > TimeSpan.Zero ? (left < LongestTimer ? left : LongestTimer) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Forget()
    {
        _current = null;
        _validity?.End();
        _beat.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Renews, unless that is under way.</summary>
    public void Beat()
    {
        NodeId id;
        lock (_gate)
        {
            if (_current is not { } current || _underWay)
            {
                return;
            }

            if (_node.Time.GetTimestamp() >= _limit && !_probing)
            {
                if (_failures > 0)
                {
                    // The deadline's own timer is about to say so.
                    return;
                }

                BeginProbe();
            }

            _underWay = true;
            id = current;
        }

        _ = RenewAsync(id);
    }

    private void LookAtDeadline()
    {
        NodeId id;
        bool renew;
        lock (_gate)
        {
            if (_current is not { } current)
            {
                return;
            }

            if (_node.Time.GetTimestamp() < _limit)
            {
                ArmDeadline();
                return;
            }

            id = current;
            renew = !_probing && !_underWay && _failures == 0;
            if (renew)
            {
                // Nothing is known to be wrong, so the process itself was asleep. Perhaps nobody has noticed.
                BeginProbe();
                _underWay = true;
            }
            else
            {
                Forget();
            }
        }

        if (renew)
        {
            _ = RenewAsync(id);
        }
        else
        {
            _member.Lost(id, "It could not be renewed in time.");
        }
    }

    private void BeginProbe()
    {
        _probing = true;
        _limit = After(_node.Time.GetTimestamp(), _margin);
        ArmDeadline();
    }

    // Never fails: what goes wrong is counted, and the deadline decides.
    private async Task RenewAsync(NodeId id)
    {
        var sent = _node.Time.GetTimestamp();
        bool entered;
        try
        {
            entered = await _node.Store.RenewAsync(_member.Heartbeat(id), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _node.Health.Failed(e);
            Log.RenewalFailed(_node.Log, id, e);
            lock (_gate)
            {
                if (_current == id)
                {
                    _underWay = false;
                    _failures++;
                    _beat.Change(Interval / 4, Interval);
                }
            }

            return;
        }

        if (!entered)
        {
            PutOut(id);
            return;
        }

        lock (_gate)
        {
            if (_current != id)
            {
                return;
            }

            (_underWay, _probing, _failures) = (false, false, 0);
            SetLimit(sent);
        }

        _member.Renewed();
    }

    private long After(long timestamp, TimeSpan span) => timestamp + (long)Math.Min(span.TotalSeconds * _node.Time.TimestampFrequency, long.MaxValue / 4);
}
