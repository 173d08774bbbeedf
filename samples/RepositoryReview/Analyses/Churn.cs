using System.Globalization;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

internal sealed record ChurnRequest(string Root, int MaxCommits);

internal sealed record FileChurn(string Path, int Commits, int Authors, int Added, int Deleted);

/// <summary>How often files were changed, the most often changed first.</summary>
internal sealed record Churn(int Commits, bool IsCut, IReadOnlyList<FileChurn> Files);

/// <summary>Adds up <c>git log --numstat</c> while git writes it.</summary>
internal sealed class ChurnAnalysis : IAnalysis<ChurnRequest, Churn>
{
    private const int MaxFiles = 3000;
    private const char CommitSign = '\u0001';

    public async Task<Churn> RunAsync(ChurnRequest request, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, Sum>(StringComparer.Ordinal);
        var (commits, author) = (0, "");
        var lines = GitClient.ReadAsync(
            request.Root,
            '\n',
            cancellationToken,
            "log",
            "--no-merges",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--numstat",
            string.Create(CultureInfo.InvariantCulture, $"--max-count={request.MaxCommits + 1}"),
            "--format=%x01%aN",
            "HEAD");
        await foreach (var line in lines.ConfigureAwait(false))
        {
            if (line is [CommitSign, ..])
            {
                // One more than wanted is asked for, to know whether there is more.
                if (++commits > request.MaxCommits)
                {
                    break;
                }

                author = line[1..];
            }
            else if (line.Split('\t', 3) is [var added, var deleted, var path])
            {
                if (!files.TryGetValue(path, out var sum))
                {
                    files.Add(path, sum = new Sum());
                }

                sum.Add(author, Count(added), Count(deleted));
            }
        }

        var most = files
            .Select(file => new FileChurn(file.Key, file.Value.Commits, file.Value.Authors.Count, file.Value.Added, file.Value.Deleted))
            .OrderByDescending(file => file.Commits).ThenBy(file => file.Path, StringComparer.Ordinal)
            .Take(MaxFiles);
        return new Churn(Math.Min(commits, request.MaxCommits), commits > request.MaxCommits, [.. most]);
    }

    // Binary files have a dash.
    private static int Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private sealed class Sum
    {
        public HashSet<string> Authors { get; } = new(StringComparer.Ordinal);

        public int Commits { get; private set; }

        public int Added { get; private set; }

        public int Deleted { get; private set; }

        public void Add(string author, int added, int deleted)
        {
            Authors.Add(author);
            Commits++;
            Added += added;
            Deleted += deleted;
        }
    }
}
