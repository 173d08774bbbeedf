using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// The form in which a run has its plan for a while: another one begins with each patch and each move. Numbers of tasks hold for one of them only, so
/// whoever keeps a number keeps the edition with it.
/// </summary>
/// <param name="graph">The compiled plan.</param>
/// <param name="number">How many there were before, in this process.</param>
internal sealed class PlanEdition(PlanGraph graph, int number)
{
    public PlanGraph Graph => graph;

    public int Number => number;
}

/// <summary>The editions of a run's plan in this process: the one that holds, and how numbers of those before it are read.</summary>
internal sealed class PlanEditions(PlanGraph graph)
{
    private readonly List<(int Edition, PlanRenames Renames)> _renames = [];

    public PlanEdition Now { get; private set; } = new(graph, 0);

    /// <summary>Another edition holds from now on.</summary>
    public void Begin(PlanGraph graph, PlanRenames renames)
    {
        Now = new PlanEdition(graph, Now.Number + 1);
        if (!renames.IsEmpty)
        {
            _renames.Add((Now.Number, renames));
        }
    }

    /// <summary>The number that a task of another edition has now; -1 when it is gone.</summary>
    public int Resolve(PlanEdition edition, int task)
    {
        // Items keep their numbers, and who made numbers up has none here either.
        if (task >= ItemTable.First || task < 0 || task >= edition.Graph.TaskCount)
        {
            return task;
        }

        var id = edition.Graph.Task(task).Id;
        foreach (var (number, renames) in _renames)
        {
            id = number > edition.Number ? renames.Task(id) : id;
        }

        return Now.Graph.TryGetTask(id, out var now) ? now : -1;
    }
}
