namespace OrchestrationEngine.Testing;

/// <summary>
/// The one thread on which everything happens: what is ready, in an order that the seed draws, and what has its time. Time moves only when nothing is ready.
/// </summary>
internal sealed class SimulationLoop(Random random)
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly PriorityQueue<LoopItem, (long At, long Order)> _timed = new();
    private readonly List<LoopItem> _ready = [];
    private long _order;
    private long _standing;
    private string? _stray;

    /// <summary>The true time, in ticks since the beginning.</summary>
    public long Now { get; private set; }

    /// <summary>How many things have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>How many things have happened since time moved last.</summary>
    public long Standing => Steps - _standing;

    /// <summary>What was asked for on another thread, or null.</summary>
    public string? Stray => Volatile.Read(ref _stray);

    /// <summary>Has something happen as soon as its turn comes.</summary>
    /// <param name="life">Whose doing it is: it is dropped when that life has ended, and waits while it is paused. Null for what happens in any case.</param>
    /// <param name="action">What happens.</param>
    public LoopItem Soon(SimulatedLife? life, Action action)
    {
        var item = new LoopItem(life, action);
        _ready.Add(item);
        return item;
    }

    /// <summary>Has something happen at a time.</summary>
    /// <param name="at">When, in ticks since the beginning.</param>
    /// <param name="life">Whose doing it is, or null.</param>
    /// <param name="action">What happens.</param>
    public LoopItem At(long at, SimulatedLife? life, Action action)
    {
        if (at <= Now)
        {
            return Soon(life, action);
        }

        var item = new LoopItem(life, action);
        _timed.Enqueue(item, (at, ++_order));
        return item;
    }

    /// <summary>Has something happen after a while.</summary>
    public LoopItem After(TimeSpan wait, SimulatedLife? life, Action action) => At(Now + wait.Ticks, life, action);

    /// <summary>Lets the next thing happen.</summary>
    /// <returns>False when there is nothing left.</returns>
    public bool Step()
    {
        while (true)
        {
            if (_ready.Count > 0)
            {
                var index = random.Next(_ready.Count);
                var item = _ready[index];
                _ready[index] = _ready[^1];
                _ready.RemoveAt(_ready.Count - 1);
                if (item.Take() is not { } action)
                {
                    continue;
                }

                Steps++;
                action();
                return true;
            }

            if (!_timed.TryPeek(out _, out var next))
            {
                return false;
            }

            if (next.At > Now)
            {
                Now = next.At;
                _standing = Steps;
            }

            while (_timed.TryPeek(out _, out next) && next.At <= Now)
            {
                _ready.Add(_timed.Dequeue());
            }
        }
    }

    /// <summary>What was put aside while its life was paused is ready again.</summary>
    public void Return(List<LoopItem> items)
    {
        _ready.AddRange(items);
        items.Clear();
    }

    /// <summary>Refuses calls from other threads: from there on nothing could be replayed.</summary>
    public void RequireThread(string what)
    {
        if (NoteThread(what) is { } message)
        {
            throw new InvalidOperationException(message);
        }
    }

    /// <summary>Notes a call from another thread, which ends the simulation.</summary>
    /// <returns>What is wrong, or null on the simulation's thread.</returns>
    public string? NoteThread(string what)
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            return null;
        }

        var message = $"{what} was reached on thread {Environment.CurrentManagedThreadId}, not on the one of the simulation: something has left it, most likely an agent. "
            + "In a simulation agents may wait only for delays and timers of context.TimeProvider and for what completes on this thread: "
            + "replace Task.Run, real I/O and waits for the system's clock by something that the test controls, and wait without ConfigureAwait(false) for a delay that may be canceled.";
        Interlocked.CompareExchange(ref _stray, message, null);
        return message;
    }
}

/// <summary>Something that happens in a simulation.</summary>
internal sealed class LoopItem(SimulatedLife? life, Action action)
{
    private Action? _action = action;

    /// <summary>It does not happen, unless it has already.</summary>
    public void Cancel() => _action = null;

    /// <summary>Takes what is to happen now; null when it was canceled, when its life has ended, or when it must wait until that goes on.</summary>
    public Action? Take()
    {
        if (_action is null || life is { IsAlive: false })
        {
            return null;
        }

        if (life is { IsPaused: true })
        {
            life.PutAside(this);
            return null;
        }

        var action = _action;
        _action = null;
        return action;
    }
}
