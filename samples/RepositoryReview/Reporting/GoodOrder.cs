using RepositoryReview.Analyses;
using static RepositoryReview.Reporting.CodeRules;

namespace RepositoryReview.Reporting;

/// <summary>What a review should say too: what needs no attention.</summary>
internal static class GoodOrder
{
    public static IEnumerable<string> Of(Analyzed analyzed)
    {
        if (analyzed.Basics is { Licence: { } licence, LicenceKind: { } kind })
        {
            yield return kind == "unknown" ? $"There is a licence ({licence})." : $"There is a licence: {kind} ({licence}).";
        }

        if (analyzed.Basics is { ReadmeWords: >= 60 } basics)
        {
            yield return Text($"The readme has {basics.ReadmeWords:N0} words{(basics.ReadmeHasCommands ? " and shows commands or code" : "")}.");
        }

        if (analyzed.Delivery is { RunsTests: true } delivery)
        {
            yield return $"CI runs the tests ({delivery.Files[0]}).";
        }

        if (analyzed.Tests is { Tests: > 0 } tests && tests.TestLines >= tests.CodeLines / 5)
        {
            yield return Text($"{Count(tests.Tests, "test")} in {Count(tests.Files, "file")}, {100.0 * tests.TestLines / Math.Max(1, tests.CodeLines):0} lines of tests for 100 lines of code.");
        }

        if (analyzed.Projects is { Projects.Count: > 1, Broken.Count: 0, Circle.Count: 0 } graph)
        {
            yield return Text($"The {graph.Projects.Count} projects refer to each other without circles and without gaps.");
        }

        if (analyzed.Packages is { Total: > 0, SeveralVersions.Count: 0, Floating.Count: 0 } packages)
        {
            yield return Text($"Each of the {Count(packages.Total, "package")} is asked for in one version.");
        }

        if (analyzed.Markers is { Total: 0, Conflicts.Count: 0, Keys.Count: 0 })
        {
            yield return "No open to-dos, no merge conflicts and no private keys in the files.";
        }

        if (analyzed.Duplication is { Blocks: 0 } && analyzed.Size is { CodeLines: > 500 })
        {
            yield return "No copied blocks of code were found.";
        }
    }
}
