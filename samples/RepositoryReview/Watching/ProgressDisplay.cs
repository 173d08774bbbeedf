using System.Globalization;
using OrchestrationEngine.Runs;

namespace RepositoryReview.Watching;

/// <summary>Says what happens in a run, a line for each fact.</summary>
/// <param name="screen">Where to say it.</param>
/// <param name="showAfter">The facts up to this number were shown before; they are counted, not shown.</param>
internal sealed class ProgressDisplay(Screen screen, long showAfter)
{
    private bool _hasShown;

    public RunTally Tally { get; } = new();

    public void Show(in RecordedEvent recorded)
    {
        Tally.Add(recorded);
        if (recorded.Sequence > showAfter)
        {
            if (!_hasShown && showAfter > 0)
            {
                Line($"going on: {Tally.PhasesCompleted} of {Tally.Phases} phases and {Tally.TasksSucceeded} of {Tally.Tasks} tasks were done");
            }

            _hasShown = true;
            if (Describe(recorded.Event) is { } line)
            {
                Line(line);
            }
        }

        Tally.Forget(recorded.Event);
        screen.SetStatus(Status());
    }

    private string? Describe(RunEvent fact) => fact switch
    {
        RunCreated created => $"review of {created.Inputs.ToElement().GetProperty("repository").GetString()}: {Tally.Phases} phases, {Tally.Tasks} tasks",
        PhaseStarted started => $"{started.Phase}: started ({Tally.Plan!.Phases.First(phase => phase.Id == started.Phase).Tier})",
        PhaseSkipped skipped => $"{skipped.Phase}: skipped, {Tally.SkippedPhases[^1].Reason}",
        PhaseCompleted completed => $"{completed.Phase}: completed",
        PhaseFailed failed => $"{failed.Phase}: failed. {failed.Reason}",
        PhaseCanceled canceled => $"{canceled.Phase}: canceled. {canceled.Reason}",
        AttemptStarted started => $"{Place(started)}: attempt {started.Attempt} by {started.Agent}, {Tally.Running.Count} running",
        AttemptSucceeded succeeded => $"{Place(succeeded)}: succeeded after {Seconds(Tally.RunningFor(succeeded.Task))}",
        AttemptFailed failed => $"{Place(failed)}: attempt {failed.Attempt} failed after {Seconds(Tally.RunningFor(failed.Task))}. {failed.Failure.Message.ReplaceLineEndings(" ")}",
        AttemptAbandoned abandoned => $"{Place(abandoned)}: attempt {abandoned.Attempt} was lost with its process",
        TaskRetryScheduled retry when !Tally.IsAfterLoss(retry) => $"{Place(retry)}: tried again in {Seconds(retry.Due - Tally.Last)}",
        TaskSkipped skipped => $"{Place(skipped)}: left out. {skipped.Reason}",
        TaskFailed failed => $"{Place(failed)}: failed for good",
        _ => null,
    };

    private void Line(string text)
        => screen.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(Tally.Last - Tally.Created).TotalSeconds,8:0.00} s  {text}"));

    private string Status()
        => Tally.Running.Count == 0 ? "" : $"{Tally.TasksSucceeded} of {Tally.Tasks} tasks done; running: {string.Join(", ", Tally.Running)}";

    private string Place(TaskEvent fact) => $"{Tally.PhaseOf(fact.Task).Id}/{fact.Task}";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");
}
