using System.Globalization;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Makes the changes of a patch one after the other in a copy of a plan. One that can't be made is reported and passed over, and what it would have
/// added counts as there, so that the others are judged for themselves. For one thread and one patch.
/// </summary>
internal sealed class PlanPatchApplication
{
    private static readonly ConditionExpression Always = ConditionExpression.Parse("true");

    private readonly OrchestrationPlan _plan;
    private readonly PlanProblemList _problems;
    private readonly List<PhaseDefinition> _phases;
    private readonly Dictionary<string, List<TaskDefinition>> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _phaseOfTask = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private string _at = string.Empty;

    public PlanPatchApplication(OrchestrationPlan plan, int maxProblems)
    {
        _plan = plan;
        _problems = new PlanProblemList(maxProblems);
        _phases = [.. plan.Phases];
        foreach (var phase in plan.Phases)
        {
            foreach (var task in phase.Tasks)
            {
                _phaseOfTask.TryAdd(task.Id, phase.Id);
            }
        }
    }

    /// <summary>Why changes can't be made.</summary>
    public IReadOnlyList<PlanProblem> Problems => _problems.ToList();

    /// <summary>Where the changes of a patch are, as JSON pointers into it.</summary>
    public static string PointerTo(int index, PlanChange change) => string.Create(CultureInfo.InvariantCulture, $"/changes/{index}/{change.Word}");

    /// <summary>Makes the changes.</summary>
    /// <returns>The plan with the changes; null where one of them can't be made.</returns>
    public OrchestrationPlan? Apply(PlanPatch patch)
    {
        if (patch.Changes.Count == 0)
        {
            _problems.Add(PlanProblemKinds.PatchEmpty, "/changes", "The patch has no changes. A patch makes at least one.");
        }

        for (var index = 0; index < patch.Changes.Count; index++)
        {
            if (patch.Changes[index] is not { } change)
            {
                _problems.Add(PlanProblemKinds.Gap, FormattableString.Invariant($"/changes/{index}"), "There is nothing here (null).");
                continue;
            }

            _at = PointerTo(index, change);
            Make(change);
        }

        return _problems.Total == 0
            ? _plan with { Phases = [.. _phases.Select(phase => _tasks.TryGetValue(phase.Id, out var tasks) ? phase with { Tasks = [.. tasks] } : phase)] }
            : null;
    }

    private void Make(PlanChange change)
    {
        switch (change)
        {
            case PhaseAddition addition:
                Add(addition);
                break;
            case TaskAddition addition:
                Add(addition);
                break;
            case PhaseReplacement replacement:
                Replace(replacement);
                break;
            case TaskReplacement { Task: var task }:
                ChangeTask(task.Id, "/task/id", _ => task);
                break;
            case PhaseOmission omission:
                RequireReason(omission.Reason);
                ChangePhase(omission.Phase, "/phase", phase => phase with { When = null, SkipWhen = new SkipCondition { Condition = Always, Reason = omission.Reason } });
                break;
            case TaskOmission omission:
                RequireReason(omission.Reason);
                ChangeTask(omission.Task, "/task", task => Omit(task, omission.Reason));
                break;
            case PhaseRewiring rewiring:
                ChangePhase(rewiring.Phase, "/phase", phase => phase with { DependsOn = rewiring.DependsOn });
                break;
            case TaskRewiring rewiring:
                ChangeTask(rewiring.Task, "/task", task => task with { DependsOn = rewiring.DependsOn });
                break;
            default:
                throw new NotSupportedException($"PlanPatchApplication does not know '{change.GetType().Name}'.");
        }
    }

    // Nothing else may decide what becomes of it: no missing output, no error in a condition of its own.
    private static TaskDefinition Omit(TaskDefinition task, string reason) => task with
    {
        When = null,
        OnSkipped = OnSkipped.Run,
        SkipWhen = new SkipCondition { Condition = Always, Reason = reason },
    };

    private void Add(PhaseAddition addition)
    {
        var id = addition.Phase.Id;
        if (IndexOfPhase(id) >= 0)
        {
            Problem("/phase/id", $"The plan has a phase '{id}' already. To change it, use replacePhase.", id);
            return;
        }

        if (!TryPlace(addition.After, addition.Before, _phases.Count, IndexOfPhase, "phase", () => _phases.Select(phase => phase.Id), out var index))
        {
            LosePhase(addition.Phase);
            return;
        }

        // Two of the new tasks with one id are for the verifier to report; one that is taken is reported here, with the place in the patch.
        for (var task = 0; task < addition.Phase.Tasks.Count; task++)
        {
            if (addition.Phase.Tasks[task] is not { } definition)
            {
                continue;
            }

            if (_phaseOfTask.TryGetValue(definition.Id, out var holder) && holder != id)
            {
                Problem(FormattableString.Invariant($"/phase/tasks/{task}/id"), $"The plan has a task '{definition.Id}' already, in phase '{holder}'.", definition.Id);
            }

            _phaseOfTask.TryAdd(definition.Id, id);
        }

        _phases.Insert(index, addition.Phase);
    }

    private void Add(TaskAddition addition)
    {
        var id = addition.Task.Id;
        if (_phaseOfTask.TryGetValue(id, out var holder))
        {
            Problem("/task/id", $"The plan has a task '{id}' already, in phase '{holder}'. To change it, use replaceTask.", id);
            return;
        }

        if (IndexOfPhase(addition.Phase) < 0)
        {
            Unknown("/phase", "phase", addition.Phase, _phases.Select(phase => phase.Id));
            _lost.Add(id);
            return;
        }

        var tasks = TasksOf(addition.Phase);
        if (TryPlace(addition.After, addition.Before, tasks.Count, name => tasks.FindIndex(task => task.Id == name), $"task of phase '{addition.Phase}'", () => tasks.Select(task => task.Id), out var index))
        {
            tasks.Insert(index, addition.Task);
            _phaseOfTask[id] = addition.Phase;
        }
        else
        {
            _lost.Add(id);
        }
    }

    private void Replace(PhaseReplacement replacement)
    {
        if (replacement.Phase.Tasks.Count > 0)
        {
            Problem("/phase/tasks", "A phase that is replaced keeps its tasks; leave them out here and use addTask, replaceTask and skipTask for them.");
            return;
        }

        ChangePhase(replacement.Phase.Id, "/phase/id", phase => replacement.Phase with { Tasks = phase.Tasks });
    }

    private void ChangePhase(string id, string place, Func<PhaseDefinition, PhaseDefinition> change)
    {
        if (IndexOfPhase(id) is >= 0 and var index)
        {
            _phases[index] = change(_phases[index]);
        }
        else
        {
            Unknown(place, "phase", id, _phases.Select(phase => phase.Id));
        }
    }

    private void ChangeTask(string id, string place, Func<TaskDefinition, TaskDefinition> change)
    {
        if (_phaseOfTask.TryGetValue(id, out var phase))
        {
            var tasks = TasksOf(phase);
            var index = tasks.FindIndex(task => task.Id == id);
            tasks[index] = change(tasks[index]);
        }
        else
        {
            Unknown(place, "task", id, _phaseOfTask.Keys);
        }
    }

    private bool TryPlace(string? after, string? before, int end, Func<string, int> find, string what, Func<IEnumerable<string>> known, out int index)
    {
        index = end;
        if (after is not null && before is not null)
        {
            Problem("", "Both 'after' and 'before' are given; give one of them, or none for the end.");
            return false;
        }

        if ((after ?? before) is not { } neighbor)
        {
            return true;
        }

        index = find(neighbor);
        if (index < 0)
        {
            Unknown(after is null ? "/before" : "/after", what, neighbor, known());
            return false;
        }

        index += after is null ? 0 : 1;
        return true;
    }

    private void RequireReason(string reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            Problem("/reason", "The reason is empty. Say why it is left out.");
        }
    }

    private void LosePhase(PhaseDefinition phase)
    {
        _lost.Add(phase.Id);
        _lost.UnionWith(phase.Tasks.Where(task => task is not null).Select(task => task.Id));
    }

    private void Unknown(string place, string what, string name, IEnumerable<string> known)
    {
        if (!_lost.Contains(name))
        {
            _problems.Add(what == "phase" ? PlanProblemKinds.UnknownPhase : PlanProblemKinds.UnknownTask, _at + place, $"There is no {what} '{name}'.", name, known);
        }
        else
        {
            // What it is about could not be added, which has been said.
            _problems.Add(PlanProblemKinds.PatchImpossible, _at + place, $"'{name}' could not be added by this patch.", name);
        }
    }

    private void Problem(string place, string message, string? name = null) => _problems.Add(PlanProblemKinds.PatchImpossible, _at + place, message, name);

    private int IndexOfPhase(string id) => _phases.FindIndex(phase => phase.Id == id);

    private List<TaskDefinition> TasksOf(string phase)
    {
        if (!_tasks.TryGetValue(phase, out var tasks))
        {
            _tasks[phase] = tasks = [.. _phases[IndexOfPhase(phase)].Tasks];
        }

        return tasks;
    }
}
