using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Testing;

public sealed class ManualTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void The_clock_stands_until_it_is_advanced()
    {
        Assert.Equal(Start, _time.GetUtcNow());
        var before = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(Start.AddSeconds(90), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(90), _time.GetElapsedTime(before));
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_and_see_that_time()
    {
        Set("late", 3);
        Set("early", 1);
        Set("middle, set first", 2);
        Set("middle, set second", 2);
        Set("too late", 5);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(["early at 1", "middle, set first at 2", "middle, set second at 2", "late at 3"], _fired);
        Assert.Equal(Start.AddSeconds(4), _time.GetUtcNow());
        Assert.Equal(1, _time.Pending);
        Assert.Equal(Start.AddSeconds(5), _time.NextDue);
    }

    [Fact]
    public void A_timer_that_a_callback_sets_fires_in_the_same_advance_when_it_is_due()
    {
        _time.CreateTimer(_ => Set("second", 1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["second at 2"], _fired);
        Assert.Equal(0, _time.Pending);
    }

    [Fact]
    public void A_periodic_timer_fires_once_a_period_until_it_is_disposed()
    {
        var timer = _time.CreateTimer(_ => _fired.Add(Now()), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(["1", "3", "5"], _fired);
        timer.Dispose();
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(3, _fired.Count);
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
        Assert.Equal(0, _time.Pending);
    }

    [Fact]
    public void A_timer_that_is_changed_has_only_its_new_time()
    {
        var timer = Set("changed", 1);
        Assert.True(timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(_fired);
        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(_fired);
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.Zero);
        Assert.Single(_fired);
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(5), _time, TestContext.Current.CancellationToken);
        Assert.Equal(1, _time.Pending);
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.False(delay.IsCompleted);
        Assert.True(_time.AdvanceToNext());
        await delay.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(Start.AddMinutes(5), _time.GetUtcNow());
        Assert.False(_time.AdvanceToNext());
    }

    [Fact]
    public async Task A_callback_may_wait_for_another_thread_that_uses_the_clock()
    {
        _time.CreateTimer(_ => Assert.True(Task.Run(() => Set("from there", 1)).Wait(TimeSpan.FromSeconds(10))), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        await Task.Run(() => _time.Advance(TimeSpan.FromSeconds(3)), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(["from there at 2"], _fired);
    }

    private string Now() => $"{(_time.GetUtcNow() - Start).TotalSeconds}";

    private ITimer Set(string name, int seconds)
        => _time.CreateTimer(_ => _fired.Add($"{name} at {Now()}"), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
}
