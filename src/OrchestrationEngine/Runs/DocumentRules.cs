using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What holds for a document: what the plan says, and otherwise what goes for all plans.</summary>
internal static class DocumentRules
{
    /// <summary>The log of decisions.</summary>
    public const string Decisions = "decisions.md";

    /// <summary>The log of notes.</summary>
    public const string Notes = "notes.md";

    /// <summary>The log of what was spent.</summary>
    public const string Costs = "cost-log.md";

    private static readonly DocumentDefinition[] Logs =
    [
        new() { Name = Decisions, AppendOnly = true },
        new() { Name = Notes, AppendOnly = true },
        new() { Name = Costs, AppendOnly = true },
    ];

    /// <summary>The definition of a document; null where neither the plan nor the engine knows it.</summary>
    public static DocumentDefinition? Find(OrchestrationPlan plan, string name)
    {
        foreach (var document in plan.Workspace)
        {
            if (document.Name == name)
            {
                return document;
            }
        }

        return Array.Find(Logs, log => log.Name == name);
    }

    /// <summary>Why a task must not write a document; null where it may.</summary>
    /// <param name="state">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="name">The document.</param>
    public static string? WhyNotWritten(RunState state, int task, string name)
    {
        var (id, definition) = (state.Definition(task).Id, Find(state.Graph.Plan, name));
        if (definition is { Writers.Count: > 0 })
        {
            return IsNamed(definition.Writers, id, state.AgentOf(task))
                ? null
                : WriteRefusals.Of(WriteRefusal.NotAWriter, $"Task '{id}' is no writer of document '{name}'. Its writers are: {string.Join(", ", definition.Writers)}.");
        }

        if (definition is { AppendOnly: true })
        {
            return null;
        }

        return state.Documents.Find(name)?.Writer is { } writer && writer != id
            ? WriteRefusals.Of(WriteRefusal.NotAWriter, $"Task '{id}' is no writer of document '{name}': the plan names none, so task '{writer}' is the only one, which wrote it first. Name its writers in the plan's 'workspace'.")
            : null;
    }

    /// <summary>Whether a task may read a document. Who may write it may read it.</summary>
    public static bool MayRead(RunState state, int task, string name)
        => Find(state.Graph.Plan, name) is not { Readers.Count: > 0 } definition
            || IsNamed(definition.Readers, state.Definition(task).Id, state.AgentOf(task))
            || IsNamed(definition.Writers, state.Definition(task).Id, state.AgentOf(task));

    /// <summary>
    /// Why a task may not write a document in a phase whose order comes from what tasks declare; null where it may. A log has no order, and a task that
    /// declares nothing has none that could be broken.
    /// </summary>
    public static string? WhyNotDeclared(RunState state, int task, string name)
    {
        var definition = state.Definition(task);
        var phase = state.Graph.Phase(state.PhaseOf(task));
        return phase.Mode != PhaseMode.Smart || definition.Writes.Count == 0 || definition.Writes.Contains(name, StringComparer.Ordinal) || Find(state.Graph.Plan, name) is { AppendOnly: true }
            ? null
            : WriteRefusals.Of(WriteRefusal.NotDeclared, $"Task '{definition.Id}' does not declare that it writes '{name}', and the order of phase '{phase.Id}' (mode smart) comes from what its tasks declare. Add it to the task's 'writes'.");
    }

    private static bool IsNamed(IReadOnlyList<string> names, string task, string? agent)
    {
        foreach (var name in names)
        {
            if (name == "*" || name == task || (agent is not null && name.StartsWith("agent:", StringComparison.Ordinal) && name.AsSpan(6).SequenceEqual(agent)))
            {
                return true;
            }
        }

        return false;
    }
}
