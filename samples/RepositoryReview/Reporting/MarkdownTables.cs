using System.Globalization;
using System.Text;
using RepositoryReview.Analyses;
using static RepositoryReview.Reporting.MarkdownReport;

namespace RepositoryReview.Reporting;

/// <summary>The figures of a review, a section each, where there are any.</summary>
internal static class MarkdownTables
{
    private const int MaxRows = 15;
    private const int MaxToDos = 60;

    public static void Write(StringBuilder text, Analyzed analyzed)
    {
        Hotspots(text, analyzed.Hotspots);
        Sizes(text, analyzed.Size);
        Tests(text, analyzed.Tests);
        Projects(text, analyzed.Projects);
        Packages(text, analyzed.Packages);
        History(text, analyzed.Timeline);
        Infrastructure(text, analyzed);
        ToDos(text, analyzed.Markers);
    }

    private static void Hotspots(StringBuilder text, HotspotReport? report) => Table(
        text,
        "Hot spots",
        "Large files that change often, the hottest first: heat is commits times the root of the lines of code, against the hottest file.",
        ["File", "Heat", "Commits", "Authors", "Lines", "Branches"],
        (report?.Files ?? []).Take(MaxRows).Select(file => new[] { Code(file.Path), Number(file.Score), Number(file.Commits), Number(file.Authors), Number(file.Lines), Number(file.Complexity) }));

    private static void Sizes(StringBuilder text, SizeReport? size)
    {
        if (size is null)
        {
            return;
        }

        var comments = size.CodeLines == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" For 100 lines of code there are {100.0 * size.CommentLines / size.CodeLines:0} lines of comments.");
        Table(
            text,
            "Languages",
            string.Create(CultureInfo.InvariantCulture, $"{size.Lines:N0} lines in all, {size.CodeLines:N0} of them code.{comments}"),
            ["Language", "Files", "Size", "Lines", "Lines of code"],
            size.Languages.Take(MaxRows).Select(language => new[] { Plain(language.Language), Number(language.Files), Bytes(language.Bytes), Number(language.Lines), language.CodeLines == 0 ? "" : Number(language.CodeLines) }));
        Table(
            text,
            "Longest files",
            size.Generated == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"Without {size.Generated:N0} files that are generated or bundled."),
            ["File", "Lines", "Lines of code", "Branches"],
            size.Longest.Select(Row));
        Table(text, "Most branches", null, ["File", "Lines", "Lines of code", "Branches"], size.MostComplex.Select(Row));

        static string[] Row(FileSize file) => [Code(file.Path), Number(file.Lines), Number(file.CodeLines), Number(file.Complexity)];
    }

    private static void Tests(StringBuilder text, TestReport? tests)
    {
        if (tests is { Tests: > 0 })
        {
            Table(
                text,
                "Tests",
                string.Create(CultureInfo.InvariantCulture, $"{tests.Tests:N0} tests in {tests.Files:N0} files; {tests.TestLines:N0} lines of tests, {tests.CodeLines:N0} lines of other code. A test with many cases counts once."),
                ["Folder", "Language", "Files", "Tests"],
                tests.Suites.Take(MaxRows).Select(suite => new[] { Code(suite.Folder), suite.Language, Number(suite.Files), Number(suite.Tests) }));
        }
    }

    private static void Projects(StringBuilder text, ProjectGraph? graph) => Table(
        text,
        "Projects",
        null,
        ["Project", "Kind", "Target", "Built on"],
        (graph?.Projects ?? []).Take(60).Select(project => new[] { Code(project.Path), project.Kind, Plain(project.Target ?? ""), string.Join(", ", project.References.Select(reference => Plain(Path.GetFileNameWithoutExtension(reference)))) }));

    private static void Packages(StringBuilder text, PackageReport? packages) => Table(
        text,
        "Packages",
        packages is { Total: > 60 } ? string.Create(CultureInfo.InvariantCulture, $"The first 60 of {packages.Total:N0}; all of them, up to 600, are in `review.json`.") : null,
        ["Package", "From", "Version", "Manifests"],
        (packages?.Packages ?? []).Take(60).Select(package => new[] { Code(package.Name), package.Ecosystem, Plain(string.Join(", ", package.Versions)), Number(package.Manifests) }));

    private static void History(StringBuilder text, Timeline? timeline)
    {
        if (timeline is null)
        {
            return;
        }

        Table(text, "People", null, ["Author", "Commits"], timeline.Authors.Take(10).Select(author => new[] { Plain(author.Name), Number(author.Commits) }));
        var most = timeline.Months.Count == 0 ? 1 : timeline.Months.Max(month => month.Commits);
        Table(
            text,
            "Activity",
            timeline.LatestTag is { } tag ? string.Create(CultureInfo.InvariantCulture, $"{timeline.TagCount:N0} tags, the newest is {Code(tag)}.") : "No tags.",
            ["Month", "Commits", ""],
            timeline.Months.TakeLast(24).Select(month => new[] { month.Name, Number(month.Commits), new string('█', Math.Max(1, 24 * month.Commits / most)) }));
    }

    private static void Infrastructure(StringBuilder text, Analyzed analyzed)
    {
        var rows = new List<string[]>();
        Add("CI", analyzed.Delivery?.Files);
        Add("Actions", analyzed.Delivery?.Actions);
        Add("Container files", analyzed.Containers?.Files);
        Add("Images", analyzed.Containers?.Images);
        Add("Tables", analyzed.Database?.Tables);
        Add("Front-end files", analyzed.Frontend?.Files.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key}: {kind.Value:N0}")).ToArray());
        Table(text, "Around the code", null, ["What", "Found"], rows);

        void Add(string what, IReadOnlyList<string>? found)
        {
            if (found is { Count: > 0 })
            {
                rows.Add([what, string.Join(", ", found.Take(30).Select(Code)) + (found.Count > 30 ? ", …" : "")]);
            }
        }
    }

    private static void ToDos(StringBuilder text, MarkerReport? markers) => Table(
        text,
        "Open to-dos",
        markers is { Total: > MaxToDos } ? string.Create(CultureInfo.InvariantCulture, $"The first {MaxToDos} of {markers.Total:N0}.") : null,
        ["Where", "Kind", "What"],
        (markers?.ToDos ?? []).Take(MaxToDos).Select(todo => new[] { Code(string.Create(CultureInfo.InvariantCulture, $"{todo.Path}:{todo.Line}")), todo.Kind, Plain(todo.Text) }));

    private static void Table(StringBuilder text, string title, string? introduction, string[] columns, IEnumerable<string[]> rows)
    {
        var all = rows.ToArray();
        if (all.Length == 0)
        {
            return;
        }

        text.Append("## ").Append(title).Append("\n\n");
        text.Append(introduction is null ? "" : introduction + "\n\n");
        text.Append("| ").AppendJoin(" | ", columns).Append(" |\n");
        text.Append('|').AppendJoin('|', columns.Select((_, column) => all.All(row => IsNumber(row[column])) && all.Any(row => row[column].Length > 0) ? "---:" : "---")).Append("|\n");
        foreach (var row in all)
        {
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        }

        text.Append('\n');
    }

    private static bool IsNumber(string text) => text.Length == 0 || char.IsAsciiDigit(text[0]) && text.All(sign => char.IsAsciiDigit(sign) || sign is ',');

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => bytes switch
    {
        < 10 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0:0.0} MiB"),
    };
}
