using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("250ms", 250 * TimeSpan.TicksPerMillisecond)]
    [InlineData("30s", 30 * TimeSpan.TicksPerSecond)]
    [InlineData("1h30m", 90 * TimeSpan.TicksPerMinute)]
    [InlineData("1.5s", 15 * TimeSpan.TicksPerSecond / 10)]
    [InlineData("1h2m3s4ms5us600ns", 36_000_000_000 + 1_200_000_000 + 30_000_000 + 40_000 + 50 + 6)]
    [InlineData("7µs", 70)]
    [InlineData("100ns", 1)]
    [InlineData("-2m", -2 * TimeSpan.TicksPerMinute)]
    [InlineData("0.25h", 15 * TimeSpan.TicksPerMinute)]
    [InlineData("72h", 72 * TimeSpan.TicksPerHour)]
    public void A_duration_is_numbers_with_units(string text, long ticks)
    {
        Assert.True(PlanDuration.TryParse(text, out var duration));
        Assert.Equal(ticks, duration.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("1 s")]
    [InlineData(" 1s")]
    [InlineData("+1s")]
    [InlineData("1S")]
    [InlineData("1d")]
    [InlineData("1m30")]
    [InlineData("30s1m")]
    [InlineData("1m2m")]
    [InlineData("1.s")]
    [InlineData(".5s")]
    [InlineData("1..5s")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("1ns")]
    [InlineData("0.00000001s")]
    [InlineData("99999999999999999999h")]
    [InlineData("1000000000000000000000000000000h")]
    [InlineData("00:00:30")]
    [InlineData("PT30S")]
    [InlineData("１s")]
    public void What_is_not_clearly_a_duration_is_refused(string text)
    {
        Assert.False(PlanDuration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.Zero, duration);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "100ns")]
    [InlineData(10, "1us")]
    [InlineData(250 * TimeSpan.TicksPerMillisecond, "250ms")]
    [InlineData(15 * TimeSpan.TicksPerSecond / 10, "1.5s")]
    [InlineData(90 * TimeSpan.TicksPerMinute, "1h30m")]
    [InlineData(TimeSpan.TicksPerDay, "24h")]
    [InlineData(-TimeSpan.TicksPerHour, "-1h")]
    public void A_duration_is_written_in_its_shortest_form(long ticks, string text) => Assert.Equal(text, PlanDuration.Format(new TimeSpan(ticks)));

    [Fact]
    public void Every_duration_reads_back_to_the_tick()
    {
        var random = new Random(7);
        long[] edges = [0, 1, -1, long.MaxValue, long.MinValue, long.MinValue + 1, 9_999_999, 10_000_000, 10_000_001];
        foreach (var ticks in edges.Concat(Enumerable.Range(0, 20_000).Select(_ => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64))))
        {
            var text = PlanDuration.Format(new TimeSpan(ticks));
            Assert.True(PlanDuration.TryParse(text, out var again), text);
            Assert.Equal(ticks, again.Ticks);
        }
    }
}
