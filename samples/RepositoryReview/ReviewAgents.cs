using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrchestrationEngine;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using RepositoryReview.Analyses;
using RepositoryReview.Reporting;
using RepositoryReview.Sources;

namespace RepositoryReview;

/// <summary>Slows tasks down where the user asked for it.</summary>
internal sealed record Pace(TimeSpan Delay)
{
    public Task WaitAsync(TimeProvider time, CancellationToken cancellationToken)
        => Delay == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(Delay, time, cancellationToken);
}

/// <summary>Registers the agents that the plan names.</summary>
internal static class ReviewAgents
{
    public static IOrchestrationBuilder AddReviewAgents(this IOrchestrationBuilder builder, string root, TimeSpan delay)
    {
        builder.Services.AddSingleton(new Pace(delay));
        return builder
            .AddAnalysis<LocationAnalysis, LocationRequest, Location>("locator")
            .AddAnalysis<FileListing, FileListingRequest, FileList>("file-lister")
            .AddAnalysis<DetectionAnalysis, FilesRequest, Detection>("detector")
            .AddAnalysis<BasicsAnalysis, FilesRequest, Basics>("basics-reader")
            .AddGit("git-authors", root, "shortlog", "--summary", "--numbered", "HEAD")
            .AddGit("git-months", root, "log", "--max-count=200000", "--date=format:%Y-%m", "--format=%ad", "HEAD")
            .AddGit("git-tags", root, "tag", "--sort=-creatordate")
            .AddAnalysis<TimelineAnalysis, TimelineRequest, Timeline>("timekeeper")
            .AddAnalysis<ChurnAnalysis, ChurnRequest, Churn>("churn-counter")
            .AddAnalysis<ProjectsAnalysis, PathsRequest, ProjectGraph>("project-reader")
            .AddAnalysis<PackagesAnalysis, PathsRequest, PackageReport>("package-reader")
            .AddAnalysis<DatabaseAnalysis, PathsRequest, DatabaseReport>("database-reader")
            .AddAnalysis<ContainersAnalysis, PathsRequest, ContainerReport>("container-reader")
            .AddAnalysis<DeliveryAnalysis, PathsRequest, DeliveryReport>("delivery-reader")
            .AddAnalysis<FrontendAnalysis, PathsRequest, FrontendReport>("frontend-reader")
            .AddAnalysis<SizeAnalysis, FilesRequest, SizeReport>("sizer")
            .AddAnalysis<MarkersAnalysis, FilesRequest, MarkerReport>("marker-finder")
            .AddAnalysis<TestInventoryAnalysis, TestsRequest, TestReport>("test-counter")
            .AddAnalysis<DuplicationAnalysis, FilesRequest, DuplicationReport>("duplicate-finder")
            .AddAnalysis<HotspotsAnalysis, HotspotsRequest, HotspotReport>("hotspot-finder")
            .AddAgent<AssessmentAgent>("assessor")
            .AddAnalysis<MarkdownWriter, WriteRequest, Written>("markdown-writer")
            .AddAnalysis<JsonWriter, WriteRequest, Written>("json-writer");
    }

    // A class of the services behind the typed form of an agent: the engine reads the request and writes the result.
    private static IOrchestrationBuilder AddAnalysis<TAnalysis, TRequest, TResult>(this IOrchestrationBuilder builder, string name)
        where TAnalysis : class, IAnalysis<TRequest, TResult>
    {
        builder.Services.TryAddSingleton<TAnalysis>();
        return builder.AddAgent<TRequest>(name, async (request, context, cancellationToken) =>
        {
            await context.Services.GetRequiredService<Pace>().WaitAsync(context.TimeProvider, cancellationToken);
            try
            {
                return AgentResult.Succeeded(JsonData.From(await context.Services.GetRequiredService<TAnalysis>().RunAsync(request, cancellationToken)));
            }
            catch (GitException e)
            {
                return AgentResult.Failed(FailureClass.Crashed, e.Message);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return AgentResult.Failed(FailureClass.Unavailable, e.Message);
            }
        });
    }

    // The git program as an agent of its own: what it prints is handed over as a text.
    private static IOrchestrationBuilder AddGit(this IOrchestrationBuilder builder, string name, string root, params string[] arguments)
        => builder.AddProcessAgent(name, options =>
        {
            options.FileName = "git";
            options.Arguments = GitClient.Arguments(arguments);
            options.WorkingDirectory = root;
            options.Environment["GIT_TERMINAL_PROMPT"] = "0";
            options.Result = ProcessResult.StdoutText;
        });
}
