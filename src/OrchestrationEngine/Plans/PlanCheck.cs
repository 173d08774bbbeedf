namespace OrchestrationEngine.Plans;

/// <summary>What the rules share while one plan is verified: the plan's names, the list of problems, and checks that several rules need. For one thread.</summary>
internal sealed class PlanCheck
{
    private readonly PlanFindings _findings;
    private readonly string _prefix;
    private readonly bool _hasLostParts;
    private readonly HashSet<string> _namesInList = new(StringComparer.Ordinal);

    /// <param name="plan">The plan.</param>
    /// <param name="context">What holds for this plan and the plans in it.</param>
    /// <param name="prefix">Where the plan stands in the one around it; empty for the whole plan.</param>
    /// <param name="depth">In how many plans it stands.</param>
    public PlanCheck(OrchestrationPlan plan, VerificationContext context, string prefix, int depth)
    {
        Plan = plan;
        Context = context;
        Depth = depth;
        _findings = context.Findings;
        _prefix = prefix;
        _hasLostParts = context.HasLostParts;
        Names = new PlanNames(plan);
        Edges = new PlanEdges(Names);
        Inputs = Ids(plan.Inputs?.Select(input => input?.Name));
        Agents = Ids(plan.Agents?.Select(agent => agent?.Id));
        Tiers = Ids(plan.Tiers?.Select(tier => tier?.Id));
    }

    public VerificationContext Context { get; }

    public int Depth { get; }

    public OrchestrationPlan Plan { get; }

    public PlanLimits Limits => Context.Limits;

    public PlanNames Names { get; }

    public PlanEdges Edges { get; }

    public HashSet<string> Inputs { get; }

    public HashSet<string> Agents { get; }

    public HashSet<string> Tiers { get; }

    public HashSet<string>? RegisteredAgents => Context.RegisteredAgents;

    /// <summary>Whether parts could not be read, so that what is missing may be there.</summary>
    public bool HasLostParts => _hasLostParts;

    /// <summary>Whether the plan was made in code and parts are null.</summary>
    public bool HasGaps { get; private set; }

    public bool IsFull => _findings.Problems.IsFull;

    /// <summary>The names there are, for the end of a message; a few when there are many.</summary>
    public static string Known(string before, IReadOnlyCollection<string> names)
    {
        const int Most = 10;
        var list = string.Join(", ", names.Take(Most).Select(name => $"'{name}'"));
        return names.Count switch
        {
            0 => $"{before} none.",
            <= Most => $"{before}: {list}.",
            _ => FormattableString.Invariant($"{before}: {list} and {names.Count - Most:N0} more."),
        };
    }

    public void Problem(PlanProblemKind kind, PlanPointer at, string message, string? name = null)
    {
        var list = _findings.Of(kind);
        list.Add(kind, list.IsFull ? string.Empty : PointerTo(at), message, name);
    }

    /// <summary>Reports something at a place within a value of the plan.</summary>
    public void ProblemAt(PlanProblemKind kind, string pointer, string message) => _findings.Of(kind).Add(kind, IsFull ? string.Empty : _prefix + pointer, message);

    /// <summary>Reports a name that leads nowhere, unless it may lead to a part that could not be read.</summary>
    public void Unknown(PlanProblemKind kind, PlanPointer at, string message, string name, IEnumerable<string> known)
    {
        if (!_hasLostParts)
        {
            _findings.Of(kind).Add(kind, IsFull ? string.Empty : PointerTo(at), message, name, known);
        }
    }

    public string PointerTo(PlanPointer at) => _prefix + at;

    /// <summary>Whether there is an entry; a plan made in code may have gaps.</summary>
    public bool Exists(PlanPointer at, object? entry)
    {
        if (entry is not null)
        {
            return true;
        }

        HasGaps = true;
        Problem(PlanProblemKinds.Gap, at, "There is nothing here (null).");
        return false;
    }

    /// <summary>Checks that a name can be a name at all.</summary>
    public void Name(PlanPointer at, string? name, string what)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            Problem(PlanProblemKinds.NameEmpty, at, $"{what} is empty.");
        }
        else if (name.Length > Limits.MaxIdLength)
        {
            Problem(PlanProblemKinds.NameTooLong, at, FormattableString.Invariant($"{what} has {name.Length:N0} characters; the limit is {Limits.MaxIdLength:N0} ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxIdLength)})."), name[..32]);
        }
        else if (!IsWellFormed(name))
        {
            Problem(PlanProblemKinds.NameUnshowable, at, $"{what} holds half of a surrogate pair, which is no character.");
        }
        else if (IndexOfControl(name) is >= 0 and var control)
        {
            Problem(PlanProblemKinds.NameUnshowable, at, FormattableString.Invariant($"{what} holds the control character U+{(int)name[control]:X4}; names are text that can be shown on one line."), name);
        }
    }

    private static int IndexOfControl(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Checks the names of a list: each can be a name, and none is there twice.</summary>
    public void DistinctNames<T>(IReadOnlyList<T>? entries, PlanPointer list, string what, Func<T, string?> nameOf, Func<PlanPointer, int, T, PlanPointer> place)
        where T : class
    {
        if (entries is { Count: 0 } || !Exists(list, entries))
        {
            return;
        }

        // One set for all lists, made anew after a large one: clearing costs what the largest did.
        _namesInList.Clear();
        for (var index = 0; index < entries!.Count; index++)
        {
            if (!Exists(list.Item(index), entries[index]))
            {
                continue;
            }

            var name = nameOf(entries[index]);
            var at = place(list, index, entries[index]);
            Name(at, name, what);
            if (!string.IsNullOrWhiteSpace(name) && !_namesInList.Add(name))
            {
                Problem(PlanProblemKinds.NameTwice, at, $"{what} '{name}' is there twice.", name);
            }
        }

        if (_namesInList.Capacity > 1024)
        {
            _namesInList.Clear();
            _namesInList.TrimExcess();
        }
    }

    /// <summary>Checks a list of names.</summary>
    public void DistinctTexts(IReadOnlyList<string>? names, PlanPointer list, string what) => DistinctNames(names, list, what, name => name, (at, index, _) => at.Item(index));

    public void Positive(PlanPointer at, TimeSpan? duration, string what)
    {
        if (duration <= TimeSpan.Zero)
        {
            Problem(PlanProblemKinds.ImpossibleDuration, at, $"{what} is {PlanDuration.Format(duration.Value)}; it must be longer than zero.");
        }
    }

    public void NotNegative(PlanPointer at, TimeSpan? duration, string what)
    {
        if (duration < TimeSpan.Zero)
        {
            Problem(PlanProblemKinds.ImpossibleDuration, at, $"{what} is {PlanDuration.Format(duration.Value)}; it can't be negative.");
        }
    }

    public void AtLeast(PlanPointer at, int? number, int least, string what)
    {
        if (number < least)
        {
            Problem(PlanProblemKinds.NumberOutOfRange, at, FormattableString.Invariant($"{what} is {number}; it must be {least} or more."));
        }
    }

    public void Within(PlanPointer at, int? number, int least, int most, string what)
    {
        if (number < least || number > most)
        {
            Problem(PlanProblemKinds.NumberOutOfRange, at, FormattableString.Invariant($"{what} is {number}; it must be from {least} to {most:N0}."));
        }
    }

    public void Defined<T>(PlanPointer at, T value, string what)
        where T : struct, Enum
    {
        if (!WordTable<T>.Knows(value))
        {
            Problem(PlanProblemKinds.UndefinedValue, at, $"{what} is {value}; it must be one of {string.Join(", ", WordTable<T>.Words)}.");
        }
    }

    public void Failures(PlanPointer parent, FailurePolicy? policy)
    {
        if (Exists(parent.Member("onFailure"), policy))
        {
            Defined(parent.Member("onFailure").Leaf("mode"), policy!.Mode, "The mode");
            AtLeast(parent.Member("onFailure").Leaf("failuresAllowed"), policy.FailuresAllowed, 0, "The number of failures allowed");
        }
    }

    private static bool IsWellFormed(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
            {
                continue;
            }

            if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
            {
                return false;
            }

            index++;
        }

        return true;
    }

    private static HashSet<string> Ids(IEnumerable<string?>? ids)
        => (ids ?? []).OfType<string>().ToHashSet(StringComparer.Ordinal);
}
