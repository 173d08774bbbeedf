namespace OrchestrationEngine.Plans;

/// <summary>
/// What the tasks of a plan say about flow, compiled: which of them are more than an agent's work once all that they depend on has arrived, and the
/// order of exclusive choices. Plans whose tasks say nothing of the kind have none of these. Immutable.
/// </summary>
internal sealed class PlanFlows
{
    private readonly bool[] _has;
    private readonly Dictionary<int, int> _earlier = [];
    private readonly Dictionary<int, int> _later = [];

    private PlanFlows(int tasks) => _has = new bool[tasks];

    /// <summary>Compiles a plan.</summary>
    /// <returns>Null when no task says anything about flow.</returns>
    public static PlanFlows? Of(PlanNames names)
    {
        PlanFlows? flows = null;
        for (var phase = 0; phase < names.PhaseCount; phase++)
        {
            Dictionary<string, int>? choices = null;
            for (var task = names.FirstTask(phase); task < names.EndTask(phase); task++)
            {
                if (names.Task(task) is not { } definition || !HasFlow(definition))
                {
                    continue;
                }

                flows ??= new PlanFlows(names.TaskCount);
                flows._has[task] = true;
                if (definition.Choice is { } choice)
                {
                    choices ??= new(StringComparer.Ordinal);
                    if (choices.TryGetValue(choice, out var before))
                    {
                        flows._earlier[task] = before;
                        flows._later[before] = task;
                    }

                    choices[choice] = task;
                }
            }
        }

        return flows;
    }

    /// <summary>Whether a task says anything about how it comes to be done.</summary>
    public bool Has(int task) => _has[task];

    /// <summary>The member of the task's exclusive choice before it in the plan, or -1.</summary>
    public int EarlierChoice(int task) => _earlier.GetValueOrDefault(task, -1);

    /// <summary>The member of the task's exclusive choice after it in the plan, or -1.</summary>
    public int LaterChoice(int task) => _later.GetValueOrDefault(task, -1);

    // Labels, estimates and what smart phases read make no difference once the edges are there.
    private static bool HasFlow(TaskDefinition task)
        => !task.IsPlain
            && (task.Agent is null
                || task.Join.Kind != JoinKind.All
                || task is not { When: null, SkipWhen: null, Choice: null, Repeat: null, ForEach: null, Guard: null, Locks.Count: 0 });
}
