namespace OrchestrationEngine.Testing;

/// <summary>
/// The clock of one life of a node: the true time as its machine counts it. The monotonic timestamp runs too fast or too slow but never jumps;
/// the wall clock is off besides, and jumps. Timers follow the timestamp, come late now and then, and wait while the node is paused.
/// </summary>
internal sealed class SimulatedClock(SimulationLoop loop, SimulatedMachine machine, SimulatedLife life, Random random) : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The true time as a clock shows it that is never off.</summary>
    public static DateTimeOffset True(SimulationLoop loop) => Beginning.AddTicks(loop.Now);

    public override DateTimeOffset GetUtcNow()
    {
        loop.RequireThread($"The clock of {life}");
        return Beginning.AddTicks(machine.Count(loop.Now) + machine.WallOffset);
    }

    public override long GetTimestamp()
    {
        loop.RequireThread($"The clock of {life}");
        return machine.Count(loop.Now);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        loop.RequireThread($"The clock of {life}");
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private LoopItem Set(TimeSpan wait, Action fire)
    {
        var late = random.Next(4) == 0 ? random.Next((int)(15 * TimeSpan.TicksPerMillisecond)) : 0;
        return loop.At(loop.Now + machine.TrueLength(wait.Ticks) + late, life, fire);
    }

    private sealed class SimulatedTimer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private LoopItem? _next;
        private TimeSpan _period;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
            {
                return false;
            }

            _next?.Cancel();
            _period = period;
            _next = dueTime < TimeSpan.Zero ? null : clock.Set(dueTime, Fire);
            return true;
        }

        public void Dispose()
        {
            _disposed = true;
            _next?.Cancel();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            _next = _period > TimeSpan.Zero ? clock.Set(_period, Fire) : null;
            callback(state);
        }
    }
}
