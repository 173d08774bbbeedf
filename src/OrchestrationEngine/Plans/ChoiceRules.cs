namespace OrchestrationEngine.Plans;

/// <summary>What should hold for the exclusive choices of a phase.</summary>
internal static class ChoiceRules
{
    public static void Check(PlanCheck check, int phase)
    {
        Dictionary<string, (int Task, int Count)>? choices = null;
        for (var task = check.Names.FirstTask(phase); task < check.Names.EndTask(phase); task++)
        {
            if (check.Names.Task(task)?.Choice is { } name)
            {
                choices ??= new(StringComparer.Ordinal);
                choices[name] = choices.TryGetValue(name, out var seen) ? (seen.Task, seen.Count + 1) : (task, 1);
            }
        }

        foreach (var (name, (task, count)) in choices ?? [])
        {
            if (count == 1)
            {
                check.Problem(PlanProblemKinds.LonelyChoice, check.Names.PointerTo(task).Member("choice"), $"Task '{check.Names.Task(task)!.Id}' is the only one of the choice '{name}' in its phase, so there is nothing to choose.", name);
            }
        }
    }
}
