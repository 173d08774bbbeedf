using System.Globalization;

namespace RepositoryReview.Analyses;

/// <summary>What the git program said, as text.</summary>
internal sealed record TimelineRequest(string? Authors, string? Months, string? Tags);

internal sealed record Author(string Name, int Commits);

internal sealed record Month(string Name, int Commits);

/// <summary>Who worked on the repository, and when.</summary>
internal sealed record Timeline(int Commits, int AuthorCount, IReadOnlyList<Author> Authors, IReadOnlyList<Month> Months, int TagCount, string? LatestTag)
{
    /// <summary>The least number of people who made half of all commits.</summary>
    public int HalfOfTheWork { get; init; }
}

/// <summary>Reads what <c>git shortlog</c>, <c>git log</c> and <c>git tag</c> said.</summary>
internal sealed class TimelineAnalysis : IAnalysis<TimelineRequest, Timeline>
{
    private const int MaxAuthors = 25;
    private const int MaxMonths = 36;

    public Task<Timeline> RunAsync(TimelineRequest request, CancellationToken cancellationToken)
    {
        var authors = Lines(request.Authors).Select(ParseAuthor).OfType<Author>()
            .OrderByDescending(author => author.Commits).ThenBy(author => author.Name, StringComparer.Ordinal).ToArray();
        var months = Lines(request.Months)
            .GroupBy(month => month, StringComparer.Ordinal)
            .Select(group => new Month(group.Key, group.Count()))
            .OrderBy(month => month.Name, StringComparer.Ordinal).ToArray();
        var tags = Lines(request.Tags);
        var commits = authors.Sum(author => author.Commits);
        var (half, covered) = (0, 0);
        while (half < authors.Length && 2 * covered < commits)
        {
            covered += authors[half++].Commits;
        }

        return Task.FromResult(new Timeline(commits, authors.Length, [.. authors.Take(MaxAuthors)], [.. months.TakeLast(MaxMonths)], tags.Length, tags.FirstOrDefault())
        {
            HalfOfTheWork = half,
        });
    }

    private static string[] Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static Author? ParseAuthor(string line)
        => line.Split('\t') is [var count, var name] && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var commits) ? new(name, commits) : null;
}
