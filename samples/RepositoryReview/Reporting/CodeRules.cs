using System.Globalization;
using RepositoryReview.Analyses;

namespace RepositoryReview.Reporting;

/// <summary>Findings about the code itself.</summary>
internal static class CodeRules
{
    public static IEnumerable<Finding> Of(Analyzed analyzed)
        => [.. Left(analyzed.Markers), .. Large(analyzed.Size), .. Copied(analyzed.Duplication, analyzed.Size), .. Hot(analyzed.Hotspots), .. Tested(analyzed.Tests)];

    private static IEnumerable<Finding> Left(MarkerReport? markers)
    {
        if (markers is null)
        {
            yield break;
        }

        if (markers.Keys.Count > 0)
        {
            var onlyTests = markers.Keys.All(key => key.Path.Contains("test", StringComparison.OrdinalIgnoreCase));
            yield return new Finding(
                onlyTests ? Severity.Low : Severity.High, "Secrets",
                Text($"{Count(markers.Keys.Count, "private key")} in the files"),
                "Whoever can read the repository has it. Replace the key where it is used, then remove it from the history too; if it is a key made for tests, say so beside it.")
                .At(Places(markers.Keys));
        }

        if (markers.Conflicts.Count > 0)
        {
            yield return new Finding(
                Severity.High, "Leftovers",
                Text($"{Count(markers.Conflicts.Count, "merge conflict")} left in the files"),
                "Resolve them: what is between the marks is there twice.")
                .At(Places(markers.Conflicts));
        }

        var urgent = markers.ByKind.Where(kind => kind.Key != "TODO").Sum(kind => kind.Value);
        if (urgent > 0)
        {
            yield return new Finding(
                Severity.Medium, "Leftovers",
                Text($"{Count(urgent, "place")} marked FIXME or HACK"),
                "Their authors said that these are wrong as they are. Repair them, or turn each into an issue with an owner.")
                .At(Places(markers.ToDos.Where(todo => todo.Kind != "TODO")), urgent);
        }

        if (markers.Total > urgent)
        {
            yield return new Finding(
                Severity.Low, "Leftovers",
                Text($"{Count(markers.Total - urgent, "open to-do")} in comments"),
                "Go through the list below once: what nobody will do can go, the rest belongs where work is planned.")
                .At(Places(markers.ToDos.Where(todo => todo.Kind == "TODO")), markers.Total - urgent);
        }
    }

    private static IEnumerable<Finding> Large(SizeReport? size)
    {
        if (size is { LongFiles: > 0 })
        {
            var longest = size.Longest.Where(file => file.Lines > SizeAnalysis.LongFile);
            yield return new Finding(
                Severity.Medium, "Size",
                Text($"{Count(size.LongFiles, "file")} of more than {SizeAnalysis.LongFile:N0} lines"),
                "A file that long has more than one reason to change. Split it along those reasons, beginning with the one that changes most.")
                .At(longest.Select(file => Text($"{file.Path} ({file.Lines:N0} lines)")), size.LongFiles);
        }

        if (size is { ComplexFiles: > 0 })
        {
            var complex = size.MostComplex.Where(file => file.Complexity > SizeAnalysis.ComplexFile);
            yield return new Finding(
                Severity.Medium, "Complexity",
                Text($"{Count(size.ComplexFiles, "file")} with more than {SizeAnalysis.ComplexFile} branches"),
                "Each branch is a case to think of and to test. Look for long chains of cases that a table could replace, and for methods that do several things.")
                .At(complex.Select(file => Text($"{file.Path} ({file.Complexity:N0} branches in {file.CodeLines:N0} lines of code)")), size.ComplexFiles);
        }
    }

    private static IEnumerable<Finding> Copied(DuplicationReport? duplication, SizeReport? size)
    {
        if (duplication is not { Blocks: > 0 } || size is not { CodeLines: > 0 })
        {
            yield break;
        }

        var share = 100.0 * duplication.Lines / size.CodeLines;
        yield return new Finding(
            share >= 5 ? Severity.Medium : Severity.Low, "Duplication",
            Text($"{Count(duplication.Blocks, "block")} of copied code, {share:0.#} % of all lines of code"),
            "A defect in a copy has to be found and repaired in each. Begin with the longest, unless they are alike only by chance.")
            .At(duplication.Longest.Select(block => Text($"{block.Path}:{block.Line} and {block.OtherPath}:{block.OtherLine} ({block.Lines} lines)")), duplication.Blocks);
    }

    private static IEnumerable<Finding> Hot(HotspotReport? hotspots)
    {
        if (hotspots?.Files.Where(file => file is { Commits: >= 10, Lines: >= 300 }).ToArray() is { Length: > 0 } hot)
        {
            yield return new Finding(
                Severity.Medium, "Hot spots",
                Text($"{Count(hot.Length, "file")} both large and often changed"),
                "Most defects come from such files. They deserve the best tests, and the first look when there is time to clean up.")
                .At(hot.Select(file => Text($"{file.Path} ({file.Commits} commits, {file.Lines:N0} lines)")));
        }
    }

    private static IEnumerable<Finding> Tested(TestReport? tests)
    {
        if (tests is null || tests.CodeLines == 0)
        {
            yield break;
        }

        if (tests.Tests == 0)
        {
            yield return new Finding(
                tests.CodeLines > 500 ? Severity.High : Severity.Medium, "Tests",
                "No tests were found",
                "Nothing tells whether a change breaks something. Begin with one test of the most important thing that the code does, and run it in CI.");
            yield break;
        }

        if (tests.TestLines < tests.CodeLines / 5)
        {
            yield return new Finding(
                Severity.Medium, "Tests",
                Text($"Little is tested: {tests.TestLines:N0} lines of tests for {tests.CodeLines:N0} lines of code"),
                "Write tests where the hot spots are, not everywhere at once.");
        }

        if (tests.UntestedProjects.Count > 0)
        {
            yield return new Finding(
                Severity.Medium, "Tests",
                Text($"{Count(tests.UntestedProjects.Count, "project")} that no test project refers to"),
                "Either they are tested from outside, or not at all. Give each a test project, or say where its tests are.")
                .At(tests.UntestedProjects);
        }

        if (tests.Skipped > 0)
        {
            yield return new Finding(
                Severity.Low, "Tests",
                Text($"{Count(tests.Skipped, "test")} switched off"),
                "A test that never runs is no test. Repair it or remove it.");
        }
    }

    internal static string Count(int count, string noun) => Text($"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string[] Places(IEnumerable<Marker> markers) => [.. markers.Select(marker => Text($"{marker.Path}:{marker.Line}"))];
}
