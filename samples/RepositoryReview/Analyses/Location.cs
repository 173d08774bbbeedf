using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

internal sealed record LocationRequest(string Root);

/// <summary>What is under review. <c>Because</c> says of each thing that may be missing why it is.</summary>
internal sealed record Location(
    string Name,
    bool HasGit,
    bool HasHistory,
    string? Branch,
    string? Commit,
    bool IsShallow,
    IReadOnlyDictionary<string, string> Because);

/// <summary>Looks whether there is a git repository, and where its head is.</summary>
internal sealed class LocationAnalysis : IAnalysis<LocationRequest, Location>
{
    public async Task<Location> RunAsync(LocationRequest request, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(request.Root) is { Length: > 0 } last ? last : request.Root;
        if (!Directory.Exists(request.Root))
        {
            throw new DirectoryNotFoundException($"The directory '{request.Root}' does not exist any more.");
        }

        if (!RepositoryRoot.HasGit(request.Root))
        {
            return Without("it is not a git repository");
        }

        try
        {
            // Asks for something that needs the whole of git to be in order: the program, the ownership of the directory, the index.
            await GitClient.LineAsync(request.Root, cancellationToken, "rev-parse", "--is-inside-work-tree").ConfigureAwait(false);
        }
        catch (GitException e)
        {
            return Without($"git can't read it: {e.Message.ReplaceLineEndings(" ")}");
        }

        try
        {
            var commit = await GitClient.LineAsync(request.Root, cancellationToken, "rev-parse", "--verify", "--quiet", "HEAD").ConfigureAwait(false);
            var branch = await GitClient.LineAsync(request.Root, cancellationToken, "rev-parse", "--abbrev-ref", "HEAD").ConfigureAwait(false);
            var shallow = await GitClient.LineAsync(request.Root, cancellationToken, "rev-parse", "--is-shallow-repository").ConfigureAwait(false);
            return new(name, true, true, branch == "HEAD" ? null : branch, commit, shallow == "true", Reasons("there are commits"));
        }
        catch (GitException)
        {
            return new(name, true, false, null, null, false, Reasons("the repository has no commits yet"));
        }

        Location Without(string reason) => new(name, false, false, null, null, false, Reasons(reason));
    }

    private static Dictionary<string, string> Reasons(string history) => new(StringComparer.Ordinal) { ["hasHistory"] = history };
}
