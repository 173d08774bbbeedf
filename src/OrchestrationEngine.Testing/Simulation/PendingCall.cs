using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>One call of a store under way: to it, what it does there, and the answer back.</summary>
internal sealed class PendingCall<T>(SimulatedCluster cluster, SimulatedLife life, Random random, StoreCall call, Func<ValueTask<T>> effect, Func<TimeSpan> way)
{
    private readonly TaskCompletionSource<T> _source = new();
    private readonly SimulationLoop _loop = cluster.Loop;
    private readonly SimulatedMachine _machine = life.Machine;
    private CancellationTokenRegistration _registration;
    private bool _arrived;
    private bool _answered;
    private bool _isWithdrawn;

    public Task<T> Task => _source.Task;

    public void Send(CancellationToken cancellationToken)
    {
        if (_machine.Happens(SimulatedFaultKind.FailingStore, random))
        {
            _loop.After(way(), life, () => Fail("it is out of order for the moment"));
            return;
        }

        _registration = cancellationToken.UnsafeRegister(_ => _loop.Soon(life, () => Cancel(cancellationToken)), null);
        _loop.After(TimeSpan.FromMilliseconds(random.Next(1000, 4000)), life, () => Fail("no answer came in time"));
        _loop.After(way(), null, Arrive);
        if (call.IsRepeatable && _machine.Happens(SimulatedFaultKind.RepeatedWrites, random))
        {
            _loop.After(way() + TimeSpan.FromMilliseconds(random.Next(1, 3000)), null, () => Repeat());
        }
    }

    private void Arrive()
    {
        if (_machine.Has(SimulatedFaultKind.Partition))
        {
            // Most of what is on its way is lost; a little of it gets through when the line is there again, and nobody waits for it any more.
            if (random.Next(8) == 0)
            {
                _loop.After(TimeSpan.FromMilliseconds(random.Next(500, 5000)), null, Arrive);
            }

            return;
        }

        if (_isWithdrawn || (_answered && !call.IsWrite))
        {
            return;
        }

        _arrived = true;
        var outcome = Apply();
        if (call.IsWrite && life.IsAlive && _machine.Take(SimulatedFaultKind.CrashAfterWrite) is { } crash)
        {
            cluster.Kill(life, crash);
            return;
        }

        var isLost = _machine.Happens(SimulatedFaultKind.LostResponses, random);
        _loop.After(way(), life, () =>
        {
            if (isLost)
            {
                Fail("the connection broke before the answer came");
            }
            else if (!_machine.Has(SimulatedFaultKind.Partition))
            {
                Answer(outcome);
            }
        });
    }

    private void Repeat()
    {
        if (_arrived && !_machine.Has(SimulatedFaultKind.Partition))
        {
            cluster.Trace.Add(_loop.Now, life, "repeats " + call.Name, call.Subject, call.Number);
            _ = Apply();
        }
    }

    private Task<T> Apply()
    {
        ValueTask<T> applied;
        try
        {
            applied = effect();
        }
        catch (Exception e)
        {
            return System.Threading.Tasks.Task.FromException<T>(e);
        }

        return applied.IsCompleted
            ? applied.AsTask()
            : throw new InvalidOperationException($"The store of a simulation waits in '{call.Name}'. What options.WrapStore puts in front of it must complete each call at once; delays are the simulation's to make.");
    }

    private void Answer(Task<T> outcome)
    {
        if (End())
        {
            cluster.Trace.Add(_loop.Now, life, outcome.IsFaulted ? "is refused " + call.Name : "hears of " + call.Name, call.Subject, call.Number, outcome.Exception?.InnerException?.GetType().Name);
            if (outcome.IsFaulted)
            {
                _source.SetException(outcome.Exception!.InnerException!);
            }
            else
            {
                _source.SetResult(outcome.Result);
            }
        }
    }

    private void Fail(string why)
    {
        if (End())
        {
            cluster.Trace.Add(_loop.Now, life, "loses " + call.Name, call.Subject, call.Number, why);
            _source.SetException(new StateStoreException($"The simulated store did not do '{call.Name}', or nobody knows whether it did: {why}. Try again.", isTransient: true));
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (!_arrived && End())
        {
            _isWithdrawn = true;
            _source.SetCanceled(cancellationToken);
        }
    }

    private bool End()
    {
        if (_answered)
        {
            return false;
        }

        _answered = true;
        _registration.Dispose();
        return true;
    }
}
