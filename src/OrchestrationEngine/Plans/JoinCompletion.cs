namespace OrchestrationEngine.Plans;

/// <summary>Why a task can never run.</summary>
internal enum Obstacle : byte
{
    /// <summary>It can.</summary>
    None,

    /// <summary>Its phase is never done.</summary>
    Phase,

    /// <summary>Its join asks for more tasks than it has.</summary>
    TooFew,

    /// <summary>Those that its join needs exclude each other, being branches of one choice.</summary>
    Exclusive,

    /// <summary>Too many of those that its join needs can never arrive.</summary>
    Sources,

    /// <summary>Another branch of its choice is always taken.</summary>
    Choice,

    /// <summary>Its conditions never hold.</summary>
    Condition,
}

/// <summary>
/// Finds for each task whether any course of a run leads to it: in the order of the dependencies, with dead paths, and with the choices of which one branch
/// at most is taken. What it calls impossible is impossible; what depends on how the branches of several choices go together may be called possible though
/// it is not. For a plan without circles. Linear in tasks and edges, as long as few choices are open at one place.
/// </summary>
internal sealed class JoinCompletion
{
    private readonly PlanNames _names;
    private readonly PlanEdges _edges;
    private readonly Obstacle[] _obstacles;
    private readonly bool[] _deadPhases;
    private readonly ChoiceBranches _choices;
    private readonly Func<int, bool> _arrives;

    private JoinCompletion(PlanNames names, PlanEdges edges)
    {
        _names = names;
        _edges = edges;
        _obstacles = new Obstacle[names.TaskCount];
        _deadPhases = new bool[names.PhaseCount];
        _choices = new ChoiceBranches(names);
        _arrives = MayArrive;
    }

    /// <summary>Looks at a plan; null when nothing in it can be impossible.</summary>
    public static JoinCompletion? Of(PlanNames names, PlanEdges edges)
    {
        var completion = new JoinCompletion(names, edges);
        for (var phase = 0; phase < names.PhaseCount; phase++)
        {
            completion._deadPhases[phase] = ConstantCondition.IsFalse(names.Phases[phase]!.When) || ConstantCondition.IsTrue(names.Phases[phase]!.SkipWhen?.Condition);
        }

        if (!completion.IsWorthIt())
        {
            return null;
        }

        if (!new CombinedGraph(names, edges).Build().TryTopologicalSort(out var order))
        {
            return null;
        }

        // Which branches of a choice are possible is known only at the end of the first pass.
        for (var pass = completion._choices.Any ? 0 : 1; pass < 2; pass++)
        {
            foreach (var vertex in order)
            {
                if (vertex < names.TaskCount)
                {
                    completion.Look(vertex);
                }
            }
        }

        return completion;
    }

    public bool IsDead(int phase) => _deadPhases[phase];

    /// <summary>Why a task can never run, or that it can.</summary>
    public Obstacle ObstacleOf(int task) => _obstacles[task];

    /// <summary>Whether the task can hand something on.</summary>
    public bool MayArrive(int task) => _obstacles[task] == Obstacle.None && _names.Task(task)!.End is null;

    /// <summary>Whether nothing keeps the task from being done once its phase runs.</summary>
    public bool IsSure(int task) => _obstacles[task] == Obstacle.None && IsUnconditional(task);

    /// <summary>How many tasks a join needs.</summary>
    public static int Needed(JoinDefinition join, int sources) => join.Kind switch
    {
        JoinKind.All => sources,
        JoinKind.AtLeast => join.Count,
        JoinKind.Any or JoinKind.First or JoinKind.Activated or JoinKind.Each => Math.Min(1, sources),
        _ => 0,
    };

    private bool IsWorthIt()
    {
        if (_deadPhases.Contains(true))
        {
            return true;
        }

        for (var task = 0; task < _names.TaskCount; task++)
        {
            if (_names.Task(task) is { IsPlain: false })
            {
                return true;
            }
        }

        return false;
    }

    private void Look(int task)
    {
        var definition = _names.Task(task)!;
        _obstacles[task] = Find(task, definition, out var allowed);
        _choices.Set(task, allowed);
        if (definition.Choice is not null)
        {
            _choices.Decide(task, isPossible: _obstacles[task] == Obstacle.None, isSure: IsSure(task));
        }
    }

    private Obstacle Find(int task, TaskDefinition definition, out AllowedBranches allowed)
    {
        allowed = AllowedBranches.All;
        if (_deadPhases[_names.PhaseOf(task)])
        {
            return Obstacle.Phase;
        }

        var sources = _edges.JoinsOf(task);
        var needed = Needed(definition.Join, sources.Length);
        if (needed > sources.Length && definition.Join.Kind == JoinKind.AtLeast)
        {
            return Obstacle.TooFew;
        }

        if (definition.OnSkipped != OnSkipped.Run && needed > 0)
        {
            var arriving = 0;
            foreach (var source in sources)
            {
                arriving += MayArrive(source) ? 1 : 0;
            }

            if (arriving < needed || (definition.Join.Kind == JoinKind.Activated && HasSureEnd(sources)))
            {
                return Obstacle.Sources;
            }

            if (!_choices.TryJoin(sources, _arrives, arriving, needed, out allowed))
            {
                return Obstacle.Exclusive;
            }
        }

        if (!_choices.TryTake(task, ref allowed))
        {
            return Obstacle.Choice;
        }

        return NeverHolds(definition) ? Obstacle.Condition : Obstacle.None;
    }

    // What is not skipped must have arrived, and an end never does.
    private bool HasSureEnd(ReadOnlySpan<int> sources)
    {
        foreach (var source in sources)
        {
            if (_names.Task(source)!.End is not null && IsSure(source))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsUnconditional(int task)
        => _names.Task(task) is { When: null, SkipWhen: null } definition
            && (definition.OnSkipped == OnSkipped.Run || Needed(definition.Join, _edges.JoinsOf(task).Length) == 0) && definition.Join.Kind != JoinKind.Until;

    private static bool NeverHolds(TaskDefinition task)
        => !task.IsPlain && (ConstantCondition.IsFalse(task.When) || ConstantCondition.IsTrue(task.SkipWhen?.Condition) || ConstantCondition.IsFalse(task.Guard)
            || (task.When is { } when && task.SkipWhen is { } skip && when.Text == skip.Condition.Text));
}
