using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

/// <summary>A package and how the manifests ask for it.</summary>
internal sealed record Package(string Ecosystem, string Name, IReadOnlyList<string> Versions, int Manifests);

/// <summary>The packages that the manifests name, sorted.</summary>
/// <param name="Packages">The packages.</param>
/// <param name="Total">How many there are; the list may be shorter.</param>
/// <param name="Ecosystems">How many by ecosystem.</param>
/// <param name="SeveralVersions">Packages asked for in more than one version.</param>
/// <param name="Floating">Packages whose version is open upwards without limit, as <c>name version</c>.</param>
/// <param name="WithoutLock">npm manifests with packages but without a lock file above them.</param>
internal sealed record PackageReport(
    IReadOnlyList<Package> Packages,
    int Total,
    IReadOnlyDictionary<string, int> Ecosystems,
    IReadOnlyList<Package> SeveralVersions,
    IReadOnlyList<string> Floating,
    IReadOnlyList<string> WithoutLock);

internal sealed record PackageUse(string Ecosystem, string Name, string Version, string Manifest);

/// <summary>Reads manifests of NuGet, npm, pip, Cargo, Go, Maven and RubyGems.</summary>
internal sealed partial class PackagesAnalysis : IAnalysis<PathsRequest, PackageReport>
{
    private const int MaxListed = 600;
    private static readonly string[] NpmLocks = ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lockb", "npm-shrinkwrap.json"];

    public Task<PackageReport> RunAsync(PathsRequest request, CancellationToken cancellationToken)
    {
        var uses = new List<PackageUse>();
        var withoutLock = new List<string>();
        foreach (var path in request.Paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SourceText.Read(request.Root, path)?.Text is { } text)
            {
                var found = ManifestReader.Read(path, text).ToArray();
                uses.AddRange(found);
                if (found.Length > 0 && Path.GetFileName(path) == "package.json" && !HasLock(request.Root, path))
                {
                    withoutLock.Add(path);
                }
            }
        }

        var packages = uses
            .GroupBy(use => (use.Ecosystem, use.Name))
            .OrderBy(group => group.Key.Ecosystem, StringComparer.Ordinal).ThenBy(group => group.Key.Name, StringComparer.Ordinal)
            .Select(group => new Package(
                group.Key.Ecosystem,
                group.Key.Name,
                [.. group.Select(use => use.Version).Where(version => version.Length > 0).Distinct().Order(StringComparer.Ordinal)],
                group.Select(use => use.Manifest).Distinct().Count()))
            .ToArray();
        return Task.FromResult(new PackageReport(
            [.. packages.Take(MaxListed)],
            packages.Length,
            new SortedDictionary<string, int>(packages.GroupBy(package => package.Ecosystem).ToDictionary(group => group.Key, group => group.Count()), StringComparer.Ordinal),
            [.. packages.Where(package => package.Versions.Count > 1).Take(50)],
            [.. packages.SelectMany(package => package.Versions.Where(version => Floating().IsMatch(version)).Select(version => $"{package.Name} {version}")).Take(50)],
            withoutLock));
    }

    private static bool HasLock(string root, string manifest)
    {
        // A workspace has its lock file at its own root.
        for (var folder = Path.GetDirectoryName(manifest); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (NpmLocks.Any(name => File.Exists(Path.Combine(root, folder, name))))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"^(\*|latest|x|>=?\s*[\d.]+)$|^\d+(\.\d+)*\.\*", RegexOptions.IgnoreCase)]
    private static partial Regex Floating();
}
