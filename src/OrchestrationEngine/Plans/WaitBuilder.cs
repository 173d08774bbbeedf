using System.Globalization;

namespace OrchestrationEngine.Plans;

/// <summary>Writes the branches of a deferred choice; see <see cref="PhaseBuilder.FirstOf"/>. For one thread.</summary>
public sealed class WaitBuilder
{
    private readonly List<(WaitBranch Branch, string? At, string? Signal, string? Where)> _branches = [];
    private readonly bool _isChoice;

    internal WaitBuilder(bool isChoice) => _isChoice = isChoice;

    /// <summary>Adds a time after the wait began.</summary>
    /// <param name="branch">The name of the branch.</param>
    /// <param name="after">The time; not negative.</param>
    public WaitBuilder After(string branch, TimeSpan after)
    {
        _branches.Add((new WaitBranch { Name = branch, After = after }, null, null, null));
        return this;
    }

    /// <summary>Adds a time.</summary>
    /// <param name="branch">The name of the branch.</param>
    /// <param name="at">The time (RFC 3339), or a template that gives one.</param>
    public WaitBuilder At(string branch, string at)
    {
        _branches.Add((new WaitBranch { Name = branch }, at, null, null));
        return this;
    }

    /// <summary>Adds a time.</summary>
    /// <param name="branch">The name of the branch.</param>
    /// <param name="at">The time.</param>
    public WaitBuilder At(string branch, DateTimeOffset at) => At(branch, at.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>Adds a signal.</summary>
    /// <param name="branch">The name of the branch.</param>
    /// <param name="signal">The name of the signal, or a template that gives it.</param>
    /// <param name="where">Which signals count, by <c>signal.payload</c>; null for all.</param>
    /// <param name="mode">Whether signals that came before the wait began count.</param>
    public WaitBuilder Signal(string branch, string signal, string? where = null, SignalMode mode = SignalMode.Persistent)
    {
        _branches.Add((new WaitBranch { Name = branch, Mode = mode }, null, signal, where));
        return this;
    }

    internal WaitDefinition Build(PlanPointer at, Unreadable texts) => new()
    {
        IsChoice = _isChoice,
        Branches = [.. _branches.Select(entry => Build(_isChoice ? at.Within("firstOf").Within(entry.Branch.Name) : at, texts, entry))],
    };

    private static WaitBranch Build(PlanPointer at, Unreadable texts, (WaitBranch Branch, string? At, string? Signal, string? Where) entry) => entry.Branch with
    {
        At = texts.Template(at.Leaf("at"), entry.At),
        Signal = texts.Template(at.Leaf("signal"), entry.Signal),
        Where = texts.Condition(at.Leaf("where"), entry.Where),
    };
}
