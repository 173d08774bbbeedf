using System.Globalization;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Preflight;

/// <summary>
/// A plan in which everything that nobody knows before the run is decided by drawing: conditions that read outputs, the number of turns of loops, the
/// length of lists. What can be known, from the inputs and the assumed outputs, stays as it is.
/// </summary>
internal sealed class PlanGuess
{
    /// <summary>The input that stands for a list that nobody knows.</summary>
    public const string UnknownList = "$unknown";

    private static readonly ConditionExpression Holds = ConditionExpression.Parse("true");
    private static readonly ConditionExpression HoldsNot = ConditionExpression.Parse("false");
    private static readonly ValueExpression Items = ValueExpression.Parse($"inputs['{UnknownList}']");

    private readonly OrchestrationPlan _plan;
    private readonly SimulationOptions _options;
    private readonly SortedSet<string> _assumptions = new(StringComparer.Ordinal);

    public PlanGuess(OrchestrationPlan plan, SimulationOptions options)
    {
        (_plan, _options) = (plan, options);
        Draw(new SeededRandom(0));
    }

    /// <summary>Whether anything has to be drawn.</summary>
    public bool IsUncertain => _assumptions.Count > 0;

    /// <summary>What is drawn, in sentences.</summary>
    public IEnumerable<string> Assumptions => _assumptions;

    /// <summary>The plan, with what is uncertain drawn.</summary>
    public OrchestrationPlan Draw(SeededRandom random) => _plan with
    {
        Outputs = [],
        Inputs = [.. _plan.Inputs, new PlanInput { Name = UnknownList }],
        Phases = [.. _plan.Phases.Select(phase => Draw(phase, random))],
    };

    private PhaseDefinition Draw(PhaseDefinition phase, SeededRandom random)
    {
        var place = $"phase '{phase.Id}'";
        return phase with
        {
            When = Draw(phase.When, $"The condition of {place}", random),
            SkipWhen = Draw(phase.SkipWhen, place, random),
            Repeat = Draw(phase.Repeat, place, $"phases[{Quoted(phase.Id)}].turn", random),
            Tasks = [.. phase.Tasks.Select(task => task.IsPlain ? task : Draw(task, random))],
        };
    }

    private TaskDefinition Draw(TaskDefinition task, SeededRandom random)
    {
        var place = $"task '{task.Id}'";
        return task with
        {
            When = Draw(task.When, $"The condition of {place}", random),
            SkipWhen = Draw(task.SkipWhen, place, random),
            Repeat = Draw(task.Repeat, place, "turn", random),
            Join = DrawJoin(task.Join, place),
            Guard = IsKnown(task.Guard?.References, $"The guard of {place} reads what nobody knows before the run; it is taken to hold.") ? task.Guard : null,
            ForEach = task.ForEach is { } each ? DrawItems(each, place) : null,
            Wait = task.Wait is { } wait ? wait with { Branches = [.. wait.Branches.Select(branch => branch with { Where = null })] } : null,
        };
    }

    private ForEachDefinition DrawItems(ForEachDefinition each, string place)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"The list of {place} is not known before the run; it is taken to have {_options.UnknownItems} items.");
        return each with
        {
            Items = IsKnown(each.Items.References, text) ? each.Items : Items,
            Join = DrawJoin(each.Join, place),

            // Nobody seals a list in a simulation.
            Open = false,
        };
    }

    private JoinDefinition DrawJoin(JoinDefinition join, string place)
        => IsKnown(join.Condition?.References, $"The join of {place} reads what nobody knows before the run; it is taken to be complete with the first that arrives.")
            ? join
            : new JoinDefinition { Kind = JoinKind.AtLeast, Count = 1, CancelRest = join.CancelRest };

    private ConditionExpression? Draw(ConditionExpression? condition, string what, SeededRandom random)
        => condition is null || IsKnown(condition.References, Unknown(what, condition)) ? condition : random.Chance(_options.UnknownCondition) ? Holds : HoldsNot;

    private SkipCondition? Draw(SkipCondition? skip, string place, SeededRandom random)
        => skip is null ? null : skip with { Condition = Draw(skip.Condition, $"The skip condition of {place}", random)! };

    private RepeatDefinition? Draw(RepeatDefinition? repeat, string place, string turn, SeededRandom random)
    {
        if (repeat is null || IsKnown(repeat.Until.References, Unknown($"The end of the loop of {place}", repeat.Until)))
        {
            return repeat;
        }

        var last = 1;
        while (last <= repeat.Max && !random.Chance(_options.UnknownCondition))
        {
            last++;
        }

        return repeat with { Until = ConditionExpression.Parse(string.Create(CultureInfo.InvariantCulture, $"{turn} == {last}")) };
    }

    private string Unknown(string what, ConditionExpression condition)
        => string.Create(CultureInfo.InvariantCulture, $"{what} ({condition.Text}) reads what nobody knows before the run; it is taken to hold with a probability of {_options.UnknownCondition:0.##}.");

    private bool IsKnown(IReadOnlyList<DataPath>? references, string assumption)
    {
        if (references is null || references.All(IsKnown))
        {
            return true;
        }

        _assumptions.Add(assumption);
        return false;
    }

    private bool IsKnown(DataPath path) => path.Root switch
    {
        "inputs" => path.Segments is not [{ Key: { } name }, ..] || _options.Inputs.ContainsKey(name) || _plan.Inputs.Any(input => input.Name == name && input.Default is not null),
        "tasks" => path.Segments is not [{ Key: { } task }, { Key: "output" or "outputs" }, ..] || _options.Outputs.ContainsKey(task),
        "signals" or "signal" => false,
        _ => true,
    };

    private static string Quoted(string id) => DataPathSegment.Member(id).ToString() is { } text && text.StartsWith("['", StringComparison.Ordinal) ? text[1..^1] : $"'{id}'";
}
