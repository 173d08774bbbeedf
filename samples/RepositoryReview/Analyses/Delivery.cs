using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

internal sealed record DeliveryReport(IReadOnlyList<string> Files, bool RunsTests, IReadOnlyList<string> Actions, IReadOnlyList<string> Unpinned);

/// <summary>Reads CI definitions: whether tests run, and which actions of others are used.</summary>
internal sealed partial class DeliveryAnalysis : IAnalysis<PathsRequest, DeliveryReport>
{
    public Task<DeliveryReport> RunAsync(PathsRequest request, CancellationToken cancellationToken)
    {
        var actions = new SortedSet<string>(StringComparer.Ordinal);
        var runsTests = false;
        foreach (var path in request.Paths)
        {
            if (SourceText.Read(request.Root, path)?.Text is { } text)
            {
                runsTests |= Tests().IsMatch(text);
                actions.UnionWith(Uses().Matches(text).Select(match => match.Groups[1].Value));
            }
        }

        return Task.FromResult(new DeliveryReport(request.Paths, runsTests, [.. actions], [.. actions.Where(action => !Pinned().IsMatch(action))]));
    }

    [GeneratedRegex(@"\b(dotnet test|npm (run )?test|yarn test|pnpm test|pytest|tox|go test|cargo test|mvn\b.*\b(test|verify)|gradlew?\b.*\b(test|check|build)|ctest|rspec|phpunit|make (test|check))\b")]
    private static partial Regex Tests();

    [GeneratedRegex(@"^\s*-?\s*uses:\s*['""]?([\w.-]+/[^\s'""#]+)", RegexOptions.Multiline)]
    private static partial Regex Uses();

    [GeneratedRegex(@"@[0-9a-f]{40}$")]
    private static partial Regex Pinned();
}
