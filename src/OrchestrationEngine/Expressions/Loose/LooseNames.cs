using System.Globalization;

namespace OrchestrationEngine.Expressions;

/// <summary>Finds the paths that names stand for. Used for one condition.</summary>
internal sealed class LooseNames
{
    private readonly LooseConditionOptions _options;
    private readonly Dictionary<string, string> _aliases;
    private readonly Dictionary<string, string>? _known;

    public LooseNames(LooseConditionOptions options)
    {
        _options = options;
        _aliases = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, path) in options.Aliases)
        {
            _aliases.TryAdd(name, path);
        }

        if (options.KnownPaths is not null)
        {
            _known = new(StringComparer.OrdinalIgnoreCase);
            foreach (var path in options.KnownPaths)
            {
                var canonical = DataPath.TryParse(path, out var parsed, out _) ? parsed.ToString() : path;
                _known.TryAdd(canonical, canonical);
            }
        }
    }

    /// <summary>Whether a word is certainly a name: one with an alias, or the path to something that exists.</summary>
    public bool IsName(string word)
    {
        var name = word.TrimStart('$');
        return name.Length < word.Length
            || FindAlias(name, out _) is not null
            || (_options.Root is { } root && name.StartsWith(root.Root + ".", StringComparison.Ordinal))
            || (_known is not null && ToPath(name, null) is { } path && IsKnown(path));
    }

    /// <summary>The path that a name stands for, or null with the reason.</summary>
    public DataPath? Find(string word, List<string> assumptions, out string? problem)
    {
        var name = word.TrimStart('$');
        problem = null;
        if (ToPath(name, assumptions) is not { } path)
        {
            problem = $"'{word}' cannot begin a path; give it an alias.";
            return null;
        }

        if (_known is not null && !IsKnown(path))
        {
            var nearest = new NameSuggestions().Find(name, Suggestions());
            problem = $"There is no '{word}'{(path.ToString() == name ? "" : $" ({path})")}{(nearest is null ? "" : $"; the nearest is '{nearest}'")}.";
            return null;
        }

        if (path.ToString() != word)
        {
            assumptions.Add($"'{word}' was read as '{path}'.");
        }

        return path;
    }

    private DataPath? ToPath(string name, List<string>? assumptions)
    {
        var alias = FindAlias(name, out var rest);
        if (alias is not null)
        {
            return DataPath.TryParse(alias, out var target, out _) ? Below(target, rest) : null;
        }

        var segments = Segments(name);
        if (segments.Count == 0 || segments[0].Key is not { } first)
        {
            return null;
        }

        var isRoot = PathParser.IsMemberName(first) && !PathParser.IsReserved(first) && !Conversions.IsTypeName(name);
        var absolute = isRoot ? new DataPath(first, [.. segments.Skip(1)]) : null;
        var isAbsolute = absolute is not null && (_options.Root is not { } root || root.Root == first || (_known is not null && IsKnown(absolute)));
        return isAbsolute ? Spelled(absolute!) : _options.Root is null ? null : Spelled(Below(_options.Root, name));
    }

    /// <summary>The path as what exists is spelled, when only the case of letters differs.</summary>
    private DataPath Spelled(DataPath path) =>
        _known is not null && _known.TryGetValue(path.ToString(), out var known) && DataPath.TryParse(known, out var spelled, out _) ? spelled : path;

    /// <summary>Finds the alias of the longest beginning of a name.</summary>
    private string? FindAlias(string name, out string rest)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (_aliases.TryGetValue(name[..end], out var path))
            {
                rest = name[end..].TrimStart('.');
                return path;
            }
        }

        rest = "";
        return null;
    }

    private bool IsKnown(DataPath path)
    {
        for (var length = path.Segments.Count; length >= 0; length--)
        {
            if (_known!.ContainsKey(new DataPath(path.Root, [.. path.Segments.Take(length)]).ToString()))
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<string> Suggestions()
    {
        var below = _options.Root is null ? null : _options.Root + ".";
        return _aliases.Keys.Concat(_known!.Values.Select(path => below is not null && path.StartsWith(below, StringComparison.Ordinal) ? path[below.Length..] : path));
    }

    private static DataPath Below(DataPath path, string rest) => Segments(rest).Aggregate(path, (longer, step) => step.Key is { } key ? longer.Member(key) : longer.Element(step.Index));

    private static List<DataPathSegment> Segments(string name)
    {
        var segments = new List<DataPathSegment>();
        foreach (var part in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var open = part.IndexOf('[', StringComparison.Ordinal);
            if (open != 0)
            {
                segments.Add(DataPathSegment.Member(open < 0 ? part : part[..open]));
            }

            foreach (var index in open < 0 ? [] : part[open..].Split(['[', ']'], StringSplitOptions.RemoveEmptyEntries))
            {
                segments.Add(int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? DataPathSegment.Element(number) : DataPathSegment.Member(index));
            }
        }

        return segments;
    }
}
