using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

internal sealed record DatabaseReport(int SqlFiles, int Migrations, IReadOnlyList<string> Tables, IReadOnlyList<string> Destructive);

/// <summary>Reads SQL: which tables there are, and which statements destroy data.</summary>
internal sealed partial class DatabaseAnalysis : IAnalysis<PathsRequest, DatabaseReport>
{
    private const int MaxListed = 100;

    public Task<DatabaseReport> RunAsync(PathsRequest request, CancellationToken cancellationToken)
    {
        var tables = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        var destructive = new List<string>();
        var sql = request.Paths.Where(path => path.EndsWith(".sql", StringComparison.OrdinalIgnoreCase)).ToArray();
        foreach (var path in sql)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var (number, line) in SourceText.Read(request.Root, path)?.Lines() ?? [])
            {
                if (Create().Match(line) is { Success: true } create)
                {
                    tables.Add(create.Groups[1].Value.Trim('"', '`', '[', ']'));
                }

                if (Destroy().IsMatch(line) && destructive.Count < MaxListed)
                {
                    destructive.Add($"{path}:{number}");
                }
            }
        }

        return Task.FromResult(new DatabaseReport(sql.Length, request.Paths.Count(path => path.Contains("migration", StringComparison.OrdinalIgnoreCase)), [.. tables.Take(MaxListed)], destructive));
    }

    [GeneratedRegex(@"^\s*CREATE\s+(?:TEMP(?:ORARY)?\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w.""`\[\]]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Create();

    [GeneratedRegex(@"^\s*(DROP\s+(TABLE|DATABASE|SCHEMA|COLUMN)|TRUNCATE\s|ALTER\s+TABLE\s.*\bDROP\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Destroy();
}
