using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

internal sealed record FrontendReport(IReadOnlyDictionary<string, int> Files, IReadOnlyList<string> ImagesWithoutText, IReadOnlyList<string> RawHtml);

/// <summary>Reads pages and components: how many of each kind, images without a text, and HTML that is set unescaped.</summary>
internal sealed partial class FrontendAnalysis : IAnalysis<PathsRequest, FrontendReport>
{
    private const int MaxListed = 50;

    public Task<FrontendReport> RunAsync(PathsRequest request, CancellationToken cancellationToken)
    {
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (images, raw) = (new List<string>(), new List<string>());
        foreach (var path in request.Paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var kind = Language.Of(path);
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            foreach (var (number, line) in SourceText.Read(request.Root, path)?.Lines() ?? [])
            {
                if (Image().IsMatch(line) && images.Count < MaxListed)
                {
                    images.Add($"{path}:{number}");
                }

                if (Raw().IsMatch(line) && raw.Count < MaxListed)
                {
                    raw.Add($"{path}:{number}");
                }
            }
        }

        return Task.FromResult(new FrontendReport(kinds, images, raw));
    }

    [GeneratedRegex(@"<img\b(?![^>]*\balt\s*=)[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Image();

    [GeneratedRegex(@"dangerouslySetInnerHTML|\bv-html\s*=|\bMarkupString\b|Html\.Raw\(|\{@html\s")]
    private static partial Regex Raw();
}
