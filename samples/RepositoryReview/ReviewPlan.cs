using OrchestrationEngine.Plans;

namespace RepositoryReview;

/// <summary>The plan of a review, from <c>review-plan.json</c>.</summary>
internal static class ReviewPlan
{
    public const string Id = "repository-review";

    public static OrchestrationPlan Read()
    {
        using var stream = typeof(ReviewPlan).Assembly.GetManifestResourceStream("review-plan.json")!;
        return PlanJson.Read(stream);
    }
}
