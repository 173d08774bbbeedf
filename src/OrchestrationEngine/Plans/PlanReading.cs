using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>What is known while one plan is read: where the reader is, what was wrong so far, and the names seen. For one thread.</summary>
internal sealed class PlanReading(ReadOnlyMemory<byte> utf8, PlanReadOptions options)
{
    private const int LongestShared = 256;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly char[] _chars = new char[LongestShared];
    private readonly TextLines _lines = new(utf8);

    public PlanReadOptions Options => options;

    public PointerStack Pointer { get; } = new();

    public PlanProblemList Problems { get; } = new(options.Limits.MaxProblems);

    public PlanProblemList Warnings { get; } = new(options.Limits.MaxProblems);

    /// <summary>The plan's id as soon as it was read.</summary>
    public string? PlanId { get; set; }

    /// <summary>Whether a part could not be read, so that what refers to it would wrongly look like a reference to nothing.</summary>
    public bool LostParts { get; set; }

    public void Problem(PlanProblemKind kind, long offset, string message, string? name = null, IEnumerable<string?>? known = null, string? member = null)
        => Report(Problems, kind, offset, message, name, known, member);

    public void Warning(PlanProblemKind kind, long offset, string message, string? name, IEnumerable<string?> known, string member)
        => Report(Warnings, kind, offset, message, name, known, member);

    /// <summary>
    /// The string at which the reader is. Equal short strings are one instance, so a million references to an id cost no more than the id.
    /// </summary>
    /// <exception cref="InvalidOperationException">The string has an escape for half of a character.</exception>
    public string Shared(ref readonly Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > LongestShared)
        {
            return reader.GetString()!;
        }

        var chars = _chars.AsSpan(0, reader.CopyString(_chars));
        var names = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!names.TryGetValue(chars, out var name))
        {
            name = chars.ToString();
            _names.Add(name);
        }

        return name;
    }

    private void Report(PlanProblemList list, PlanProblemKind kind, long offset, string message, string? name, IEnumerable<string?>? known, string? member)
    {
        var (line, column) = list.IsFull ? (0, 0) : _lines.At(offset);
        var pointer = list.IsFull ? string.Empty : Pointer + (member is null ? string.Empty : "/" + PlanPointer.Escape(member));
        list.Add(kind, pointer, message, name, known, line, column);
    }
}
