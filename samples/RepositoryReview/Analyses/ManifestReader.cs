using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RepositoryReview.Analyses;

/// <summary>Finds the packages that a manifest asks for, by its name.</summary>
internal static partial class ManifestReader
{
    public static IEnumerable<PackageUse> Read(string path, string text)
    {
        var name = Path.GetFileName(path);
        return name switch
        {
            "package.json" => NpmPackages.Of(text).Select(package => new PackageUse("npm", package.Name, package.Version, path)),
            "pom.xml" => Maven(path, text),
            "Cargo.toml" => Cargo(path, text),
            "go.mod" => Matches(GoRequire(), "Go", path, text),
            "Gemfile" => Matches(Gem(), "RubyGems", path, text),
            "pyproject.toml" => Pyproject(path, text),
            _ when name.StartsWith("requirements", StringComparison.OrdinalIgnoreCase) => Matches(Requirement(), "pip", path, text),
            _ when name.EndsWith("proj", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".props", StringComparison.OrdinalIgnoreCase)
                || name.Equals("packages.config", StringComparison.OrdinalIgnoreCase) => NuGet(path, text),
            _ => [],
        };
    }

    private static IEnumerable<PackageUse> NuGet(string path, string text)
    {
        foreach (var element in ProjectsAnalysis.Xml(text)?.Descendants() ?? [])
        {
            var (id, version) = element.Name.LocalName switch
            {
                "PackageReference" or "PackageVersion" or "GlobalPackageReference" => (Value(element, "Include") ?? Value(element, "Update"), Value(element, "Version") ?? Value(element, "VersionOverride")),
                "package" => (Value(element, "id"), Value(element, "version")),
                _ => (null, null),
            };
            if (!string.IsNullOrWhiteSpace(id))
            {
                yield return new("NuGet", id, version is null || version.Contains("$(", StringComparison.Ordinal) ? "" : version, path);
            }
        }
    }

    private static string? Value(XElement element, string name)
        => ((string?)element.Attribute(name) ?? element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value)?.Trim();

    private static IEnumerable<PackageUse> Maven(string path, string text)
        => from dependency in ProjectsAnalysis.Xml(text)?.Descendants() ?? []
           where dependency.Name.LocalName == "dependency"
           let version = Value(dependency, "version") ?? ""
           select new PackageUse("Maven", $"{Value(dependency, "groupId")}:{Value(dependency, "artifactId")}", version.Contains("${", StringComparison.Ordinal) ? "" : version, path);

    private static IEnumerable<PackageUse> Cargo(string path, string text)
    {
        var inDependencies = false;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line is ['[', ..])
            {
                inDependencies = line.EndsWith("dependencies]", StringComparison.Ordinal);
            }
            else if (inDependencies && CargoLine().Match(line) is { Success: true } match && !line.Contains("path", StringComparison.Ordinal))
            {
                yield return new("Cargo", match.Groups["name"].Value, match.Groups["version"].Value, path);
            }
        }
    }

    private static IEnumerable<PackageUse> Pyproject(string path, string text)
        => PythonList().Matches(text).SelectMany(list => QuotedRequirement().Matches(list.Groups[1].Value))
            .Select(match => new PackageUse("pip", match.Groups["name"].Value, match.Groups["version"].Value.Trim(), path));

    private static IEnumerable<PackageUse> Matches(Regex regex, string ecosystem, string path, string text)
        => regex.Matches(text).Select(match => new PackageUse(ecosystem, match.Groups["name"].Value, match.Groups["version"].Value.Trim(), path));

    [GeneratedRegex(@"^\s*(?:require\s+)?(?<name>[\w.-]+\.[\w-]+/[\w./~-]+)\s+(?<version>v[\w.+-]+)", RegexOptions.Multiline)]
    private static partial Regex GoRequire();

    [GeneratedRegex(@"^\s*gem\s+['""](?<name>[^'""]+)['""](?:\s*,\s*['""](?<version>[^'""]+)['""])?", RegexOptions.Multiline)]
    private static partial Regex Gem();

    [GeneratedRegex(@"^(?<name>[A-Za-z][\w.-]*)(?:\[[^\]]*\])?[ \t]*(?:==)?[ \t]*(?<version>[^\s;#@]*)", RegexOptions.Multiline)]
    private static partial Regex Requirement();

    [GeneratedRegex(@"^(?<name>[\w-]+)\s*=\s*(?:""(?<version>[^""]*)""|\{.*?version\s*=\s*""(?<version>[^""]*)""|\{)")]
    private static partial Regex CargoLine();

    [GeneratedRegex(@"^(?:dependencies|requires|[\w-]+)\s*=\s*\[([^\]]*)\]", RegexOptions.Multiline)]
    private static partial Regex PythonList();

    [GeneratedRegex(@"[""'](?<name>[A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:==)?\s*(?<version>[<>=~!][^""';]*|\d[^""';]*)?[^""']*[""']")]
    private static partial Regex QuotedRequirement();
}

/// <summary>The packages of a <c>package.json</c>.</summary>
internal static class NpmPackages
{
    private static readonly string[] Sections = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

    public static IEnumerable<(string Name, string Version)> Of(string text)
    {
        if (ProjectsAnalysis.Json(text) is not { } json)
        {
            yield break;
        }

        foreach (var section in Sections)
        {
            if (json.TryGetProperty(section, out var packages) && packages.ValueKind == JsonValueKind.Object)
            {
                foreach (var package in packages.EnumerateObject())
                {
                    yield return (package.Name, package.Value.ValueKind == JsonValueKind.String ? package.Value.GetString()! : "");
                }
            }
        }
    }
}
