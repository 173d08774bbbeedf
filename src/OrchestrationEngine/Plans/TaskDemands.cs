using System.Text;

namespace OrchestrationEngine.Plans;

/// <summary>What an attempt at a task takes of the engine besides room for an attempt.</summary>
/// <param name="Agent">The name under which the application registered the agent; null where no agent does the task, which then takes nothing.</param>
/// <param name="Resources">The named resources, each once, by name.</param>
internal sealed record TaskDemand(string? Agent, IReadOnlyList<ResourceUse> Resources);

/// <summary>What the tasks of a plan take of the engine. Most plans have few different demands, so tasks refer to them by number. Immutable.</summary>
internal sealed class TaskDemands
{
    private readonly List<TaskDemand> _all = [];

    // Null where all tasks have the same.
    private readonly int[]? _ofTask;

    public TaskDemands(int tasks, Func<int, TaskDefinition> definitionOf, Func<int, string?> agentOf)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var ofTask = new int[tasks];
        for (var task = 0; task < tasks; task++)
        {
            var (agent, resources) = (agentOf(task), definitionOf(task).Resources);
            var key = KeyOf(agent, resources);
            if (!known.TryGetValue(key, out var number))
            {
                known[key] = number = _all.Count;
                _all.Add(new TaskDemand(agent, agent is null ? [] : Summed(resources)));
            }

            ofTask[task] = number;
        }

        _ofTask = _all.Count > 1 ? ofTask : null;
        TakesResources = _all.Exists(demand => demand.Resources.Count > 0);
    }

    /// <summary>The different demands; a demand's number is its place.</summary>
    public IReadOnlyList<TaskDemand> All => _all;

    /// <summary>Whether any task takes of a named resource.</summary>
    public bool TakesResources { get; }

    /// <summary>The number of a task's demand.</summary>
    public int Of(int task) => _ofTask is null ? 0 : _ofTask[task];

    private static List<ResourceUse> Summed(IReadOnlyList<ResourceUse> resources)
        => [.. resources.GroupBy(use => use.Name, StringComparer.Ordinal)
            .Select(uses => new ResourceUse(uses.Key, (int)Math.Min(int.MaxValue, uses.Sum(use => (long)use.Weight))))
            .OrderBy(use => use.Name, StringComparer.Ordinal)];

    private static string KeyOf(string? agent, IReadOnlyList<ResourceUse> resources)
    {
        if (agent is null)
        {
            return "";
        }

        if (resources.Count == 0)
        {
            return agent;
        }

        // No name can be mistaken for another's end: each is preceded by its length.
        var key = new StringBuilder(agent);
        foreach (var use in Summed(resources))
        {
            key.Append('\n').Append(use.Name.Length).Append(' ').Append(use.Name).Append(use.Weight);
        }

        return key.ToString();
    }
}
