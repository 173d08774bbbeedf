using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

internal sealed record ContainerReport(IReadOnlyList<string> Files, IReadOnlyList<string> Images, IReadOnlyList<string> Unpinned, IReadOnlyList<string> RunAsRoot);

/// <summary>Reads Dockerfiles and compose files: which images, pinned or not, and who they run as.</summary>
internal sealed partial class ContainersAnalysis : IAnalysis<PathsRequest, ContainerReport>
{
    public Task<ContainerReport> RunAsync(PathsRequest request, CancellationToken cancellationToken)
    {
        var images = new SortedSet<string>(StringComparer.Ordinal);
        var unpinned = new SortedSet<string>(StringComparer.Ordinal);
        var asRoot = new List<string>();
        foreach (var path in request.Paths)
        {
            if (SourceText.Read(request.Root, path)?.Text is not { } text)
            {
                continue;
            }

            var isCompose = path.EndsWith("ml", StringComparison.OrdinalIgnoreCase);
            var stages = Stage().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (Match match in isCompose ? ComposeImage().Matches(text) : From().Matches(text))
            {
                var image = match.Groups[1].Value.Trim('"', '\'');
                if (!stages.Contains(image) && image is not "scratch" && !image.Contains('$', StringComparison.Ordinal))
                {
                    images.Add(image);
                    if (image.EndsWith(":latest", StringComparison.Ordinal) || image.LastIndexOf(':') <= image.LastIndexOf('/'))
                    {
                        unpinned.Add($"{image} in {path}");
                    }
                }
            }

            if (!isCompose && !User().IsMatch(text))
            {
                asRoot.Add(path);
            }
        }

        return Task.FromResult(new ContainerReport(request.Paths, [.. images], [.. unpinned], asRoot));
    }

    [GeneratedRegex(@"^\s*FROM\s+(?:--\S+\s+)*(\S+)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex(@"^\s*FROM\s+.*\sAS\s+(\S+)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Stage();

    [GeneratedRegex(@"^\s*image:\s*(\S+)", RegexOptions.Multiline)]
    private static partial Regex ComposeImage();

    [GeneratedRegex(@"^\s*USER\s+\S", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex User();
}
