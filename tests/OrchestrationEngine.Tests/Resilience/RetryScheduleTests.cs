using OrchestrationEngine.Plans;
using OrchestrationEngine.Resilience;

namespace OrchestrationEngine.Tests.Resilience;

public sealed class RetryScheduleTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 9)]
    [InlineData(4, 10)]
    [InlineData(5, 10)]
    public void The_delay_grows_by_the_factor_up_to_the_longest(int failures, double seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.Delay(Policy(RetryJitter.None), failures, 0.3, null));

    [Theory]
    [InlineData(RetryJitter.Full, 2, 0, 0)]
    [InlineData(RetryJitter.Full, 2, 0.5, 1.5)]
    [InlineData(RetryJitter.Full, 3, 0.999999, 8.999991)]
    [InlineData(RetryJitter.Equal, 2, 0, 1.5)]
    [InlineData(RetryJitter.Equal, 2, 0.5, 2.25)]
    [InlineData(RetryJitter.Full, 4, 0.1, 2.7)] // spread first, then capped: 27 seconds times 0.1
    [InlineData(RetryJitter.Full, 4, 0.9, 10)]
    [InlineData(RetryJitter.Equal, 4, 0, 10)]
    public void The_delay_is_spread_and_then_capped(RetryJitter jitter, int failures, double random, double seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.Delay(Policy(jitter), failures, random, null));

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(2, 2)]
    [InlineData(3600, 3600)] // the agent knows better than the cap
    public void The_agent_may_ask_for_more_but_not_for_less(double asked, double seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.Delay(Policy(RetryJitter.None), 1, 0, TimeSpan.FromSeconds(asked)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void No_number_of_failures_is_too_large(double initial)
    {
        var policy = new RetryPolicy { InitialDelay = TimeSpan.FromSeconds(initial), Factor = 1e300, MaxDelay = TimeSpan.FromHours(1) };
        Assert.Equal(TimeSpan.FromHours(initial), RetrySchedule.Delay(policy, int.MaxValue, 0, null));
    }

    [Fact]
    public void The_longest_delay_there_is_can_be_asked_for()
        => Assert.Equal(TimeSpan.MaxValue, RetrySchedule.Delay(new RetryPolicy { InitialDelay = TimeSpan.MaxValue, MaxDelay = TimeSpan.MaxValue }, 7, 0, null));

    [Fact]
    public void Every_delay_is_between_nothing_and_the_longest_and_never_less_than_asked_for()
    {
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            var policy = new RetryPolicy
            {
                InitialDelay = TimeSpan.FromTicks((long)(random.NextDouble() * random.NextInt64(TimeSpan.TicksPerDay))),
                Factor = 1 + (random.NextDouble() * random.Next(1, 50)),
                MaxDelay = TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay)),
                Jitter = (RetryJitter)random.Next(3),
            };
            TimeSpan? asked = random.Next(2) == 0 ? null : TimeSpan.FromTicks(random.NextInt64(TimeSpan.TicksPerDay));
            var delay = RetrySchedule.Delay(policy, random.Next(1, 2000), random.NextDouble(), asked);
            Assert.True(delay >= (asked ?? TimeSpan.Zero) && (delay <= policy.MaxDelay || delay == asked), $"Seed {seed}: {delay}");
        }
    }

    [Fact]
    public void An_attempt_is_allowed_while_there_are_some_left_and_neither_agent_nor_plan_calls_the_failure_final()
    {
        var policy = new RetryPolicy { MaxAttempts = 3, NonRetryable = [FailureClass.Refused] };
        Assert.True(RetrySchedule.Allows(policy, 1, FailureClass.Unknown, retryable: true));
        Assert.True(RetrySchedule.Allows(policy, 2, FailureClass.Unknown, retryable: true));
        Assert.False(RetrySchedule.Allows(policy, 3, FailureClass.Unknown, retryable: true));
        Assert.False(RetrySchedule.Allows(policy, 1, FailureClass.Unknown, retryable: false));
        Assert.False(RetrySchedule.Allows(policy, 1, FailureClass.Refused, retryable: true));
        Assert.False(RetrySchedule.Allows(RetryPolicy.None, 1, FailureClass.Unknown, retryable: true));
    }

    private static RetryPolicy Policy(RetryJitter jitter) => new() { MaxAttempts = 9, InitialDelay = TimeSpan.FromSeconds(1), Factor = 3, MaxDelay = TimeSpan.FromSeconds(10), Jitter = jitter };
}
