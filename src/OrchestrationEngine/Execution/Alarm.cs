namespace OrchestrationEngine.Execution;

/// <summary>Wakes one loop: when it is rung, or when its time comes. A ring while the loop is at work is kept for its next rest.</summary>
internal sealed class Alarm : IDisposable
{
    private readonly TimeProvider _time;
    private readonly WorkScheduler _work;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private Completion<bool>? _resting;
    private long _until;
    private bool _rung;
    private bool _hinted;
    private Deafness _deafness;
    private bool _closed;

    public Alarm(TimeProvider time, WorkScheduler work)
    {
        (_time, _work) = (time, work);
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes the loop.</summary>
    public void Ring()
    {
        // Looked at first, since many ring at once.
        if (Volatile.Read(ref _rung))
        {
            return;
        }

        lock (_gate)
        {
            _rung = true;
            if (_deafness < Deafness.ToAll)
            {
                _resting?.TrySetResult(true);
            }
        }
    }

    /// <summary>Wakes the loop, unless it rests from hints.</summary>
    public void Hint()
    {
        if (Volatile.Read(ref _hinted))
        {
            return;
        }

        lock (_gate)
        {
            _hinted = true;
            if (_deafness == Deafness.ToNothing)
            {
                _resting?.TrySetResult(true);
            }
        }
    }

    /// <summary>Wakes the loop, and lets it rest no more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _resting?.TrySetResult(false);
        }
    }

    /// <summary>Rests until it is rung, or so long after a time that was taken.</summary>
    /// <param name="since">The timestamp from which the rest counts: that of before the look that found how long it may be.</param>
    /// <param name="rest">How long.</param>
    /// <param name="deafness">What does not wake it, and is left for the next rest.</param>
    public async ValueTask RestAsync(long since, TimeSpan rest, Deafness deafness)
    {
        Task rested;
        lock (_gate)
        {
            _deafness = deafness;
            if (_closed || Hears())
            {
                Forget();
                return;
            }

            _until = since + (long)(rest.TotalSeconds * _time.TimestampFrequency);
            _resting = new Completion<bool>(_work);
            rested = _resting.Task;
            Arm();
        }

        await rested.ConfigureAwait(false);
        lock (_gate)
        {
            _resting = null;
            Forget();
        }
    }

    public void Dispose()
    {
        Close();
        _timer.Dispose();
    }

    private bool Hears() => (_rung && _deafness < Deafness.ToAll) || (_hinted && _deafness == Deafness.ToNothing);

    private void Forget()
    {
        _rung &= _deafness == Deafness.ToAll;
        _hinted &= _deafness > Deafness.ToNothing;
    }

    private void Fire()
    {
        lock (_gate)
        {
            if (_resting is { IsSet: false })
            {
                Arm();
            }
        }
    }

    private void Arm()
    {
        var left = _time.GetElapsedTime(_time.GetTimestamp(), _until);
        if (left > TimeSpan.Zero)
        {
            _timer.Change(left, Timeout.InfiniteTimeSpan);
        }

        // Looked at again: the clock may have moved past the time while the timer was set.
        if (_time.GetTimestamp() >= _until)
        {
            _resting!.TrySetResult(true);
        }
    }
}

/// <summary>What a loop that rests does not hear.</summary>
internal enum Deafness
{
    ToNothing,

    /// <summary>It hears only those who know that there is something to do.</summary>
    ToHints,

    /// <summary>Only its time ends the rest.</summary>
    ToAll,
}
