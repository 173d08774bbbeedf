namespace OrchestrationEngine.Expressions;

/// <summary>What is known about the names in a condition that was written loosely. Immutable, as far as what is given to it is.</summary>
public sealed record LooseConditionOptions
{
    /// <summary>What names stand for: a name or the beginning of one, and the whole path that takes its place. Upper and lower case do not matter in the names.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>The path below which a name is looked for that has no alias and does not begin with this path's own root.</summary>
    /// <value>The default is none: names are paths as they stand.</value>
    public DataPath? Root { get; init; }

    /// <summary>The paths that exist, when that is known. A name that leads to none of them, nor below one, is an error; and a word that is one is no text.</summary>
    /// <value>The default is null: any name will do, and a word behind an operator is a text.</value>
    public IReadOnlyCollection<string>? KnownPaths { get; init; }

    /// <summary>The path of the object whose members are the artifacts, for <c>report.json exists</c>.</summary>
    /// <value>The default is <c>artifacts</c>.</value>
    public string Artifacts { get; init; } = "artifacts";

    /// <summary>Whether texts are equal when they differ in the case of the letters a to z only.</summary>
    /// <value>The default is true.</value>
    public bool IgnoreCase { get; init; } = true;
}
