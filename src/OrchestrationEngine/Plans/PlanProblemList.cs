using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Collects problems up to a limit and counts the rest, so that a plan with a million problems costs no more than one with a few.
/// For one thread.
/// </summary>
internal sealed class PlanProblemList(int limit)
{
    private readonly List<PlanProblem> _kept = [];
    private readonly NameSuggestions _suggestions = new();

    /// <summary>The problems up to the limit, in the order in which they were added.</summary>
    public IReadOnlyList<PlanProblem> Kept => _kept;

    /// <summary>How many problems there are, those over the limit included.</summary>
    public long Total { get; private set; }

    /// <summary>Whether a further problem is only counted; then its details need not be made.</summary>
    public bool IsFull => _kept.Count >= limit;

    public void Add(PlanProblemKind kind, PlanPointer at, string message, string? name = null, IEnumerable<string?>? known = null)
        => Add(kind, IsFull ? string.Empty : at.ToString(), message, name, known);

    public void Add(PlanProblemKind kind, string pointer, string message, string? name = null, IEnumerable<string?>? known = null, long? line = null, long? column = null)
    {
        Total++;
        if (!IsFull)
        {
            var nearest = known is null ? null : _suggestions.Find(name, known);
            _kept.Add(new PlanProblem
            {
                Code = kind.Code,
                Severity = kind.Severity,
                Pointer = pointer,
                Message = message,
                Name = name,
                Nearest = nearest,
                Line = line,
                Column = column,
            });
        }
    }

    /// <summary>The problems, and a last one that says how many there are when the list was cut.</summary>
    public IReadOnlyList<PlanProblem> ToList() => Cut(_kept, Total, limit);

    /// <summary>The first of some problems, and a last one that says how many there are when these are not all.</summary>
    public static IReadOnlyList<PlanProblem> Cut(IReadOnlyList<PlanProblem> problems, long total, int limit)
    {
        var kept = Math.Min(problems.Count, Math.Max(limit, 0));
        var all = problems.Take(kept);
        return total <= kept
            ? [.. all]
            : [.. all, new PlanProblem { Code = PlanProblemKinds.NotListed.Code, Pointer = string.Empty, Message = FormattableString.Invariant($"There are {total:N0} problems; {kept:N0} of them are listed.") }];
    }
}
