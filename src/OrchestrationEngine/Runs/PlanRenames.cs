namespace OrchestrationEngine.Runs;

/// <summary>What phases and tasks of one plan are called in another, where they are called otherwise.</summary>
public sealed record PlanRenames
{
    /// <summary>No renames.</summary>
    public static readonly PlanRenames None = new();

    /// <summary>The new ids of phases by their old ones.</summary>
    public IReadOnlyDictionary<string, string> Phases { get; init; } = new Dictionary<string, string>();

    /// <summary>The new ids of tasks by their old ones.</summary>
    public IReadOnlyDictionary<string, string> Tasks { get; init; } = new Dictionary<string, string>();

    internal bool IsEmpty => Phases.Count == 0 && Tasks.Count == 0;

    internal string Phase(string id) => Phases.GetValueOrDefault(id, id);

    internal string Task(string id) => Tasks.GetValueOrDefault(id, id);
}
