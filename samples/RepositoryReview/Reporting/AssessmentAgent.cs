using OrchestrationEngine;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using RepositoryReview.Analyses;
using RepositoryReview.Sources;

namespace RepositoryReview.Reporting;

/// <summary>The inputs of the assessment: what the tasks before it handed over, null where one was skipped or failed.</summary>
internal sealed record AssessmentRequest(
    Location Location,
    FileList Files,
    Basics Basics,
    Timeline? Timeline,
    Churn? Churn,
    ProjectGraph? Projects,
    PackageReport? Packages,
    DatabaseReport? Database,
    ContainerReport? Containers,
    DeliveryReport? Delivery,
    FrontendReport? Frontend,
    SizeReport? Size,
    MarkerReport? Markers,
    TestReport? Tests,
    DuplicationReport? Duplication,
    HotspotReport? Hotspots);

/// <summary>Makes the review from everything that was found, and from the run itself: which phases were skipped, which tasks failed.</summary>
internal sealed class AssessmentAgent(IOrchestrator orchestrator) : IAgentAdapter
{
    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        var found = request.Inputs.ToJson().To<AssessmentRequest>()!;
        var run = (await orchestrator.GetAsync(request.Run, cancellationToken).ConfigureAwait(false))!;
        var files = new FileSummary(found.Files.Found, found.Files.FoundBytes, found.Files.Links, found.Files.Source);
        var analyzed = new Analyzed(
            found.Location,
            files,
            found.Basics,
            found.Timeline,
            found.Projects,
            found.Packages,
            found.Database,
            found.Containers,
            found.Delivery,
            found.Frontend,
            found.Size is null ? null : found.Size with { Files = [] },
            found.Markers,
            found.Tests,
            found.Duplication,
            found.Hotspots);
        var review = new Review(
            found.Location.Name,
            [.. CodeRules.Of(analyzed).Concat(ProjectRules.Of(analyzed)).Concat(WithoutDelivery(run)).OrderBy(finding => finding.Severity)],
            [.. GoodOrder.Of(analyzed)],
            [.. Skipped(run)],
            [.. run.Tasks.Where(task => task.Status == RunTaskStatus.Failed).Select(task => new MissingPart(task.Id, task.Failure!.Message))],
            [.. Limits(found)],
            analyzed,
            new ReviewTimes(run.CreatedAt, context.TimeProvider.GetUtcNow()));
        return AgentResult.Succeeded(JsonData.From(review));
    }

    private static IEnumerable<MissingPart> Skipped(RunSnapshot run)
        => from phase in run.Phases
           where phase.Status == RunPhaseStatus.Skipped
           let definition = run.Plan.Phases.First(definition => definition.Id == phase.Id)
           select new MissingPart(definition.Name ?? phase.Id, SkipReasons.Explain(definition, phase.Reason ?? "", task => run.FindTask(task)?.Output));

    // No analysis can find what is not there; the skipped phase is the finding.
    private static IEnumerable<Finding> WithoutDelivery(RunSnapshot run)
        => run.FindPhase("delivery") is { Status: RunPhaseStatus.Skipped }
            ? [new Finding(Severity.Medium, "CI", "There is no CI definition", "Have a machine build and test every change, so that it does not depend on who remembers to.")]
            : [];

    private static IEnumerable<string> Limits(AssessmentRequest found)
    {
        if (found.Files.Notice is { } notice)
        {
            yield return notice;
        }

        if (found.Location.IsShallow)
        {
            yield return "The clone is shallow: its history is not complete, so neither are commits, authors and hot spots.";
        }

        if (found.Churn is { IsCut: true } churn)
        {
            yield return CodeRules.Text($"Hot spots count the last {churn.Commits:N0} commits.");
        }

        if (found.Size is { Cut: > 0 } size)
        {
            yield return CodeRules.Text($"Of {CodeRules.Count(size.Cut, "file")} only the first {SourceText.MaxBytes / 1024:N0} KiB were read.");
        }

        if (found.Size is { Binary: > 0 } binary)
        {
            yield return CodeRules.Text($"{CodeRules.Count(binary.Binary, "file")} can't be read as text and count only by size.");
        }

        if (found.Duplication is { IsCut: true })
        {
            yield return "Copied code was looked for in the first 600,000 lines.";
        }

        if (found.Files.Links > 0)
        {
            yield return CodeRules.Text($"{CodeRules.Count(found.Files.Links, "symbolic link")} not followed.");
        }
    }
}
