namespace OrchestrationEngine.Artifacts;

/// <summary>A name of an artifact, a document or a file is not safe, or what it names lies outside its folder. Nothing was read or written.</summary>
public sealed class UnsafePathException : OrchestrationException
{
    private const int MostShown = 120;

    private UnsafePathException(string message, string name)
        : base(message)
    {
        UnsafeName = name;
    }

    /// <summary>The name as it was given.</summary>
    public string UnsafeName { get; }

    internal static UnsafePathException Name(string? name, string problem)
        => new($"The name '{Shown(name)}' {problem}. Use a relative name such as 'reports/summary.md'; nothing was read or written.", name ?? "");

    internal static UnsafePathException Leaves(string root, string name, string link, string target)
        => new($"'{Shown(name)}' leaves the folder '{root}': '{link}' is a link to '{target}'. Remove the link, or put what it leads to into the folder; nothing was read or written.", name);

    internal static UnsafePathException Link(string root, string name, string link)
        => new($"'{Shown(name)}' in the folder '{root}' goes through too many links, or '{link}' leads back to itself. Remove the link; nothing was read or written.", name);

    internal static UnsafePathException Changed(string root, string name, string found)
        => new($"'{Shown(name)}' in the folder '{root}' was replaced while it was opened: what was opened is '{found}'. Nothing of it was used.", name);

    // Whoever chose the name must not write into a terminal or a log through it.
    private static string Shown(string? name)
    {
        var text = string.Concat((name ?? "").Take(MostShown).Select(unit => char.IsControl(unit) || char.IsSurrogate(unit) || unit is >= '\u2028' and <= '\u202E' ? '\uFFFD' : unit));
        return name?.Length > MostShown ? text + "..." : text;
    }
}
