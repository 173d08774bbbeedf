using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Preflight;

/// <summary>How long something is thought to take. Immutable.</summary>
/// <remarks>
/// Made from two percentiles it is log-normal: the logarithm of the time is normally distributed, with the median at P50 and nine of ten below P90
/// (z = 1.2816). That is the usual shape of work times: never below zero, with a long tail. Made from samples it gives one of them, each as often.
/// </remarks>
public sealed record DurationDistribution
{
    // The 90% quantile of the standard normal distribution.
    private const double Z90 = 1.2815515655446004;

    private readonly double _median;
    private readonly double _sigma;
    private readonly TimeSpan[] _samples;

    private DurationDistribution(double median, double sigma, TimeSpan[] samples) => (_median, _sigma, _samples) = (median, sigma, samples);

    /// <summary>Always the same.</summary>
    /// <param name="duration">How long; from 0.</param>
    public static DurationDistribution Of(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return new(duration.Ticks, 0, []);
    }

    /// <summary>Log-normal, by two percentiles.</summary>
    /// <param name="p50">Half of the times are shorter; from 0.</param>
    /// <param name="p90">Nine of ten are shorter; not less than <paramref name="p50"/>.</param>
    public static DurationDistribution LogNormal(TimeSpan p50, TimeSpan p90)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(p50, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(p90, p50);
        return new(p50.Ticks, p50 == TimeSpan.Zero ? 0 : Math.Log((double)p90.Ticks / p50.Ticks) / Z90, []);
    }

    /// <summary>What was seen before.</summary>
    /// <param name="samples">The times; at least one, none below 0.</param>
    public static DurationDistribution FromSamples(IReadOnlyList<TimeSpan> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfZero(samples.Count, nameof(samples));
        foreach (var sample in samples)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(sample, TimeSpan.Zero, nameof(samples));
        }

        return new(0, 0, [.. samples.Order()]);
    }

    /// <summary>What the plan says of a task, or null when it says nothing. Without <see cref="TaskDefinition.EstimateP90"/> nine of ten are thought to take at most twice the estimate.</summary>
    internal static DurationDistribution? Of(TaskDefinition task)
        => task.Estimate is not { } estimate ? null
            : task.EstimateP90 is { } p90 ? LogNormal(estimate, p90 < estimate ? estimate : p90)
            : LogNormal(estimate, estimate * 2);

    internal TimeSpan Draw(SeededRandom random)
    {
        if (_samples.Length > 0)
        {
            return _samples[random.Below(_samples.Length)];
        }

        var ticks = _sigma.Equals(0d) ? _median : _median * Math.Exp(_sigma * random.Normal());
        return ticks < TimeSpan.MaxValue.Ticks / 1000d ? TimeSpan.FromTicks((long)ticks) : TimeSpan.FromTicks(TimeSpan.MaxValue.Ticks / 1000);
    }
}
