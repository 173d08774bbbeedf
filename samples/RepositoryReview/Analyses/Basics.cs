using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

/// <summary>The documents and settings that a stranger looks for first.</summary>
internal sealed record Basics(
    string? Readme,
    int ReadmeWords,
    bool ReadmeHasCommands,
    string? Licence,
    string? LicenceKind,
    IReadOnlyList<string> Present,
    IReadOnlyList<string> Missing);

/// <summary>Looks for readme, licence and the like at the root.</summary>
internal sealed partial class BasicsAnalysis : IAnalysis<FilesRequest, Basics>
{
    private static readonly (string Title, string[] Names)[] Expected =
    [
        ("Changelog", ["changelog", "changes", "history", "releases"]),
        ("Contribution guide", ["contributing"]),
        ("Security policy", ["security"]),
        ("Code owners", ["codeowners"]),
        ("Ignore rules", [".gitignore"]),
        ("Editor settings", [".editorconfig"]),
    ];

    public Task<Basics> RunAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var here = request.Files.Files
            .Where(file => !file.Path.Contains('/', StringComparison.Ordinal) || file.Path.StartsWith(".github/", StringComparison.Ordinal) || file.Path.StartsWith("docs/", StringComparison.Ordinal))
            .ToArray();
        var readme = Find(here, "readme");
        var text = readme is null ? null : SourceText.Read(request.Root, readme)?.Text;
        var licence = Find(here, "license") ?? Find(here, "licence") ?? Find(here, "copying");
        var present = Expected.Where(expected => expected.Names.Any(name => Find(here, name) is not null)).Select(expected => expected.Title).ToArray();
        return Task.FromResult(new Basics(
            readme,
            text is null ? 0 : Words().Count(text),
            text is not null && text.Contains("```", StringComparison.Ordinal),
            licence,
            licence is null ? null : KindOf(SourceText.Read(request.Root, licence)?.Text ?? ""),
            present,
            [.. Expected.Select(expected => expected.Title).Except(present)]));
    }

    private static string? Find(FileEntry[] files, string name) => files
        .Select(file => file.Path)
        .Where(path => Path.GetFileName(path) is var last && (last.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (last.StartsWith(name, StringComparison.OrdinalIgnoreCase) && last.Length > name.Length && last[name.Length] is '.' or '-')))
        .OrderBy(path => path.Count(sign => sign == '/'))
        .ThenBy(path => path, StringComparer.Ordinal)
        .FirstOrDefault();

    private static string KindOf(string text)
    {
        return text switch
        {
            _ when Has("Apache License") => "Apache-2.0",
            _ when Has("GNU AFFERO") => "AGPL",
            _ when Has("GNU LESSER") => "LGPL",
            _ when Has("GNU GENERAL PUBLIC") => "GPL",
            _ when Has("Mozilla Public License") => "MPL-2.0",
            _ when Has("Permission is hereby granted, free of charge") => "MIT",
            _ when Has("Permission to use, copy, modify") => "ISC",
            _ when Has("Redistribution and use in source and binary forms") => "BSD",
            _ when Has("This is free and unencumbered software") => "Unlicense",
            _ => "unknown",
        };

        bool Has(string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
