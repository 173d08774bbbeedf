namespace OrchestrationEngine.Tests.Architecture;

/// <summary>The files of the repository that these tests were built from.</summary>
internal static class Repository
{
    // Found from the outputs, not from the path of the source file, which a deterministic build replaces.
    public static readonly string Root = FindRoot();

    public static string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>The C# files below a folder, with paths from the root as they are written on any system.</summary>
    public static IEnumerable<SourceFile> Sources(string folder)
        => Directory.Exists(At(folder))
            ? Directory.EnumerateFiles(At(folder), "*.cs", SearchOption.AllDirectories)
                .Select(file => new SourceFile(Path.GetRelativePath(Root, file).Replace('\\', '/'), file))
                .Where(file => !file.Folders.Contains("obj") && !file.Folders.Contains("bin"))
                .OrderBy(file => file.Name, StringComparer.Ordinal)
            : [];

    /// <summary>The names of the folders of a folder that hold source.</summary>
    public static IEnumerable<string> Folders(string folder)
        => Directory.EnumerateDirectories(At(folder)).Select(path => Path.GetFileName(path)).Where(name => name is not ("bin" or "obj")).Order(StringComparer.Ordinal);

    /// <summary>Fails with all of them, in full, when there are any.</summary>
    public static void ExpectNone(IEnumerable<string> wrong)
    {
        var found = wrong.Distinct().ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrchestrationEngine.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"There is no OrchestrationEngine.sln above '{AppContext.BaseDirectory}': run the tests from their repository.");
    }
}

/// <summary>A C# file.</summary>
/// <param name="Name">Its path from the root of the repository, with slashes.</param>
/// <param name="FullPath">Where it is.</param>
internal sealed record SourceFile(string Name, string FullPath)
{
    public string[] Folders => Name.Split('/')[..^1];

    /// <summary>The class that it holds, by our way of naming files: a part of a class has the name of the class before the first dot.</summary>
    public string Class => Path.GetFileName(Name).Split('.')[0];

    public string Text => File.ReadAllText(FullPath);
}
