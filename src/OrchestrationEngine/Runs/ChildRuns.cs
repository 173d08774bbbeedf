using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Tasks that are done by runs of their own.</summary>
internal static class ChildRuns
{
    /// <summary>Whether the attempts at a task are runs.</summary>
    public static bool Has(RunState state, int task) => state.Graph.HasFlow(state.TaskOf(task)) && state.Definition(task).SubPlan is not null;

    /// <summary>The id of the run that does an attempt: always the same, so that it is created once however often that is tried.</summary>
    public static RunId IdOf(RunId parent, string task, int? item, int attempt)
    {
        var full = string.Create(CultureInfo.InvariantCulture, $"{parent}/{task}{(item is { } index ? $"[{index}]" : "")}#{attempt}");
        return full.Length <= RunId.MaxLength && !full.Any(static c => char.IsControl(c) || char.IsSurrogate(c)) ? new RunId(full) : new RunId(Short(parent.Value) + Hash(full));
    }

    /// <summary>The fact by which a child begins: its intent, from which the run itself follows.</summary>
    public static AttemptStarted Begin(RunState state, int task)
    {
        var (definition, item, attempt) = (state.Definition(task), state.ItemOf(task), state.Task(task).Attempt + 1);
        return new AttemptStarted
        {
            Task = definition.Id,
            Item = item,
            Attempt = attempt,
            Agent = "plan:" + (definition.SubPlan!.Id ?? definition.SubPlan.Inline!.Id),
            Child = IdOf(state.Id, definition.Id, item, attempt),
        };
    }

    /// <summary>Finds the task that a child does, which may be called otherwise than when the child began.</summary>
    public static bool TryFind(RunState state, RunCommand.ChildEnded ended, out int task)
    {
        if (state.TryFind(ended.Task, ended.Item, out task) && state.Children.TryGetValue(task, out var known) && known == ended.Child)
        {
            return true;
        }

        foreach (var (other, child) in state.Children)
        {
            if (child == ended.Child)
            {
                task = other;
                return true;
            }
        }

        // Of an earlier attempt, which is ignored as such.
        return state.TryFind(ended.Task, ended.Item, out task) && !state.IsCurrent(task, ended.Attempt);
    }

    /// <summary>What the end of a child means for its attempt.</summary>
    public static RunCommand ReportOf(int task, RunCommand.ChildEnded ended)
    {
        if (ended.Status == RunStatus.Succeeded)
        {
            return new RunCommand.ReportSuccess(task, ended.Attempt, ended.Output);
        }

        // Who canceled it or set it aside meant it; what failed may work the next time.
        var (kind, retryable) = ended.Status switch
        {
            RunStatus.Failed => (FailureClass.ChildFailed, true),
            RunStatus.Canceled => (FailureClass.Canceled, false),
            _ => (FailureClass.ChildFailed, false),
        };
        return new RunCommand.ReportFailure(task, ended.Attempt, Failure.Of(kind, $"Run '{ended.Child}' ended as {ended.Status}. {ended.Reason}"), retryable, null, ended.Random);
    }

    /// <summary>The name of a message between two runs: the same for the same reason, so that it counts once.</summary>
    public static string MessageId(RunId child, string kind, long number)
    {
        var full = string.Create(CultureInfo.InvariantCulture, $"{child}/{kind}@{number}");
        return full.Length <= RunId.MaxLength ? full : Short(child.Value) + Hash(full);
    }

    private static string Short(string id)
    {
        const int Kept = 60;
        var kept = new string([.. id.Take(Kept).Where(static c => !char.IsSurrogate(c))]);
        return kept.Length > 0 ? kept + "~" : "~";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0, 16);
}
