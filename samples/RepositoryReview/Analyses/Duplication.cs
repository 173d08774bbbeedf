using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

internal sealed record Duplicate(string Path, int Line, string OtherPath, int OtherLine, int Lines);

/// <summary>Hints at copied code, the longest first.</summary>
internal sealed record DuplicationReport(int Blocks, int Lines, bool IsCut, IReadOnlyList<Duplicate> Longest);

/// <summary>Compares windows of lines by their hash, without blanks, comments, imports and lone brackets.</summary>
internal sealed class DuplicationAnalysis : IAnalysis<FilesRequest, DuplicationReport>
{
    private const int Window = 8;
    private const int MinCharacters = 160;
    private const int MaxLines = 600_000;
    private const int MaxListed = 15;

    // What is in more places than this is boilerplate that a framework asks for.
    private const int MaxPlaces = 12;

    public Task<DuplicationReport> RunAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var files = new List<(string Path, List<SignificantLine> Lines)>();
        var total = 0;
        foreach (var file in request.Files.Code.Where(file => Language.IsWrittenByPeople(file.Path)).TakeWhile(_ => total < MaxLines))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lines = Significant(request.Root, file);
            total += lines.Count;
            files.Add((file.Path, lines));
        }

        var places = Places(files, cancellationToken);
        var blocks = Blocks(files, places);
        var longest = blocks.OrderByDescending(block => block.Lines).ThenBy(block => block.Path, StringComparer.Ordinal).ThenBy(block => block.Line).Take(MaxListed);
        return Task.FromResult(new DuplicationReport(blocks.Count, blocks.Sum(block => block.Lines), total >= MaxLines, [.. longest]));
    }

    private static List<SignificantLine> Significant(string root, FileEntry file)
    {
        var lines = new List<SignificantLine>();
        var inBlock = false;
        foreach (var (number, text) in SourceText.Read(root, file.Path)?.Lines() ?? [])
        {
            var line = text.AsSpan().Trim();
            if (line.Length > 2 && !Comments.IsComment(line, file.Language, ref inBlock) && !IsImport(line))
            {
                lines.Add(new(number, StableHash(line), line.Length));
            }
        }

        return lines;
    }

    private static bool IsImport(ReadOnlySpan<char> line)
        => line.StartsWith("using ") || line.StartsWith("import ") || line.StartsWith("from ") || line.StartsWith("#include") || line.StartsWith("require") || line.StartsWith("namespace ");

    private static Dictionary<ulong, (int File, int Line, int Places)> Places(List<(string Path, List<SignificantLine> Lines)> files, CancellationToken cancellationToken)
    {
        var places = new Dictionary<ulong, (int File, int Line, int Places)>();
        for (var file = 0; file < files.Count; file++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var line = 0; line + Window <= files[file].Lines.Count; line++)
            {
                if (WindowHash(files[file].Lines, line) is { } hash)
                {
                    places[hash] = places.TryGetValue(hash, out var first) ? first with { Places = first.Places + 1 } : (file, line, 1);
                }
            }
        }

        return places;
    }

    private static List<Duplicate> Blocks(List<(string Path, List<SignificantLine> Lines)> files, Dictionary<ulong, (int File, int Line, int Places)> places)
    {
        var blocks = new List<Duplicate>();
        for (var file = 0; file < files.Count; file++)
        {
            var (path, lines) = files[file];
            for (var line = 0; line + Window <= lines.Count; line++)
            {
                if (FirstElsewhere(lines, line) is not { } first)
                {
                    continue;
                }

                var length = Window;
                var other = files[first.File].Lines;
                while (line + length < lines.Count && first.Line + length < other.Count && lines[line + length].Hash == other[first.Line + length].Hash
                    && (first.File != file || first.Line + length < line))
                {
                    length++;
                }

                blocks.Add(new(path, lines[line].Number, files[first.File].Path, other[first.Line].Number, length));
                line += length - 1;
            }

            (int File, int Line)? FirstElsewhere(List<SignificantLine> own, int line)
                => WindowHash(own, line) is { } hash
                    && places[hash] is { Places: <= MaxPlaces } place
                    && (place.File != file || place.Line + Window <= line)
                    ? (place.File, place.Line)
                    : null;
        }

        return blocks;
    }

    private static ulong? WindowHash(List<SignificantLine> lines, int start)
    {
        var (hash, characters) = (14695981039346656037UL, 0);
        for (var line = start; line < start + Window; line++)
        {
            hash = (hash ^ lines[line].Hash) * 1099511628211UL;
            characters += lines[line].Length;
        }

        return characters < MinCharacters ? null : hash;
    }

    // The framework's own hash of a string differs from process to process.
    private static ulong StableHash(ReadOnlySpan<char> line)
    {
        var hash = 14695981039346656037UL;
        foreach (var sign in line)
        {
            hash = (hash ^ sign) * 1099511628211UL;
        }

        return hash;
    }

    private readonly record struct SignificantLine(int Number, ulong Hash, int Length);
}
