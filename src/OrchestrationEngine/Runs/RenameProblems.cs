using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Finds renames that lead from nowhere, to nowhere, or two to one place.</summary>
internal static class RenameProblems
{
    public static void Find(PlanGraph before, PlanNames after, PlanRenames renames, List<MoveReason> reasons)
    {
        Find("phase", renames.Phases, id => before.TryGetPhase(id, out _), before.Plan.Phases.Select(phase => phase.Id), id => after.TryGetPhase(id, out _), after.PhaseIds, reasons);
        var tasks = before.Plan.Phases.SelectMany(phase => phase.Tasks).Select(task => task.Id);
        Find("task", renames.Tasks, id => before.TryGetTask(id, out _), tasks, id => after.TryGetTask(id, out _), after.TaskIds, reasons);
    }

    private static void Find(
        string what,
        IReadOnlyDictionary<string, string> renames,
        Func<string, bool> isOld,
        IEnumerable<string> old,
        Func<string, bool> isNew,
        IEnumerable<string> known,
        List<MoveReason> reasons)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (from, to) in renames.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!isOld(from))
            {
                MoveRules.Impossible(reasons, "", from, $"'{from}' is to be called '{to}', but the run's plan has no {what} '{from}'.{Nearest(from, old)}");
            }

            if (!isNew(to))
            {
                MoveRules.Impossible(reasons, "", to, $"{What(what)} '{from}' is to be called '{to}', but the new plan has no {what} '{to}'.{Nearest(to, known)}");
            }
            else if (!taken.TryAdd(to, from))
            {
                MoveRules.Impossible(reasons, "", to, $"{What(what)}s '{taken[to]}' and '{from}' are both to be called '{to}'.");
            }
            else if (from != to && isOld(to) && !renames.ContainsKey(to))
            {
                MoveRules.Impossible(reasons, "", to, $"{What(what)} '{from}' is to be called '{to}', which the run's plan has as well; say what that one is called.");
            }
        }
    }

    private static string What(string what) => what == "task" ? "Task" : "Phase";

    private static string Nearest(string name, IEnumerable<string> known) => new NameSuggestions().Find(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
}
