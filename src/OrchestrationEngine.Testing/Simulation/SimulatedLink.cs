namespace OrchestrationEngine.Testing;

/// <summary>The way of one life of a node to the store, with all that can happen on it. What is on its way is not stopped by the end of the life.</summary>
internal sealed class SimulatedLink(SimulatedCluster cluster, SimulatedLife life, Random random) : IStoreLink
{
    private readonly SimulationLoop _loop = cluster.Loop;
    private readonly SimulatedMachine _machine = life.Machine;

    public ValueTask<T> CallAsync<T>(StoreCall call, Func<ValueTask<T>> effect, CancellationToken cancellationToken)
    {
        _loop.RequireThread($"The store of {life}");
        var pending = new PendingCall<T>(cluster, life, random, call, effect, Way);
        if (!life.IsAlive)
        {
            return new ValueTask<T>(pending.Task);
        }

        cluster.Trace.Add(_loop.Now, life, "calls " + call.Name, call.Subject, call.Number);
        if (call.IsWrite && _machine.Take(SimulatedFaultKind.CrashBeforeWrite) is { } crash)
        {
            cluster.Kill(life, crash);
            return new ValueTask<T>(pending.Task);
        }

        pending.Send(cancellationToken);
        return new ValueTask<T>(pending.Task);
    }

    public Action Ringing(Action ring)
    {
        LoopItem? underWay = null;
        return () =>
        {
            if (underWay is not null || !life.IsAlive || _machine.Has(SimulatedFaultKind.Partition) || random.Next(20) == 0)
            {
                return;
            }

            underWay = _loop.After(Way(), life, () =>
            {
                underWay = null;
                ring();
            });
        };
    }

    private TimeSpan Way()
    {
        var most = random.Next(32) == 0 ? 250_000 : 20_000;
        var slow = _machine.Amount(SimulatedFaultKind.SlowStore);
        return TimeSpan.FromTicks(random.Next(500, most) + (slow > 0 ? random.NextInt64(slow * TimeSpan.TicksPerMillisecond) : 0));
    }
}
