using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Architecture;

namespace OrchestrationEngine.Tests.Documentation;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = Read("README.md");

    public static TheoryData<string> Documents =>
        [.. Directory.EnumerateFiles(Repository.At("docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.At("src"), "README.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Append("README.md")
            .Append("CHANGELOG.md")
            .Order(StringComparer.Ordinal)];

    [Fact]
    public void The_lifecycles_are_drawn_as_the_tables_have_them()
        => Assert.Equal(
            [RunLifecycle.Table.ToMermaid(), PhaseLifecycle.Table.ToMermaid(), TaskLifecycle.Table.ToMermaid()],
            Blocks(Readme, "mermaid"));

    [Fact]
    public void The_first_program_is_the_sample_that_is_compiled_and_run()
        => Assert.Equal([Read("samples/Quickstart/Program.cs")], Blocks(Readme, "csharp"));

    [Theory, InlineData("OrchestrationEngine"), InlineData("OrchestrationEngine.Hosting")]
    public void The_code_in_the_readme_of_a_package_is_compiled(string package)
    {
        var compiled = Dedent(Read("tests/OrchestrationEngine.Tests/Documentation/ReadmeSnippets.cs"));
        Assert.All(Blocks(Read($"src/{package}/README.md"), "csharp"), block => Assert.Contains(Dedent(block), compiled, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_code_in_the_readme_of_the_core_runs()
        => Assert.Equal(RunStatus.Succeeded, (await ReadmeSnippets.Core([]).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Status);

    [Fact]
    public async Task The_plan_with_a_contract_does_what_is_said_of_it()
    {
        var plan = PlanJson.Read(Blocks(Readme, "json").Single());
        var feedback = new List<string>();
        var services = new ServiceCollection();
        services.AddOrchestration(options => options.Randomizer = () => 0)
            .UseInMemoryStore()
            .AddAgent("writer", (request, _, _) =>
            {
                feedback.AddRange(request.Feedback.Select(violation => violation.Message));
                return Task.FromResult(AgentResult.Succeeded(JsonData.Parse(request.Attempt == 1 ? """{"text":"x"}""" : """{"title":"X","text":"x"}""")));
            })
            .AddAgent("publisher", (request, _, _) => Task.FromResult(AgentResult.Succeeded(request.Inputs.GetString("text"))));
        await using var provider = services.BuildServiceProvider();
        var run = await provider.GetRequiredService<IOrchestrator>().StartAsync(plan, null, TestContext.Current.CancellationToken);
        Assert.Equal(RunStatus.Succeeded, (await run.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Status);
        Assert.Contains("title", Assert.Single(feedback), StringComparison.Ordinal);
    }

    [Fact]
    public void The_commands_are_those_that_the_checks_run()
    {
        string[] commands = ["dotnet run --project samples/RepositoryReview", "dotnet run tests/all.cs"];
        Assert.All(commands, command => Assert.Contains(command + "\n", Blocks(Readme, "sh")));
        Assert.All(commands, command => Assert.Contains($"\n{command} ", Read(".ci/run"), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_package_is_in_the_table()
        => Assert.All(Repository.Folders("src"), package => Assert.Contains($"| [{package}](src/{package}/README.md) |", Readme, StringComparison.Ordinal));

    [Theory, MemberData(nameof(Documents))]
    public void A_link_leads_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(Repository.At(document))!;
        Repository.ExpectNone(Link().Matches(Read(document)).Select(link => link.Groups[1].Value).Where(path => !Path.Exists(Path.Combine(folder, path))));
    }

    [Fact]
    public void Every_test_that_the_guarantees_name_exists()
    {
        var known = Repository.Sources("tests").Concat(Repository.Sources("src/OrchestrationEngine.Testing.Xunit"))
            .SelectMany(file => TestName().Matches(file.Text).Select(test => $"{file.Class}.{test.Groups[1].Value}"))
            .ToHashSet(StringComparer.Ordinal);
        var named = TestReference().Matches(Read("docs/guarantees.md")).Select(test => test.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Repository.ExpectNone(named.Where(test => !known.Contains(test)));
    }

    private static string Dedent(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    private static string Read(string path) => File.ReadAllText(Repository.At(path)).ReplaceLineEndings("\n");

    private static IEnumerable<string> Blocks(string document, string language)
        => Block().Matches(document).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["text"].Value);

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex TestName();

    [GeneratedRegex(@"`(\w+\.[A-Z]\w*_\w+)`")]
    private static partial Regex TestReference();
}
