using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Plans;

/// <summary>
/// A place in a plan that becomes a JSON pointer (RFC 6901) only when it is shown, so that checking a million tasks makes no text.
/// </summary>
internal readonly record struct PlanPointer
{
    // One more than the index, so that the default value is the whole plan.
    private readonly int _phase;
    private readonly int _task;
    private readonly int _item;
    private readonly string? _member;
    private readonly string? _leaf;

    private PlanPointer(int phase, int task, string? member, int item, string? leaf)
        => (_phase, _task, _member, _item, _leaf) = (phase, task, member, item, leaf);

    public static PlanPointer Plan => default;

    /// <summary>A phase of the plan.</summary>
    public static PlanPointer Phase(int index) => new(index + 1, 0, null, 0, null);

    /// <summary>A task of this phase.</summary>
    public PlanPointer Task(int index) => new(_phase, index + 1, null, 0, null);

    /// <summary>A member whose name needs no escape; it may be a path of several.</summary>
    public PlanPointer Member(string name) => new(_phase, _task, name, 0, null);

    /// <summary>A member of this member, of any name. It makes a text; for parts that few tasks have.</summary>
    public PlanPointer Within(string name) => new(_phase, _task, _member + "/" + Escape(name), 0, null);

    /// <summary>An entry of this list.</summary>
    public PlanPointer Item(int index) => new(_phase, _task, _member, index + 1, null);

    /// <summary>The last step, a name of any kind.</summary>
    public PlanPointer Leaf(string name) => new(_phase, _task, _member, _item, name);

    public static string Escape(string name)
        => name.AsSpan().ContainsAny('~', '/')
            ? name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)
            : name;

    public override string ToString()
    {
        var text = new StringBuilder();
        Append("/phases/", _phase);
        Append("/tasks/", _task);
        if (_member is not null)
        {
            text.Append('/').Append(_member);
        }

        Append("/", _item);
        if (_leaf is not null)
        {
            text.Append('/').Append(Escape(_leaf));
        }

        return text.ToString();

        void Append(string before, int number)
        {
            if (number > 0)
            {
                text.Append(before).Append((number - 1).ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
