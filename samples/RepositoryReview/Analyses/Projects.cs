using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

/// <summary>A project and the projects of the repository that it is built on.</summary>
internal sealed record Project(string Path, string Kind, string Name, string? Target, IReadOnlyList<string> References);

/// <summary>The graph of projects, sorted by path.</summary>
/// <param name="Projects">The projects.</param>
/// <param name="Broken">References to projects that are not there, as <c>from -> to</c>.</param>
/// <param name="Circle">The projects of a circle, or none.</param>
/// <param name="OutsideSolutions">.NET projects in no solution, where there are solutions.</param>
internal sealed record ProjectGraph(
    IReadOnlyList<Project> Projects,
    IReadOnlyList<string> Broken,
    IReadOnlyList<string> Circle,
    IReadOnlyList<string> OutsideSolutions);

/// <summary>Reads project files of .NET, npm, Cargo, Go and Python.</summary>
internal sealed partial class ProjectsAnalysis : IAnalysis<PathsRequest, ProjectGraph>
{
    public Task<ProjectGraph> RunAsync(PathsRequest request, CancellationToken cancellationToken)
    {
        var broken = new SortedSet<string>(StringComparer.Ordinal);
        var projects = new List<Project>();
        var inSolutions = new HashSet<string>(StringComparer.Ordinal);
        var hasSolution = false;
        var sources = request.Paths
            .Select(path => (Path: path, SourceText.Read(request.Root, path)?.Text))
            .Where(file => file.Text is not null)
            .ToArray();
        var npmNames = sources.Where(file => Path.GetFileName(file.Path) == "package.json")
            .Select(file => (file.Path, Name: JsonText(file.Text!, "name")))
            .Where(file => file.Name is not null)
            .DistinctBy(file => file.Name)
            .ToDictionary(file => file.Name!, file => file.Path, StringComparer.Ordinal);
        var shared = sources.Where(file => Path.GetFileName(file.Path) == "Directory.Build.props").ToDictionary(file => file.Path, file => Target(Xml(file.Text!)), StringComparer.Ordinal);
        foreach (var (path, text) in sources)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (Path.GetFileName(path))
            {
                case var name when name.EndsWith("proj", StringComparison.OrdinalIgnoreCase):
                    projects.Add(DotNet(path, text!, shared));
                    break;
                case var name when name.EndsWith(".sln", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".slnx", StringComparison.OrdinalIgnoreCase):
                    hasSolution = true;
                    inSolutions.UnionWith(SolutionProject().Matches(text!).Select(match => Resolve(path, match.Groups[1].Value)));
                    break;
                case "package.json":
                    projects.Add(new(path, "npm", JsonText(text!, "name") ?? Folder(path), null, [.. NpmReferences(text!, npmNames).Where(other => other != path)]));
                    break;
                case "Cargo.toml" when text!.Contains("[package]", StringComparison.Ordinal):
                    projects.Add(new(path, "Cargo", TomlText(text) ?? Folder(path), null, [.. CargoPath().Matches(text).Select(match => Resolve(path, match.Groups[1].Value + "/Cargo.toml"))]));
                    break;
                case "go.mod":
                    projects.Add(new(path, "Go", GoModule().Match(text!).Groups[1].Value, null, []));
                    break;
                case "pyproject.toml":
                    projects.Add(new(path, "Python", TomlText(text!) ?? Folder(path), null, []));
                    break;
            }
        }

        projects.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        var known = projects.Select(project => project.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var project in projects)
        {
            broken.UnionWith(project.References.Where(reference => !known.Contains(reference) && !reference.Contains("$(", StringComparison.Ordinal)).Select(reference => $"{project.Path} -> {reference}"));
        }

        return Task.FromResult(new ProjectGraph(
            projects,
            [.. broken],
            ProjectCircle.Find(projects),
            hasSolution ? [.. projects.Where(project => project.Kind == ".NET" && !inSolutions.Contains(project.Path)).Select(project => project.Path)] : []));
    }

    private static Project DotNet(string path, string text, Dictionary<string, string?> shared)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        if (Xml(text) is not { } xml)
        {
            return new(path, ".NET", name, null, []);
        }

        var references = xml.Descendants().Where(element => element.Name.LocalName == "ProjectReference")
            .Select(element => (string?)element.Attribute("Include"))
            .OfType<string>()
            .Where(include => include.Length > 0)
            .Select(include => Resolve(path, include))
            .Order(StringComparer.Ordinal)
            .Distinct();
        return new(path, ".NET", name, Target(xml) ?? Inherited(path, shared), [.. references]);
    }

    private static string? Target(XDocument? xml)
        => xml?.Descendants().FirstOrDefault(element => element.Name.LocalName is "TargetFramework" or "TargetFrameworks")?.Value;

    private static string? Inherited(string path, Dictionary<string, string?> shared)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (shared.GetValueOrDefault(folder.Length == 0 ? "Directory.Build.props" : $"{folder.Replace('\\', '/')}/Directory.Build.props") is { } target)
            {
                return target;
            }
        }

        return null;
    }

    /// <summary>Reads XML of anybody: nothing that it points to is loaded. Null when it is none.</summary>
    internal static XDocument? Xml(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XDocument.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>Reads an object of a JSON text; null when there is none.</summary>
    internal static JsonElement? Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? JsonText(string text, string property)
        => Json(text) is { } json && json.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<string> NpmReferences(string text, Dictionary<string, string> local)
        => NpmPackages.Of(text).Select(package => local.GetValueOrDefault(package.Name)).OfType<string>().Order(StringComparer.Ordinal).Distinct();

    private static string? TomlText(string text) => TomlName().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    private static string Folder(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder.Replace('\\', '/') : path;

    // Relative to the file, as far as the paths of the review go: with forward slashes, from the root.
    private static string Resolve(string from, string to)
    {
        var parts = new List<string>(from.Split('/')[..^1]);
        foreach (var part in to.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    [GeneratedRegex(@"""([^""]+\.(?:cs|fs|vb)proj)""", RegexOptions.IgnoreCase)]
    private static partial Regex SolutionProject();

    [GeneratedRegex(@"path\s*=\s*""([^""]+)""")]
    private static partial Regex CargoPath();

    [GeneratedRegex(@"^module\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex GoModule();

    [GeneratedRegex(@"^name\s*=\s*""([^""]+)""", RegexOptions.Multiline)]
    private static partial Regex TomlName();
}
