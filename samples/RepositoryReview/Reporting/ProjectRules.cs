using System.Text.RegularExpressions;
using RepositoryReview.Analyses;
using static RepositoryReview.Reporting.CodeRules;

namespace RepositoryReview.Reporting;

/// <summary>Findings about projects, packages and what runs them.</summary>
internal static partial class ProjectRules
{
    public static IEnumerable<Finding> Of(Analyzed analyzed)
        => [.. Projects(analyzed.Projects), .. Packages(analyzed.Packages), .. Operations(analyzed), .. Documents(analyzed), .. People(analyzed)];

    private static IEnumerable<Finding> Projects(ProjectGraph? graph)
    {
        if (graph is null)
        {
            yield break;
        }

        if (graph.Broken.Count > 0)
        {
            yield return new Finding(
                Severity.High, "Projects",
                Text($"{Count(graph.Broken.Count, "reference")} to projects that are not there"),
                "These projects can't be built from this repository alone.")
                .At(graph.Broken);
        }

        if (graph.Circle.Count > 0)
        {
            yield return new Finding(
                Severity.High, "Projects",
                "Projects are built on each other in a circle",
                "Move what both need into a project below both.")
                .At([string.Join(" -> ", graph.Circle)]);
        }

        if (graph.OutsideSolutions.Count > 0)
        {
            yield return new Finding(
                Severity.Low, "Projects",
                Text($"{Count(graph.OutsideSolutions.Count, "project")} in no solution"),
                "What is in no solution is easily forgotten when everything is built. Add it, or remove it.")
                .At(graph.OutsideSolutions);
        }

        var old = graph.Projects.Where(project => project.Target is not null && OutOfSupport().IsMatch(project.Target)).ToArray();
        if (old.Length > 0)
        {
            yield return new Finding(
                Severity.Medium, "Projects",
                Text($"{Count(old.Length, "project")} for a .NET that gets no repairs any more"),
                "Move to a supported version: security repairs no longer reach these.")
                .At(old.Select(project => $"{project.Path} ({project.Target})"));
        }
    }

    private static IEnumerable<Finding> Packages(PackageReport? packages)
    {
        if (packages is null)
        {
            yield break;
        }

        if (packages.SeveralVersions.Count > 0)
        {
            yield return new Finding(
                Severity.Medium, "Packages",
                Text($"{Count(packages.SeveralVersions.Count, "package")} in more than one version"),
                "Which one is used depends on what is built. Decide on one, in one place.")
                .At(packages.SeveralVersions.Select(package => $"{package.Name}: {string.Join(", ", package.Versions)}"));
        }

        if (packages.Floating.Count > 0)
        {
            yield return new Finding(
                Severity.Medium, "Packages",
                Text($"{Count(packages.Floating.Count, "package")} without an upper bound"),
                "Tomorrow's build may get another version than today's. Name the version, or keep a lock file.")
                .At(packages.Floating);
        }

        if (packages.WithoutLock.Count > 0)
        {
            yield return new Finding(
                Severity.Medium, "Packages",
                Text($"{Count(packages.WithoutLock.Count, "npm manifest")} without a lock file"),
                "Commit the lock file, so that everybody builds with the same packages.")
                .At(packages.WithoutLock);
        }
    }

    private static IEnumerable<Finding> Operations(Analyzed analyzed)
    {
        if (analyzed.Delivery is { RunsTests: false })
        {
            yield return new Finding(
                Severity.Medium, "CI",
                "CI does not seem to run the tests",
                "Have every change run them before it is merged.")
                .At(analyzed.Delivery.Files);
        }

        if (analyzed.Delivery is { Unpinned.Count: > 0 } delivery)
        {
            yield return new Finding(
                Severity.Low, "CI",
                Text($"{Count(delivery.Unpinned.Count, "action")} of others by tag or branch"),
                "A tag can be moved to other code, which then runs with your secrets. Name the commit.")
                .At(delivery.Unpinned);
        }

        if (analyzed.Containers is { RunAsRoot.Count: > 0 } containers)
        {
            yield return new Finding(
                Severity.Medium, "Containers",
                Text($"{Count(containers.RunAsRoot.Count, "image")} built to run as root"),
                "Add a USER, so that whoever breaks in is not root in the container.")
                .At(containers.RunAsRoot);
        }

        if (analyzed.Containers is { Unpinned.Count: > 0 } images)
        {
            yield return new Finding(
                Severity.Low, "Containers",
                Text($"{Count(images.Unpinned.Count, "base image")} without a version"),
                "Name a version or a digest, so that the image is the same tomorrow.")
                .At(images.Unpinned);
        }

        if (analyzed.Database is { Destructive.Count: > 0 } database)
        {
            yield return new Finding(
                Severity.Low, "Database",
                Text($"{Count(database.Destructive.Count, "SQL statement")} that destroys data"),
                "Make sure that each runs only where it is meant to, and after a backup.")
                .At(database.Destructive);
        }

        if (analyzed.Frontend is { RawHtml.Count: > 0 } raw)
        {
            yield return new Finding(
                Severity.Medium, "Front end",
                Text($"{Count(raw.RawHtml.Count, "place")} where HTML is set unescaped"),
                "If any of it comes from a user, it is a hole for scripts. Escape it, or say beside it why it is safe.")
                .At(raw.RawHtml);
        }

        if (analyzed.Frontend is { ImagesWithoutText.Count: > 0 } images2)
        {
            yield return new Finding(
                Severity.Low, "Front end",
                Text($"{Count(images2.ImagesWithoutText.Count, "image")} without an alt text"),
                "People who can't see the image get nothing in its place. An empty alt is right for decoration.")
                .At(images2.ImagesWithoutText);
        }
    }

    private static IEnumerable<Finding> Documents(Analyzed analyzed)
    {
        if (analyzed.Basics.Readme is null)
        {
            yield return new Finding(
                Severity.Medium, "Documents",
                "There is no readme",
                "Say in a few lines what this is, how it is built and how it is used.");
        }
        else if (analyzed.Basics is { ReadmeWords: < 60 } basics)
        {
            yield return new Finding(
                Severity.Low, "Documents",
                Text($"The readme has {Count(basics.ReadmeWords, "word")}"),
                "Add what a stranger needs: what this is, how it is built, how it is used.")
                .At([basics.Readme]);
        }

        if (analyzed.Basics.Licence is null)
        {
            yield return new Finding(
                Severity.Medium, "Documents",
                "There is no licence",
                "Without one nobody else may use the code. If that is meant, say so in the readme.");
        }

        var missing = analyzed.Basics.Missing.Where(name => name is "Changelog" or "Contribution guide" or "Security policy" || (name == "Ignore rules" && analyzed.Location.HasGit)).ToArray();
        if (missing.Length > 0)
        {
            yield return new Finding(
                Severity.Low, "Documents",
                $"Not there: {string.Join(", ", missing).ToLowerInvariant()}",
                "Whether they are needed depends on who uses the repository; a public one should have them.");
        }
    }

    private static IEnumerable<Finding> People(Analyzed analyzed)
    {
        if (analyzed.Timeline is { AuthorCount: > 2, HalfOfTheWork: 1, Authors: [var first, ..] } timeline)
        {
            yield return new Finding(
                Severity.Low, "People",
                Text($"{first.Name} made {100.0 * first.Commits / timeline.Commits:0} % of all commits"),
                "When that person is away, much knowledge is too. Share it: reviews, pairs, notes on decisions.");
        }
    }

    [GeneratedRegex(@"\b(netcoreapp[\d.]+|net5\.0|net6\.0|net7\.0|net4[0-5]\d?)\b")]
    private static partial Regex OutOfSupport();
}
