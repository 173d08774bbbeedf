using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>Writes a phase in code; see <see cref="PlanBuilder.Phase"/>. For one thread.</summary>
public sealed class PhaseBuilder
{
    private readonly List<TaskBuilder> _tasks = [];
    private PhaseDefinition _phase;
    private string? _when;

    internal PhaseBuilder(string id) => _phase = new PhaseDefinition { Id = id };

    /// <summary>Gives the phase a name for people.</summary>
    /// <param name="name">The name.</param>
    public PhaseBuilder Name(string name)
    {
        _phase = _phase with { Name = name };
        return this;
    }

    /// <summary>Says to which tier the phase belongs.</summary>
    /// <param name="tier">The id of a tier of the plan.</param>
    public PhaseBuilder Tier(string tier)
    {
        _phase = _phase with { Tier = tier };
        return this;
    }

    /// <summary>Says which phases must be completed or skipped before this one starts. Without it that is the phase before it in the plan.</summary>
    /// <param name="phases">Ids of phases; none for a phase that starts with the run.</param>
    public PhaseBuilder DependsOn(params ReadOnlySpan<string> phases)
    {
        _phase = _phase with { DependsOn = phases.ToArray() };
        return this;
    }

    /// <summary>Lets the tasks run together, as far as their dependencies allow.</summary>
    public PhaseBuilder Parallel()
    {
        _phase = _phase with { Mode = PhaseMode.Parallel };
        return this;
    }

    /// <summary>Lets the tasks run one after the other. This is the default.</summary>
    public PhaseBuilder Sequential()
    {
        _phase = _phase with { Mode = PhaseMode.Sequential };
        return this;
    }

    /// <summary>Makes the phase conditional: it is skipped when the condition is false as it would start.</summary>
    /// <param name="condition">A condition over <c>inputs.NAME</c> and <c>tasks.ID.output</c>.</param>
    public PhaseBuilder When(string condition)
    {
        _when = condition;
        return this;
    }

    /// <summary>Says how long the phase may run, from its start. Without it there is no limit.</summary>
    /// <param name="timeout">The time; longer than zero.</param>
    public PhaseBuilder Timeout(TimeSpan timeout)
    {
        _phase = _phase with { Timeout = timeout };
        return this;
    }

    /// <summary>Says what a failed task means for the phase. The default is to stop the phase at its first failed task.</summary>
    /// <param name="mode">What happens when there are more failures than are allowed.</param>
    /// <param name="failuresAllowed">How many failed tasks are accepted. The default is 0.</param>
    public PhaseBuilder OnFailure(FailureMode mode, int failuresAllowed = 0)
    {
        _phase = _phase with { OnFailure = new FailurePolicy { Mode = mode, FailuresAllowed = failuresAllowed } };
        return this;
    }

    /// <summary>Adds a task behind those already there.</summary>
    /// <param name="id">The task's id, unique in the plan.</param>
    /// <param name="agent">The agent that does it.</param>
    /// <param name="configure">Says more about the task; null for a task with nothing but defaults.</param>
    public PhaseBuilder Task(string id, string agent, Action<TaskBuilder>? configure = null)
    {
        var task = new TaskBuilder(id, agent);
        configure?.Invoke(task);
        _tasks.Add(task);
        return this;
    }

    internal PhaseDefinition Build(PlanPointer at, PlanProblemList unreadable)
    {
        ConditionExpression? when = null;
        if (_when is not null && !ConditionExpression.TryParse(_when, out when, out var error))
        {
            unreadable.Add(at.Member("when"), $"The condition '{_when}' can't be read. {error.Message}", _when);
        }

        return _phase with { When = when, Tasks = [.. _tasks.Select((task, index) => task.Build(at.Task(index), unreadable))] };
    }
}
