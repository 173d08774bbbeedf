namespace OrchestrationEngine.Preflight;

/// <summary>
/// Random numbers by a seed, the same on every machine and in every version of the framework. SplitMix64, from G. L. Steele, D. Lea and C. H. Flood,
/// "Fast splittable pseudorandom number generators" (OOPSLA 2014).
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A generator of its own for each of a series, so that one that draws more does not move the others.</summary>
    public static SeededRandom For(int seed, int number) => new(unchecked(((ulong)(uint)seed << 32) ^ ((ulong)(uint)number * 0x9E3779B97F4A7C15UL)));

    /// <summary>A number from [0, 1).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from [0, <paramref name="end"/>).</summary>
    public int Below(int end) => (int)(Next() * end);

    public bool Chance(double probability) => Next() < probability;

    /// <summary>A number from the standard normal distribution, by the transform of Box and Muller (1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());

    private ulong NextBits()
    {
        unchecked
        {
            var mixed = _state += 0x9E3779B97F4A7C15UL;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            return mixed ^ (mixed >> 31);
        }
    }
}
