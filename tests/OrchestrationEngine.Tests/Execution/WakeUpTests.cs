using OrchestrationEngine.Execution;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

public sealed class WakeUpTests
{
    [Fact]
    public async Task A_wake_up_is_set_again_when_the_clock_was_put_back_meanwhile()
    {
        var time = new ClockThatIsPutBack();
        await using var engine = new TestEngine(configure: options => options.TimeProvider = time);
        engine.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromSeconds(5)).Succeeds();
        var run = await engine.StartAsync(Single(task => task.Retry(2)));
        await engine.SeenAsync(run.Id, "task.retry_scheduled a +5s");
        await engine.Orchestrator.GetAsync(run.Id, Ending).Soon();

        // The timer fires when it should; who then looks at the clock finds that it is not yet time.
        time.AdvanceAndPutBack(TimeSpan.FromSeconds(5), back: TimeSpan.FromSeconds(3));
        await engine.Orchestrator.GetAsync(run.Id, Ending).Soon();
        await time.Manual.AdvanceUntilAsync(run.WaitAsync(Ending));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
    }

    [Fact]
    public async Task A_run_that_ended_while_it_waited_is_not_woken_any_more()
    {
        var time = new ManualTimeProvider();
        var store = new FaultyStateStore(new InMemoryStateStore(time));
        await using var engine = new TestEngine(store, time: time);
        await store.RecoveredAsync(engine);
        engine.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromHours(1));
        var run = await engine.StartAsync(Single(task => task.Retry(2)));
        await engine.SeenAsync(run.Id, "task.retry_scheduled a +3600s");
        await engine.Orchestrator.GetAsync(run.Id, Ending).Soon();
        await engine.Orchestrator.CancelAsync(run.Id, "No more.", Ending).Soon();
        Assert.Equal(RunStatus.Canceled, (await EndOf(run)).Status);
        var reads = 0;
        store.OnRead = id =>
        {
            Interlocked.Add(ref reads, id == run.Id ? 1 : 0);
            return null;
        };
        engine.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(await engine.StartAsync(Together("b")))).Status);
        Assert.Equal(0, reads);
    }

    [Fact]
    public void Runs_are_woken_at_their_latest_time_only_and_in_order()
    {
        var time = new ManualTimeProvider();
        var woken = new List<(string Run, TimeSpan At)>();
        var start = time.GetUtcNow();
        using var wakeUps = new WakeUps(time, run => woken.Add((run.Value, time.GetUtcNow() - start)));
        Set("a", 10);
        Set("b", 5);
        Set("c", 7);
        Set("a", 3);
        Set("c", 20);
        wakeUps.Set(new RunId("b"), null);
        Set("far", 40 * 24 * 3600.0);
        Assert.Equal(3, wakeUps.Count);
        time.Advance(TimeSpan.FromDays(41));
        Assert.Equal([("a", TimeSpan.FromSeconds(3)), ("c", TimeSpan.FromSeconds(20)), ("far", TimeSpan.FromDays(40))], woken);
        Assert.Equal(0, wakeUps.Count);

        void Set(string run, double seconds) => wakeUps.Set(new RunId(run), (start + TimeSpan.FromSeconds(seconds)).UtcTicks);
    }

    [Fact]
    public void Random_times_wake_each_run_exactly_when_its_last_one_says()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var time = new ManualTimeProvider();
            var expected = new Dictionary<RunId, long>();
            var wrong = new List<string>();
            using var wakeUps = new WakeUps(time, run =>
            {
                if (!expected.Remove(run, out var ticks) || ticks != time.GetUtcNow().UtcTicks)
                {
                    wrong.Add($"{run} at {time.GetUtcNow():O}");
                }
            });
            for (var i = 0; i < 500; i++)
            {
                var run = new RunId($"r{random.Next(40)}");
                if (random.Next(5) == 0)
                {
                    wakeUps.Set(run, null);
                    expected.Remove(run);
                }
                else
                {
                    var due = time.GetUtcNow().UtcTicks + random.NextInt64(1, TimeSpan.TicksPerDay * 3);
                    wakeUps.Set(run, due);
                    expected[run] = due;
                }

                if (random.Next(4) == 0)
                {
                    time.Advance(TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay / 4)));
                }
            }

            time.Advance(TimeSpan.FromDays(4));
            Assert.True(wrong.Count == 0 && expected.Count == 0 && wakeUps.Count == 0, $"Seed {seed}: {string.Join(", ", wrong)}; {expected.Count} left");
        }
    }

    /// <summary>Its timers fire by one clock; all who look at it from other threads see another, as after it was put back.</summary>
    private sealed class ClockThatIsPutBack : TimeProvider
    {
        private long _offset;
        private int _thread;

        public ManualTimeProvider Manual { get; } = new();

        public override DateTimeOffset GetUtcNow()
            => Manual.GetUtcNow() - TimeSpan.FromTicks(Environment.CurrentManagedThreadId == Volatile.Read(ref _thread) ? 0 : Volatile.Read(ref _offset));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => Manual.CreateTimer(callback, state, dueTime, period);

        public void AdvanceAndPutBack(TimeSpan time, TimeSpan back)
        {
            Volatile.Write(ref _thread, Environment.CurrentManagedThreadId);
            Volatile.Write(ref _offset, back.Ticks);
            Manual.Advance(time);
            Volatile.Write(ref _thread, 0);
        }
    }
}
