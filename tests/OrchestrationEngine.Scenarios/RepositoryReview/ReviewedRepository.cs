using System.Diagnostics;

namespace OrchestrationEngine.Scenarios.RepositoryReview;

/// <summary>A directory of its own with a small repository in it, and room for output beside it. Gone when disposed of.</summary>
internal sealed class ReviewedRepository : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orchestration-review-").FullName;

    private ReviewedRepository() => Directory.CreateDirectory(Root);

    public static bool IsGitThere { get; } = CanRunGit();

    public string Root => Path.Combine(_directory, "shop");

    /// <summary>A small .NET repository without git.</summary>
    public static ReviewedRepository Plain()
    {
        var repository = new ReviewedRepository();
        repository.Write("README.md", "# Shop\n\nSells things.\n");
        repository.Write("LICENSE", "Permission is hereby granted, free of charge, to any person obtaining a copy\n");
        repository.Write("src/Shop/Shop.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include=\"Dapper\" Version=\"2.1.0\" /></ItemGroup></Project>\n");
        repository.Write("src/Shop/Cart.cs", "namespace Shop;\n\npublic class Cart\n{\n    // TODO: discounts\n    public int Total(int price) => price > 0 && price < 100 ? price : 0;\n}\n");
        repository.Write("src/Shop/schema.sql", "CREATE TABLE orders (id INTEGER PRIMARY KEY);\nDROP TABLE old_orders;\n");
        repository.Write("tests/Shop.Tests/Shop.Tests.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><ProjectReference Include=\"..\\..\\src\\Shop\\Shop.csproj\" /><PackageReference Include=\"Dapper\" Version=\"2.0.0\" /></ItemGroup></Project>\n");
        repository.Write("tests/Shop.Tests/CartTests.cs", "public class CartTests\n{\n    [Fact]\n    public void Adds() { }\n}\n");
        File.WriteAllBytes(Path.Combine(repository.Root, "logo.bin"), [1, 0, 2, 0, 255]);
        File.WriteAllBytes(Path.Combine(repository.Root, "latin.txt"), [0xE9, 0x74, 0xE9, (byte)'\n']);
        return repository;
    }

    /// <summary>The same in git: four commits by two people, and a file that git ignores.</summary>
    public static ReviewedRepository WithHistory()
    {
        var repository = Plain();
        repository.Write(".gitignore", "*.log\n");
        repository.Write("debug.log", "// TODO: nobody sees this\n");
        repository.Git("init", "--quiet", "--initial-branch=main");
        repository.Commit("Ada", 1, "Begin");
        for (var change = 2; change <= 4; change++)
        {
            File.AppendAllText(Path.Combine(repository.Root, "src/Shop/Cart.cs"), $"// Change {change}.\n");
            repository.Commit(change == 4 ? "Grace" : "Ada", change, $"Change {change}");
        }

        return repository;
    }

    /// <summary>A directory for output, outside the repository.</summary>
    public string Output(string name) => Path.Combine(_directory, "output", name);

    public void Write(string path, string content)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    public void Dispose()
    {
        // Git makes its objects read-only, which on Windows keeps them from being deleted.
        foreach (var file in new DirectoryInfo(_directory).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.IsReadOnly = false;
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static bool CanRunGit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", "--version") { RedirectStandardOutput = true })!;
            git.WaitForExit();
            return git.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private void Commit(string author, int day, string message)
    {
        Git("add", "--all");
        Git(author, day, "commit", "--quiet", "--message", message);
    }

    private void Git(params string[] arguments) => Git("Ada", 1, arguments);

    private void Git(string author, int day, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = Root, RedirectStandardError = true };
        foreach (var (name, value) in new (string, string)[]
        {
            ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", OperatingSystem.IsWindows() ? "NUL" : "/dev/null"),
            ("GIT_AUTHOR_NAME", author), ("GIT_AUTHOR_EMAIL", $"{author}@example.org"), ("GIT_AUTHOR_DATE", $"2024-0{day}-01T12:00:00Z"),
            ("GIT_COMMITTER_NAME", author), ("GIT_COMMITTER_EMAIL", $"{author}@example.org"), ("GIT_COMMITTER_DATE", $"2024-0{day}-01T12:00:00Z"),
        })
        {
            start.Environment[name] = value;
        }

        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, errors);
    }
}
