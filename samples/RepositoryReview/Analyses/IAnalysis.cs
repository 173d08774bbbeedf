namespace RepositoryReview.Analyses;

/// <summary>One piece of a review: a class from the services that becomes an agent under a name.</summary>
internal interface IAnalysis<in TRequest, TResult>
{
    Task<TResult> RunAsync(TRequest request, CancellationToken cancellationToken);
}
