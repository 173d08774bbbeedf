using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

/// <summary>
/// What the repository has. The phases of the plan ask for the <c>Has</c> members, and their tasks take the lists;
/// <c>Because</c> says of each member why it is as it is.
/// </summary>
internal sealed record Detection(
    bool HasManifests,
    bool HasDatabase,
    bool HasContainers,
    bool HasDelivery,
    bool HasFrontend,
    IReadOnlyList<string> Manifests,
    IReadOnlyList<string> DatabaseFiles,
    IReadOnlyList<string> ContainerFiles,
    IReadOnlyList<string> DeliveryFiles,
    IReadOnlyList<string> FrontendFiles,
    IReadOnlyDictionary<string, string> Because);

/// <summary>Looks at names, and into manifests, for what the repository has.</summary>
internal sealed partial class DetectionAnalysis : IAnalysis<FilesRequest, Detection>
{
    private const int MaxPaths = 2000;

    public Task<Detection> RunAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var paths = request.Files.Files.Select(file => file.Path).ToArray();
        var manifests = Pick(paths, IsManifest);
        var database = Pick(paths, path => path.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) || path.EndsWith("schema.prisma", StringComparison.Ordinal) || Migration().IsMatch(path));
        var containers = Pick(paths, path => Container().IsMatch(Path.GetFileName(path)));
        var delivery = Pick(paths, path => Delivery().IsMatch(path));
        var frontend = Pick(paths, path => FrontendFile().IsMatch(path));
        var (databaseLibrary, frontendLibrary) = Libraries(request.Root, manifests, cancellationToken);
        var because = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hasManifests"] = Found(manifests, "no project or package manifest (csproj, package.json, pyproject.toml, go.mod, Cargo.toml and the like)"),
            ["hasDatabase"] = databaseLibrary ?? Found(database, "no SQL files, no migrations and no database library in the manifests"),
            ["hasContainers"] = Found(containers, "no Dockerfile and no compose file"),
            ["hasDelivery"] = Found(delivery, "no CI definition (GitHub, GitLab, Azure, CircleCI, Jenkins and the like)"),
            ["hasFrontend"] = frontendLibrary ?? Found(frontend, "no HTML, no components and no front-end library in the manifests"),
        };
        return Task.FromResult(new Detection(
            manifests.Length > 0,
            database.Length > 0 || databaseLibrary is not null,
            containers.Length > 0,
            delivery.Length > 0,
            frontend.Length > 0 || frontendLibrary is not null,
            manifests,
            database,
            containers,
            delivery,
            frontend,
            because));
    }

    private static string[] Pick(string[] paths, Func<string, bool> wanted) => [.. paths.Where(Language.IsWrittenByPeople).Where(wanted).Take(MaxPaths)];

    private static string Found(string[] paths, string otherwise) => paths.Length switch
    {
        0 => otherwise,
        1 => $"there is {paths[0]}",
        _ => $"there are {paths.Length} files, {paths[0]} first",
    };

    private static bool IsManifest(string path) => Manifest().IsMatch(Path.GetFileName(path));

    private static (string? Database, string? Frontend) Libraries(string root, string[] manifests, CancellationToken cancellationToken)
    {
        string? database = null, frontend = null;
        foreach (var manifest in manifests)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SourceText.Read(root, manifest) is { } source)
            {
                database ??= DatabaseLibrary().Match(source.Text) is { Success: true } db ? $"{manifest} names {db.Groups[1].Value}" : null;
                frontend ??= FrontendLibrary().Match(source.Text) is { Success: true } ui ? $"{manifest} names {ui.Groups[1].Value}" : null;
            }
        }

        return (database, frontend);
    }

    [GeneratedRegex(@"(\.(cs|fs|vb)proj|^Directory\.(Packages|Build)\.props|^packages\.config|^package\.json|^requirements[^/]*\.txt|^pyproject\.toml|^setup\.py|^go\.mod|^Cargo\.toml|^pom\.xml|^build\.gradle(\.kts)?|^Gemfile|^composer\.json|\.slnx?)$", RegexOptions.IgnoreCase)]
    private static partial Regex Manifest();

    [GeneratedRegex(@"(^|/)(migrations?|alembic)/[^/]+\.(cs|py|ts|js|rb|php)$", RegexOptions.IgnoreCase)]
    private static partial Regex Migration();

    [GeneratedRegex(@"^(Dockerfile(\..+)?|.+\.Dockerfile|Containerfile|(docker-)?compose(\.[^/]+)?\.ya?ml)$", RegexOptions.IgnoreCase)]
    private static partial Regex Container();

    [GeneratedRegex(@"^(\.ci/[^/]+|\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml|azure-pipelines[^/]*\.ya?ml|\.circleci/config\.yml|Jenkinsfile|bitbucket-pipelines\.yml|\.travis\.yml|appveyor\.yml|\.woodpecker\.ya?ml|\.drone\.yml)$", RegexOptions.IgnoreCase)]
    private static partial Regex Delivery();

    [GeneratedRegex(@"(\.(html|razor|cshtml|vue|svelte|jsx|tsx)|(^|/)(angular\.json|vite\.config\.[mc]?[jt]s|next\.config\.[mc]?js))$", RegexOptions.IgnoreCase)]
    private static partial Regex FrontendFile();

    [GeneratedRegex(@"[""'<=\s](Npgsql[\w.]*|Microsoft\.EntityFrameworkCore[\w.]*|Microsoft\.Data\.Sql[\w.]*|System\.Data\.SqlClient|Dapper|MySqlConnector|MongoDB\.Driver|StackExchange\.Redis|sqlalchemy|psycopg2?[\w-]*|django|mongoose|sequelize|typeorm|prisma|better-sqlite3|sqlx|diesel|rusqlite|gorm\.io/gorm|github\.com/lib/pq|github\.com/jackc/pgx[\w/]*|hibernate-core|spring-boot-starter-data-jpa|activerecord)[""'<>=\s@~^\[]", RegexOptions.IgnoreCase)]
    private static partial Regex DatabaseLibrary();

    [GeneratedRegex(@"""(react|vue|@angular/core|svelte|solid-js|preact|next|nuxt|lit)""\s*:|(Microsoft\.AspNetCore\.Components\.Web[\w]*)""")]
    private static partial Regex FrontendLibrary();
}
