using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

internal sealed record TestsRequest(string Root, FileList Files, ProjectGraph? Projects);

internal sealed record TestSuite(string Folder, string Language, int Files, int Tests);

/// <summary>Where the tests are and what they cover, judged by names and references.</summary>
internal sealed record TestReport(int Files, int Tests, int TestLines, int CodeLines, IReadOnlyList<TestSuite> Suites, IReadOnlyList<string> UntestedProjects, int Skipped);

/// <summary>Counts tests of the usual frameworks.</summary>
internal sealed partial class TestInventoryAnalysis : IAnalysis<TestsRequest, TestReport>
{
    private const int MaxSuites = 60;

    public Task<TestReport> RunAsync(TestsRequest request, CancellationToken cancellationToken)
    {
        var suites = new SortedDictionary<(string Folder, string Language), (int Files, int Tests)>();
        var (files, tests, testLines, codeLines, skipped) = (0, 0, 0, 0, 0);
        foreach (var file in request.Files.Code.Where(file => Language.IsWrittenByPeople(file.Path)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SourceText.Read(request.Root, file.Path)?.Text is not { } text)
            {
                continue;
            }

            var lines = text.AsSpan().Count('\n');
            var count = TestsIn(file.Language, text);
            if (count == 0 && !IsTestPath(file.Path))
            {
                codeLines += lines;
                continue;
            }

            testLines += lines;
            if (count > 0)
            {
                files++;
                tests += count;
                skipped += SkippedTest().Count(text);
                var key = (FolderOf(file.Path), file.Language);
                var before = suites.GetValueOrDefault(key);
                suites[key] = (before.Files + 1, before.Tests + count);
            }
        }

        return Task.FromResult(new TestReport(
            files,
            tests,
            testLines,
            codeLines,
            [.. suites.Select(suite => new TestSuite(suite.Key.Folder, suite.Key.Language, suite.Value.Files, suite.Value.Tests)).OrderByDescending(suite => suite.Tests).ThenBy(suite => suite.Folder, StringComparer.Ordinal).Take(MaxSuites)],
            Untested(request.Projects),
            skipped));
    }

    private static int TestsIn(string language, string text) => language switch
    {
        "C#" or "F#" or "Visual Basic" => DotNet().Count(text),
        "Java" or "Kotlin" or "Scala" or "Groovy" => Jvm().Count(text),
        "JavaScript" or "TypeScript" => Script().Count(text),
        "Python" => Python().Count(text),
        "Go" => Go().Count(text),
        "Rust" => Rust().Count(text),
        "Shell" => Bats().Count(text),
        _ => 0,
    };

    private static bool IsTestPath(string path) => TestPath().IsMatch(path);

    // A suite is what people run together: the first two folders are close to that in most repositories.
    private static string FolderOf(string path)
    {
        var parts = path.Split('/')[..^1];
        return parts.Length == 0 ? "." : string.Join('/', parts.Take(2));
    }

    // Only .NET says in its project files which tests are for what.
    private static string[] Untested(ProjectGraph? graph)
    {
        var projects = (graph?.Projects ?? []).Where(project => project.Kind == ".NET").DistinctBy(project => project.Path).ToDictionary(project => project.Path, StringComparer.Ordinal);
        var tests = projects.Values.Where(project => IsTestPath(project.Path)).ToArray();
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(tests.SelectMany(test => test.References));
        while (open.TryPop(out var path))
        {
            if (reached.Add(path) && projects.TryGetValue(path, out var project))
            {
                project.References.ToList().ForEach(open.Push);
            }
        }

        return tests.Length == 0 ? [] : [.. projects.Keys.Where(path => !reached.Contains(path) && !NotTested().IsMatch(path)).Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"^\s*\[(?:Fact|Theory|Test|TestCase|TestMethod|DataTestMethod|SkippableFact|Property)\b", RegexOptions.Multiline)]
    private static partial Regex DotNet();

    [GeneratedRegex(@"^\s*@(?:Test|ParameterizedTest|RepeatedTest)\b", RegexOptions.Multiline)]
    private static partial Regex Jvm();

    [GeneratedRegex(@"^\s*(?:it|test)(?:\.\w+)?\s*\(\s*['""`]", RegexOptions.Multiline)]
    private static partial Regex Script();

    [GeneratedRegex(@"^\s*(?:async\s+)?def\s+test_", RegexOptions.Multiline)]
    private static partial Regex Python();

    [GeneratedRegex(@"^func\s+Test\w*\(", RegexOptions.Multiline)]
    private static partial Regex Go();

    [GeneratedRegex(@"^\s*#\[(?:\w+::)?test\b", RegexOptions.Multiline)]
    private static partial Regex Rust();

    [GeneratedRegex(@"^\s*@test\s+['""]", RegexOptions.Multiline)]
    private static partial Regex Bats();

    [GeneratedRegex(@"\bSkip\s*=\s*""|^\s*\[Ignore\b|^\s*@(?:Disabled|Ignore|pytest\.mark\.skip|unittest\.skip)\b|^\s*(?:xit|xdescribe)\s*\(|^\s*(?:it|test|describe)\.skip\s*\(|^\s*#\[ignore", RegexOptions.Multiline)]
    private static partial Regex SkippedTest();

    [GeneratedRegex(@"(^|/)(tests?|specs?|__tests__|e2e)/|([._-]|\b)(tests?|specs?|scenarios)\.\w+$|Tests?\.\w+$|(^|/)test_[^/]+$", RegexOptions.IgnoreCase)]
    private static partial Regex TestPath();

    [GeneratedRegex(@"(^|/)(samples?|examples?|demos?|benchmarks?|perf|tools|build)/|test", RegexOptions.IgnoreCase)]
    private static partial Regex NotTested();
}
