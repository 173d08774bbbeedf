using OrchestrationEngine.Execution;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution.Nodes;

public sealed class LeaseValidityTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly OneThread _work = new();
    private readonly LeaseValidity _validity;

    public LeaseValidityTests()
    {
        _validity = new LeaseValidity(_time, _work);
        _validity.Extend(_time.GetTimestamp() + TimeSpan.TicksPerSecond);
    }

    [Fact]
    public void It_is_sure_until_its_time_is_over()
    {
        Assert.True(_validity.IsSure);
        Assert.True(AskAsync() is { IsCompletedSuccessfully: true, Result: true });
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_validity.IsSure);
    }

    [Fact]
    public void Whoever_asks_after_its_time_waits_for_a_renewal()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        Task<bool>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => AskAsync())];
        _work.Pump();
        Assert.DoesNotContain(waiting, task => task.IsCompleted);

        _validity.Extend(_time.GetTimestamp() + TimeSpan.TicksPerSecond);
        _work.Pump();
        Assert.All(waiting, task => Assert.True(task.IsCompletedSuccessfully && task.Result));
    }

    [Fact]
    public void A_renewal_that_comes_too_late_is_none()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        var waiting = AskAsync();
        _validity.Extend(_time.GetTimestamp() - 1);
        _work.Pump();
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public void Whoever_waits_is_told_when_the_stay_is_over()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        Task<bool>[] waiting = [AskAsync(), AskAsync()];
        _validity.End();
        _validity.Extend(long.MaxValue);
        _work.Pump();
        Assert.All(waiting, task => Assert.True(task.IsCompletedSuccessfully && !task.Result));
        Assert.False(_validity.IsSure);
        Assert.True(AskAsync() is { IsCompletedSuccessfully: true, Result: false });
    }

    // Goes on where the work runs, which notes when that is another thread.
    private async Task<bool> AskAsync()
    {
        var isSure = await _validity.SureAsync().ConfigureAwait(false);
        _work.Check();
        return isSure;
    }
}
