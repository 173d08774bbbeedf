using System.Globalization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Where in a patch the phases and tasks that it touches are, so that what is wrong with the plan as it would be is shown where it was written.</summary>
internal sealed class PatchPlaces
{
    private readonly Dictionary<string, string> _phases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tasks = new(StringComparer.Ordinal);

    public PatchPlaces(PlanPatch patch)
    {
        for (var index = 0; index < patch.Changes.Count; index++)
        {
            if (patch.Changes[index] is { } change)
            {
                Add(change, PlanPatchApplication.PointerTo(index, change));
            }
        }
    }

    /// <summary>The number of the change that a problem is in; that of none, behind all others, where it is in none.</summary>
    public static int ChangeOf(PlanProblem problem)
        => problem.Pointer.Split('/') is ["", "changes", var index, ..] && int.TryParse(index, CultureInfo.InvariantCulture, out var change) ? change : int.MaxValue;

    /// <summary>The change that touched a phase last; the whole patch where none did.</summary>
    public string OfPhase(string id) => _phases.GetValueOrDefault(id, string.Empty);

    /// <summary>The change that touched a task last; the whole patch where none did.</summary>
    public string OfTask(string id) => _tasks.GetValueOrDefault(id, string.Empty);

    /// <summary>The same problem with its place in the patch, where it is in something that the patch touches.</summary>
    public PlanProblem InPatch(PlanProblem problem, OrchestrationPlan plan)
    {
        if (problem.Pointer.Split('/') is not ["", "phases", var index, .. var rest]
            || !int.TryParse(index, CultureInfo.InvariantCulture, out var phase)
            || phase >= plan.Phases.Count)
        {
            return problem;
        }

        if (rest is ["tasks", var place, .. var inTask]
            && int.TryParse(place, CultureInfo.InvariantCulture, out var task)
            && task < plan.Phases[phase].Tasks.Count
            && _tasks.TryGetValue(plan.Phases[phase].Tasks[task].Id, out var at))
        {
            return problem with { Pointer = string.Join('/', [at, .. inTask]) };
        }

        return (rest is not ["tasks", ..]) && _phases.TryGetValue(plan.Phases[phase].Id, out var whole)
            ? problem with { Pointer = string.Join('/', [whole, .. rest]) }
            : problem;
    }

    private void Add(PlanChange change, string at)
    {
        switch (change)
        {
            case PhaseAddition { Phase: var phase }:
                _phases[phase.Id] = at + "/phase";
                for (var task = 0; task < phase.Tasks.Count; task++)
                {
                    if (phase.Tasks[task] is { } definition)
                    {
                        _tasks[definition.Id] = FormattableString.Invariant($"{at}/phase/tasks/{task}");
                    }
                }

                break;
            case TaskAddition { Task: var task }:
                _tasks[task.Id] = at + "/task";
                break;
            case PhaseReplacement { Phase: var phase }:
                _phases[phase.Id] = at + "/phase";
                break;
            case TaskReplacement { Task: var task }:
                _tasks[task.Id] = at + "/task";
                break;
            case PhaseOmission omission:
                _phases[omission.Phase] = at;
                break;
            case TaskOmission omission:
                _tasks[omission.Task] = at;
                break;
            case PhaseRewiring rewiring:
                _phases[rewiring.Phase] = at;
                break;
            case TaskRewiring rewiring:
                _tasks[rewiring.Task] = at;
                break;
            default:
                throw new NotSupportedException($"PatchPlaces does not know '{change.GetType().Name}'.");
        }
    }
}
