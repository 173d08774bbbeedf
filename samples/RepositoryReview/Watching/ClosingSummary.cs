using System.Globalization;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using RepositoryReview.Reporting;

namespace RepositoryReview.Watching;

/// <summary>What a user wants to know when all is over.</summary>
internal sealed class ClosingSummary(RunTally tally, ReviewAssignment assignment)
{
    private const int TopFindings = 5;

    public void Write(Screen screen)
    {
        screen.SetStatus("");
        screen.WriteLine("");
        var outcome = tally.Status.ToString().ToLowerInvariant();
        screen.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The review {outcome} after {(tally.Last - tally.Created).TotalSeconds:0.0} s.{(tally.Reason is null ? "" : " " + tally.Reason)}"));
        screen.WriteLine($"  phases    {tally.PhasesCompleted} completed, {tally.SkippedPhases.Count} skipped, of {tally.Phases}");
        screen.WriteLine($"  tasks     {tally.TasksSucceeded} succeeded, {tally.FailedTasks.Count} failed, of {tally.Tasks}");
        screen.WriteLine($"  attempts  {tally.Attempts}, of them {tally.Retries} tried again and {tally.Abandoned} lost with a process");
        foreach (var (part, reason) in tally.SkippedPhases)
        {
            screen.WriteLine($"  skipped   {part}: {reason}");
        }

        foreach (var (part, reason) in tally.FailedTasks)
        {
            screen.WriteLine($"  failed    {part}: {reason.ReplaceLineEndings(" ")}");
        }

        if (tally.Status == RunStatus.Succeeded)
        {
            WriteFindings(screen);
            screen.WriteLine("");
            screen.WriteLine($"Read it: {Shortest(Path.Combine(assignment.Output, "review.md"))} (for programs: review.json)");
        }
    }

    private static string Shortest(string path)
        => Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;

    private void WriteFindings(Screen screen)
    {
        if (tally.OutputOf("findings")?.To<Review>() is not { Findings: { Count: > 0 } findings })
        {
            return;
        }

        screen.WriteLine("");
        screen.WriteLine($"Findings: {findings.Count}{(findings.Count > TopFindings ? $", the first {TopFindings}:" : ":")}");
        foreach (var finding in findings.Take(TopFindings))
        {
            screen.WriteLine($"  {MarkdownReport.Word(finding.Severity),-9}  {finding.Area}: {finding.Title}");
        }
    }
}
