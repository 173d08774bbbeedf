namespace RepositoryReview.Analyses;

internal sealed record HotspotsRequest(Churn? Churn, SizeReport? Size);

internal sealed record Hotspot(string Path, int Commits, int Authors, int Lines, int Complexity, int Score);

internal sealed record HotspotReport(IReadOnlyList<Hotspot> Files);

/// <summary>Files that are both large and often changed: where defects are likely and clean-up pays.</summary>
internal sealed class HotspotsAnalysis : IAnalysis<HotspotsRequest, HotspotReport>
{
    private const int MaxFiles = 100;
    private const int MinCommits = 3;

    public Task<HotspotReport> RunAsync(HotspotsRequest request, CancellationToken cancellationToken)
    {
        var sizes = (request.Size?.Files ?? []).ToDictionary(file => file.Path, StringComparer.Ordinal);
        var raw = new List<(FileChurn Churn, FileSize Size, double Heat)>();
        foreach (var churn in request.Churn?.Files ?? [])
        {
            if (churn.Commits >= MinCommits && sizes.TryGetValue(churn.Path, out var size))
            {
                // The root keeps one very long file from drowning the others.
                raw.Add((churn, size, churn.Commits * Math.Sqrt(size.CodeLines)));
            }
        }

        var hottest = raw.Count == 0 ? 1 : raw.Max(file => file.Heat);
        var files = raw
            .Select(file => new Hotspot(file.Churn.Path, file.Churn.Commits, file.Churn.Authors, file.Size.Lines, file.Size.Complexity, (int)Math.Round(100 * file.Heat / hottest)))
            .OrderByDescending(file => file.Score).ThenBy(file => file.Path, StringComparer.Ordinal)
            .Take(MaxFiles);
        return Task.FromResult(new HotspotReport([.. files]));
    }
}
