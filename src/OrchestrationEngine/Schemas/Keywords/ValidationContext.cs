using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>What a check is for.</summary>
internal enum CheckMode
{
    /// <summary>Whether the value is valid: ends at the first violation and allocates nothing.</summary>
    Verdict,

    /// <summary>All violations of a value that is known to be invalid.</summary>
    Violations,

    /// <summary>The annotations of a value that is known to be valid.</summary>
    Annotations,
}

/// <summary>
/// What one check carries along: its limits, the dynamic scope and, when it has to tell and not only to decide, where it is. For one thread;
/// used again and again, so that a check of a valid value costs no memory once its stacks have grown.
/// </summary>
internal sealed partial class ValidationContext(SchemaOptions limits)
{
    private SchemaResource[] _scope = new SchemaResource[16];
    private int _scopeCount;
    private ulong[] _marks = new ulong[16];
    private int _marksUsed;
    private int _depth;
    private long _steps;
    private SchemaReport? _report;

    public CheckMode Mode { get; private set; }

    /// <summary>Whether all violations are wanted, so that a check goes on after the first.</summary>
    public bool IsCollecting => Mode == CheckMode.Violations;

    /// <summary>Why the check ended before it was done, or null. Once set, nothing is looked at any more and nothing counts as valid.</summary>
    public string? Stopped { get; private set; }

    public int Marks => _marksUsed;

    public void Begin(CheckMode mode, SchemaReport? report)
    {
        (Mode, _report, Stopped) = (mode, report, null);
        (_scopeCount, _marksUsed, _depth, _steps) = (0, 0, 0, 0);
    }

    /// <summary>Whether also those alternatives must be looked at that no longer change the verdict.</summary>
    public bool MustVisitAll(EvaluatedSet evaluated) => evaluated.IsTracked || Mode == CheckMode.Annotations;

    /// <summary>Goes one schema deeper, within the limits.</summary>
    public bool TryEnter(SchemaNode node)
    {
        if (Stopped is not null || !TryStep())
        {
            return false;
        }

        if (_depth >= limits.MaxDepth || (_depth % 16 == 15 && !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()))
        {
            Stop($"The check was ended at a depth of {_depth} schemas within one another (MaxDepth); the value is nested too deep, or the schema refers to itself without getting anywhere.");
            return false;
        }

        _depth++;
        if (_scopeCount == 0 || !ReferenceEquals(_scope[_scopeCount - 1], node.Resource))
        {
            if (_scopeCount == _scope.Length)
            {
                Array.Resize(ref _scope, _scope.Length * 2);
            }

            _scope[_scopeCount++] = node.Resource;
        }

        return true;
    }

    public int ScopeCount => _scopeCount;

    public void Leave(int scopeCount)
    {
        _depth--;
        _scopeCount = scopeCount;
    }

    /// <summary>Counts a step; false when there have been too many.</summary>
    public bool TryStep(long steps = 1)
    {
        _steps += steps;
        if (_steps <= limits.MaxSteps)
        {
            return Stopped is null;
        }

        Stop($"The check was ended after {limits.MaxSteps:N0} steps (MaxSteps): the value is too large for this schema.");
        return false;
    }

    public void Stop(string reason)
    {
        if (Stopped is null)
        {
            Stopped = reason;
            _report?.Stop(reason);
        }
    }

    /// <summary>The outermost schema in the dynamic scope that has a dynamic anchor of this name.</summary>
    public SchemaNode? FindDynamic(string anchor)
    {
        for (var i = 0; i < _scopeCount; i++)
        {
            if (_scope[i].DynamicNodes.TryGetValue(anchor, out var node))
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>Room to note which of so many members or items have been evaluated.</summary>
    public EvaluatedSet Rent(int count)
    {
        var words = (count + 63) / 64;
        var set = new EvaluatedSet(_marksUsed, words);
        _marksUsed += words;
        if (_marksUsed > _marks.Length)
        {
            Array.Resize(ref _marks, Math.Max(_marksUsed, _marks.Length * 2));
        }

        _marks.AsSpan(set.Start, words).Clear();
        return set;
    }

    /// <summary>Gives back everything that was rented since there were so many <see cref="Marks"/>.</summary>
    public void Return(int marks) => _marksUsed = marks;

    public void Mark(EvaluatedSet set, int index)
    {
        if (set.IsTracked)
        {
            _marks[set.Start + (index >> 6)] |= 1UL << (index & 63);
        }
    }

    public void MarkFirst(EvaluatedSet set, int count)
    {
        for (var i = 0; set.IsTracked && i < count; i++)
        {
            Mark(set, i);
        }
    }

    public bool IsMarked(EvaluatedSet set, int index) => (_marks[set.Start + (index >> 6)] & (1UL << (index & 63))) != 0;

    public void Merge(EvaluatedSet from, EvaluatedSet into)
    {
        for (var i = 0; i < Math.Min(from.Words, into.Words); i++)
        {
            _marks[into.Start + i] |= _marks[from.Start + i];
        }
    }

    /// <summary>Evaluates a schema on the same value, of which only the verdict counts.</summary>
    public bool Decide(SchemaNode node, in Instance instance)
    {
        var mode = Mode;
        Mode = CheckMode.Verdict;
        var isValid = node.Evaluate(this, instance, default);
        Mode = mode;
        return isValid;
    }

    /// <summary>Evaluates a branch on the same value; what it marks and annotates counts only when it holds, and its violations are not noted.</summary>
    public bool Try(SchemaNode node, in Instance instance, EvaluatedSet evaluated, string path)
    {
        if (!MustVisitAll(evaluated))
        {
            return Decide(node, instance);
        }

        var (mode, marks) = (Mode, _marksUsed);
        Mode = mode == CheckMode.Violations ? CheckMode.Verdict : mode;
        var own = evaluated.IsTracked ? Rent(evaluated.Words * 64) : default;
        var isValid = InPlace(node, instance, own, path);
        if (isValid)
        {
            Merge(own, evaluated);
        }

        (Mode, _marksUsed) = (mode, marks);
        return isValid;
    }

    /// <summary>Evaluates a schema on the same value.</summary>
    public bool InPlace(SchemaNode node, in Instance instance, EvaluatedSet evaluated, string path)
    {
        if (Mode == CheckMode.Verdict)
        {
            return node.Evaluate(this, instance, evaluated);
        }

        _report!.EnterKeyword(path);
        var isValid = node.Evaluate(this, instance, evaluated);
        _report.LeaveKeyword();
        return isValid;
    }

    /// <summary>Evaluates a schema on a member of the value.</summary>
    public bool Member(SchemaNode node, JsonProperty member, string path)
    {
        if (Mode == CheckMode.Verdict)
        {
            return node.Evaluate(this, new Instance(member.Value), default);
        }

        _report!.EnterKeyword(path);
        _report.EnterInstance(JsonPointers.Escape(JsonText.ToText(JsonText.Raw(member))));
        var isValid = node.Evaluate(this, new Instance(member.Value), default);
        _report.LeaveInstance();
        _report.LeaveKeyword();
        return isValid;
    }

    /// <summary>Evaluates a schema on the name of a member.</summary>
    public bool Name(SchemaNode node, JsonProperty member)
    {
        if (Mode == CheckMode.Verdict)
        {
            return node.Evaluate(this, Instance.NameOf(member), default);
        }

        _report!.EnterKeyword("/propertyNames");
        var isValid = node.Evaluate(this, Instance.NameOf(member), default);
        _report.LeaveKeyword();
        return isValid;
    }

    /// <summary>Evaluates a schema on an item of the value.</summary>
    public bool Item(SchemaNode node, JsonElement item, int index, string path)
    {
        if (Mode == CheckMode.Verdict)
        {
            return node.Evaluate(this, new Instance(item), default);
        }

        _report!.EnterKeyword(path);
        _report.EnterInstance(index.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var isValid = node.Evaluate(this, new Instance(item), default);
        _report.LeaveInstance();
        _report.LeaveKeyword();
        return isValid;
    }
}

/// <summary>Which members or items of a value have been evaluated: a place in the marks of a check, or nothing when nobody asks.</summary>
internal readonly record struct EvaluatedSet(int Start, int Words)
{
    public bool IsTracked => Words > 0;
}
