using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Testing;

/// <summary>
/// What happened in a simulation, in order. The hash covers all of it, so that two runs of a seed can be compared; of the lines the last are kept.
/// </summary>
public sealed class SimulationTrace
{
    private const ulong HashPrime = 1099511628211;
    private readonly Queue<Entry> _entries = new();
    private readonly int _kept;
    private ulong _hash = 14695981039346656037;

    internal SimulationTrace(int kept) => _kept = kept;

    /// <summary>How many lines there were, those included that are not kept.</summary>
    public long Count { get; private set; }

    /// <summary>The same for the same seed and options in any process.</summary>
    public string Hash => _hash.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The lines that are kept, the oldest first: time, who, what.</summary>
    public IEnumerable<string> Lines => _entries.Select(entry => entry.ToString());

    /// <summary>All lines that are kept.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Count > _entries.Count)
        {
            text.Append(CultureInfo.InvariantCulture, $"... {Count - _entries.Count} lines before\n");
        }

        return text.AppendJoin('\n', Lines).ToString();
    }

    internal void Add(long at, object who, string what, string? subject = null, long number = 0, string? detail = null)
    {
        var whoText = who as string ?? who.ToString()!;
        Count++;
        Mix((ulong)at);
        Mix(whoText);
        Mix(what);
        Mix(subject);
        Mix((ulong)number);
        Mix(detail);
        _entries.Enqueue(new Entry(at, whoText, what, subject, number, detail));
        if (_entries.Count > _kept)
        {
            _entries.Dequeue();
        }
    }

    private void Mix(string? text)
    {
        foreach (var sign in text ?? "-")
        {
            _hash = (_hash ^ sign) * HashPrime;
        }

        _hash = (_hash ^ 0xffff) * HashPrime;
    }

    private void Mix(ulong number)
    {
        for (var i = 0; i < 4; i++)
        {
            _hash = (_hash ^ (number & 0xffff)) * HashPrime;
            number >>= 16;
        }
    }

    private readonly record struct Entry(long At, string Who, string What, string? Subject, long Number, string? Detail)
    {
        public override string ToString()
        {
            var line = new StringBuilder();
            line.Append(CultureInfo.InvariantCulture, $"{TimeSpan.FromTicks(At).TotalSeconds,10:0.0000}  {Who,-6} {What}");
            if (Subject is not null)
            {
                line.Append(' ').Append(Subject);
            }

            if (Number != 0)
            {
                line.Append(CultureInfo.InvariantCulture, $" #{Number}");
            }

            return (Detail is null ? line : line.Append(": ").Append(Detail)).ToString();
        }
    }
}
