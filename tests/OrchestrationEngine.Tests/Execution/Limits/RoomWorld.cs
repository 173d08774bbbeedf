using OrchestrationEngine.Execution;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Execution.Limits;

/// <summary>An engine's room and runs that ask for it, without anything else. Knows from the plans alone what attempts take.</summary>
internal sealed class RoomWorld(EngineLimits limits)
{
    private readonly Dictionary<OrchestrationPlan, PlanGraph> _graphs = [];

    public EngineRoom Room { get; } = new(limits, new OneThread());

    public List<RoomRun> Runs { get; } = [];

    /// <summary>Attempts that are under way.</summary>
    public List<(RoomRun Run, int Task)> Attempts { get; } = [];

    /// <summary>A plan with a task for each agent and what it takes.</summary>
    public static OrchestrationPlan Plan(string id, params (string Agent, ResourceUse[] Resources)[] tasks)
        => new() { Id = id, Phases = [new PhaseDefinition { Id = "one", Mode = PhaseMode.Parallel, Tasks = [.. tasks.Select((task, i) => new TaskDefinition { Id = $"t{i}", Agent = task.Agent, Resources = task.Resources })] }] };

    /// <summary>A run that wants so many attempts at each task of its plan.</summary>
    public RoomRun Add(OrchestrationPlan plan, int priority, params int[] wants)
    {
        if (!_graphs.TryGetValue(plan, out var graph))
        {
            _graphs[plan] = graph = PlanGraph.Compile(plan);
        }

        var run = new RoomRun(this, plan, Room.LinesOf(graph), priority, wants);
        Runs.Add(run);
        return run;
    }

    public void End(int attempt)
    {
        var (run, task) = Attempts[attempt];
        Attempts.RemoveAt(attempt);
        Room.Release(run.LineOf(task), 1);
    }

    /// <summary>Has all runs look that were woken, until none is.</summary>
    public void Settle()
    {
        while (Runs.Find(run => run.IsWoken) is { } run)
        {
            run.Look();
        }
    }

    /// <summary>What a limit has of a thing, by the plans.</summary>
    public int Taken(RoomKind kind, string? name)
        => Attempts.Sum(attempt => attempt.Run.Weight(attempt.Task, kind, name)) + Runs.Sum(run => run.Handed(kind, name));

    public int Capacity(RoomKind kind, string? name) => kind switch
    {
        RoomKind.Engine => limits.Attempts,
        RoomKind.Plan => limits.PerPlan.GetValueOrDefault(name!, int.MaxValue),
        RoomKind.Agent => limits.PerAgent.GetValueOrDefault(name!, int.MaxValue),
        _ => limits.Resources.GetValueOrDefault(name!, 0),
    };

    /// <summary>Fails when a limit is broken, or when something lies idle that somebody in line may use.</summary>
    public void Check(string when)
    {
        foreach (var use in Room.Describe())
        {
            var taken = Taken(use.Kind, use.Name);
            Assert.True(taken == use.Used && taken <= Capacity(use.Kind, use.Name), $"{when}: of {use.Kind} '{use.Name}' {taken} are taken, {use.Used} by its own count, {use.Capacity} there are.");
        }

        foreach (var run in Runs)
        {
            foreach (var place in run.Places.OfType<RoomPlace>().Where(place => place.IsInLine))
            {
                var task = run.TaskOf(place);
                var fits = run.NeedsOf(task).All(need => Capacity(need.Kind, need.Name) - Taken(need.Kind, need.Name) >= need.Weight);
                Assert.True(!fits || IsKeptFrom(run, task, place), $"{when}: task {task} of a run of '{run.Plan.Id}' could start and waits: {Room.ReasonOf(place)}");
            }
        }
    }

    // Something that it needs is kept for somebody whom too many have passed.
    private bool IsKeptFrom(RoomRun run, int task, RoomPlace place)
        => Runs.SelectMany(other => other.Places.OfType<RoomPlace>().Where(waiting => waiting.IsInLine && waiting.Line != place.Line && waiting.Line.IsKept && waiting.Line.Passed >= WaitingRuns.MostPassing)
            .SelectMany(waiting => other.NeedsOf(other.TaskOf(waiting))))
            .Any(kept => kept.Kind is RoomKind.Agent or RoomKind.Resource && run.Weight(task, kept.Kind, kept.Name) > 0);
}

/// <summary>A run that asks for room as a run's loop does.</summary>
internal sealed class RoomRun : RoomHolder
{
    private readonly RoomWorld _world;
    private readonly RoomLines _lines;

    public RoomRun(RoomWorld world, OrchestrationPlan plan, RoomLines lines, int priority, int[] wants)
    {
        (_world, _lines, Plan, Wants) = (world, lines, plan, wants);
        Places = [.. lines.All.Select(line => new RoomPlace(this, line, priority))];
    }

    public OrchestrationPlan Plan { get; }

    public int[] Wants { get; }

    public RoomPlace[] Places { get; }

    public bool IsWoken { get; private set; }

    public int Started { get; private set; }

    public override void Wake() => IsWoken = true;

    public RoomLine LineOf(int task) => _lines.All[_lines.NumberOf(task)];

    public int TaskOf(RoomPlace place) => Enumerable.Range(0, Wants.Length).First(task => LineOf(task) == place.Line);

    public IEnumerable<(RoomKind Kind, string? Name, int Weight)> NeedsOf(int task)
    {
        var definition = Plan.Phases[0].Tasks[task];
        return [(RoomKind.Engine, null, 1), (RoomKind.Plan, Plan.Id, 1), (RoomKind.Agent, definition.Agent, 1), .. definition.Resources.Select(use => (RoomKind.Resource, (string?)use.Name, use.Weight))];
    }

    public int Weight(int task, RoomKind kind, string? name) => NeedsOf(task).Where(need => need.Kind == kind && need.Name == name).Sum(need => need.Weight);

    public int Handed(RoomKind kind, string? name) => Places.Where(place => place.Handed > 0).Sum(place => place.Handed * Weight(TaskOf(place), kind, name));

    /// <summary>Uses what it was handed, asks for more while it wants more, and gives back the rest.</summary>
    public void Look(int most = 1)
    {
        IsWoken = false;
        _world.Room.Collect(Places);
        foreach (var place in Places.Where(place => place.Free > 0))
        {
            place.Waits = false;
        }

        for (var task = 0; task < Wants.Length; task++)
        {
            var place = Places.Single(place => place.Line == LineOf(task));
            while (Wants[task] > 0 && !place.Waits)
            {
                if (place.Free == 0)
                {
                    place.Free = _world.Room.TakeOrWait(place, Math.Min(most, Wants[task]));
                    place.Waits = place.Free == 0;
                }

                if (place.Free > 0)
                {
                    place.Free--;
                    Wants[task]--;
                    Started++;
                    _world.Attempts.Add((this, task));
                }
            }
        }

        foreach (var place in Places)
        {
            if (place.Free > 0)
            {
                _world.Room.Release(place.Line, place.Free);
                place.Free = 0;
            }

            if (place.Waits && Enumerable.Range(0, Wants.Length).All(task => LineOf(task) != place.Line || Wants[task] == 0))
            {
                _world.Room.Leave(place);
                place.Waits = false;
            }
        }
    }

    /// <summary>The run is over, whatever it wanted; its attempts go on until they end.</summary>
    public void GiveUp()
    {
        Array.Clear(Wants);
        IsWoken = false;
        _world.Room.GiveUp(Places);
        foreach (var place in Places)
        {
            place.Waits = false;
        }
    }
}
