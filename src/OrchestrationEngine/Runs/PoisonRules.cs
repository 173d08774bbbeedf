using System.Globalization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>An attempt that ended with its process.</summary>
/// <param name="Attempt">Its number.</param>
/// <param name="At">In UTC ticks: when it started, or when it was asked to stop.</param>
/// <param name="Stopping">Whether it had been asked to stop.</param>
internal readonly record struct LostAttempt(int Attempt, long At, bool Stopping);

/// <summary>
/// When a task is set aside because it seems to be what ends the process. The start of an attempt is stored before the agent is called,
/// so the facts count the starts, whatever becomes of the process.
/// </summary>
internal static class PoisonRules
{
    private const int MostNamed = 20;

    /// <summary>Decides about a task whose attempt is abandoned now.</summary>
    /// <returns>The fact that sets it aside, or null: it may be started again.</returns>
    public static TaskQuarantined? Judge(RunState state, int task, RunCommand.Recover recover)
    {
        var definition = state.Definition(task);
        var most = definition.MaxStarts ?? state.Graph.Plan.MaxStarts;
        var before = state.LostAttempts.GetValueOrDefault(task) ?? [];
        if (recover.Blameless || before.Count + 1 < most)
        {
            return null;
        }

        ref readonly var slot = ref state.Task(task);
        List<LostAttempt> all = [.. before, new LostAttempt(slot.Attempt, slot.At, slot.AttemptStopping)];
        var earlier = all.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"{all.Count - MostNamed} earlier ones; ") : "";
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{all.Count} attempts in a row ended with their process instead of an outcome, and so many are allowed (maxStarts: {most}): {earlier}{string.Join("; ", all.TakeLast(MostNamed).Select(Text))}. The last time: {recover.Reason} See what the agent does to its process; a restart of the run tries again.");
        return new TaskQuarantined { Task = definition.Id, Item = state.ItemOf(task), Failure = Failure.Of(FailureClass.Crashed, reason) };
    }

    private static string Text(LostAttempt lost)
        => string.Create(CultureInfo.InvariantCulture, $"attempt {lost.Attempt}, {(lost.Stopping ? "asked to stop" : "started")} {new DateTimeOffset(lost.At, TimeSpan.Zero):yyyy-MM-dd HH:mm:ss.fff}Z");
}
