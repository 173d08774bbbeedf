using System.Reflection;
using System.Xml.Linq;

namespace OrchestrationEngine.Tests.Architecture;

/// <summary>What holds for all packages and all source files.</summary>
public sealed class RepositoryTests
{
    private const int MostLines = 300;

    /// <summary>Files that are one thing and longer, each with the reason.</summary>
    private static readonly Dictionary<string, string> MayBeLonger = [];

    /// <summary>Which packages a satellite may know besides the core.</summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        // The suites build on the scripted agents and faulty stores that tests without a framework use as well.
        ["OrchestrationEngine.Testing.Xunit"] = ["OrchestrationEngine.Testing"],
    };

    private static readonly string[] CorePackages =
        ["Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions"];

    public static TheoryData<string> Packages => [.. Repository.Folders("src")];

    [Fact]
    public void No_file_is_longer_than_300_lines()
    {
        string[] folders = ["src", "tests", "samples", "benchmarks", ".ci"];
        var tooLong =
            from file in folders.SelectMany(Repository.Sources)
            let lines = File.ReadLines(file.FullPath).Count()
            where lines > MostLines && !MayBeLonger.ContainsKey(file.Name)
            select $"{file.Name} has {lines} lines";
        Repository.ExpectNone(tooLong);
        Assert.All(MayBeLonger.Keys, name => Assert.True(File.ReadLines(Repository.At(name)).Count() > MostLines, $"{name} needs no exception any more"));
    }

    [Theory, MemberData(nameof(Packages))]
    public void A_satellite_knows_the_core_and_no_other_satellite(string package)
    {
        var known = References(package, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        string[] allowed = package == "OrchestrationEngine" ? [] : ["OrchestrationEngine", .. MayKnow.GetValueOrDefault(package, [])];
        Repository.ExpectNone(known.Except(allowed));
    }

    [Fact]
    public void The_core_references_the_two_abstractions_and_nothing_else()
    {
        Assert.Equal(CorePackages, References("OrchestrationEngine", "PackageReference").Order(StringComparer.Ordinal));
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var loaded = typeof(IOrchestrator).Assembly.GetReferencedAssemblies().Select(name => name.Name!);
        Repository.ExpectNone(loaded.Where(name => !File.Exists(Path.Combine(framework, name + ".dll"))).Except(CorePackages));
    }

    // The analyzers report as errors whatever would not survive trimming or compilation ahead of time; this keeps them on and heard.
    [Fact]
    public void The_core_is_held_to_ahead_of_time_compilation()
    {
        var metadata = typeof(IOrchestrator).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        Assert.Contains(metadata, entry => entry is { Key: "IsAotCompatible", Value: "True" });
        string[] silencers = ["UnconditionalSuppressMessage", "warning disable IL"];
        Repository.ExpectNone(Repository.Sources("src/OrchestrationEngine").Where(file => silencers.Any(word => file.Text.Contains(word, StringComparison.Ordinal))).Select(file => file.Name));
    }

    [Theory, MemberData(nameof(Packages))]
    public void A_package_says_what_it_is(string package)
    {
        var project = Project(package);
        Assert.False(string.IsNullOrWhiteSpace(project.Descendants("Description").SingleOrDefault()?.Value), $"{package} has no Description");
        var readme = File.ReadAllText(Repository.At("src", package, "README.md"));
        Assert.StartsWith($"# {package}\n", readme, StringComparison.Ordinal);
        Assert.True(readme.Split('\n').Length > 5, $"The README of {package} says nothing");
    }

    private static IEnumerable<string> References(string package, string kind) => Project(package).Descendants(kind).Select(item => item.Attribute("Include")!.Value);

    private static XDocument Project(string package) => XDocument.Load(Repository.At("src", package, package + ".csproj"));
}
