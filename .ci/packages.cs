#!/usr/bin/env dotnet
#:property PublishAot=false

// Checks what is in the packed packages: dotnet run .ci/packages.cs -- FEED VERSION SOURCES

using System.IO.Compression;
using System.Xml.Linq;

var (feed, version, sources) = (args[0], args[1], args[2]);
var wrong = new List<string>();
var packages = Directory.EnumerateDirectories(sources).Select(folder => Path.GetFileName(folder)).Where(name => File.Exists(Path.Combine(sources, name, name + ".csproj"))).Order(StringComparer.Ordinal).ToList();
foreach (var name in packages)
{
    var file = Path.Combine(feed, $"{name}.{version}.nupkg");
    if (!File.Exists(file))
    {
        wrong.Add($"{name} was not packed");
        continue;
    }

    using var package = ZipFile.OpenRead(file);
    var entries = package.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.Ordinal);
    using var nuspec = package.GetEntry(name + ".nuspec")!.Open();
    var metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    string? Value(string element) => metadata.Elements().SingleOrDefault(child => child.Name.LocalName == element)?.Value;

    Require(entries.Contains($"lib/net10.0/{name}.dll"), "has no assembly for net10.0");
    Require(entries.Contains($"lib/net10.0/{name}.xml"), "has no XML documentation");
    Require(Value("readme") == "README.md" && entries.Contains("README.md"), "has no readme");
    Require(metadata.Elements().Any(child => child.Name.LocalName == "license" && (string?)child.Attribute("type") == "expression" && child.Value == "MIT"), "has no license expression MIT");
    Require(Value("description") is { Length: > 40 }, "has no description");
    Require(Value("projectUrl") is { Length: > 0 }, "has no project address");
    Require(metadata.Elements().Any(child => child.Name.LocalName == "repository"), "names no repository");

    var symbols = Path.ChangeExtension(file, ".snupkg");
    if (File.Exists(symbols))
    {
        using var archive = ZipFile.OpenRead(symbols);
        Require(archive.GetEntry($"lib/net10.0/{name}.pdb") is not null, "has a symbol package without symbols");
    }
    else
    {
        wrong.Add($"{name} has no symbol package");
    }

    void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            wrong.Add($"{name} {otherwise}");
        }
    }
}

var packed = Directory.EnumerateFiles(feed, "*.nupkg").Count();
if (packed != packages.Count)
{
    wrong.Add($"{packed} packages were packed, of {packages.Count} in {sources}");
}

wrong.ForEach(Console.Error.WriteLine);
Console.WriteLine($"{packages.Count} packages checked, {wrong.Count} findings");
return wrong.Count == 0 ? 0 : 1;
