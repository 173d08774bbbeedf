using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>How a schema is compiled and what its checks may cost.</summary>
public sealed record SchemaOptions
{
    internal static SchemaOptions Default { get; } = new();

    /// <summary>The version of a schema that doesn't name one with <c>$schema</c>.</summary>
    /// <value>The default is <see cref="SchemaDraft.Draft202012"/>.</value>
    public SchemaDraft DefaultDraft { get; init; } = SchemaDraft.Draft202012;

    /// <summary>Whether <c>format</c> is checked. Otherwise it is only an annotation, as the standard has it, unless the meta-schema asks for the check.</summary>
    /// <value>The default is false.</value>
    public bool AssertFormats { get; init; }

    /// <summary>The identifier of a schema that has no absolute <c>$id</c>, against which its references are resolved.</summary>
    /// <value>The default is null: references can only lead to the document itself, to absolute identifiers, and to relative ones of the registry.</value>
    public Uri? BaseUri { get; init; }

    /// <summary>Further documents that references may lead to.</summary>
    /// <value>The default is null: none but the meta-schemas of the two drafts.</value>
    public SchemaRegistry? Registry { get; init; }

    /// <summary>
    /// Gives the document of an identifier that neither the schema nor the registry has, or null when there is none. It is called while the schema is
    /// compiled, never while something is checked. Without it nothing is ever fetched.
    /// </summary>
    /// <value>The default is null.</value>
    public Func<Uri, JsonElement?>? Resolver { get; init; }

    /// <summary>How many documents one schema may draw in through its references.</summary>
    /// <value>The default is 256.</value>
    public int MaxDocuments { get; init; } = 256;

    /// <summary>How many bytes of JSON each document of a schema may have.</summary>
    /// <value>The default is 4 MiB.</value>
    public int MaxSchemaBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many bytes of JSON may be checked at once.</summary>
    /// <value>The default is 64 MiB.</value>
    public int MaxInstanceBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How deep documents may be nested, schemas and what they check alike, when they are given as text.</summary>
    /// <value>The default is 128.</value>
    public int MaxNesting { get; init; } = 128;

    /// <summary>How many schemas may be in evaluation within one another: what a nested value and the references of its schema add up to. A check that needs more fails.</summary>
    /// <value>The default is 1,000.</value>
    public int MaxDepth { get; init; } = 1_000;

    /// <summary>How many steps one check may take: each is a value under a schema, or a comparison. A check that needs more fails.</summary>
    /// <value>The default is 20,000,000, which is some seconds.</value>
    public long MaxSteps { get; init; } = 20_000_000;

    /// <summary>How many violations are listed. The others are not looked for.</summary>
    /// <value>The default is 100.</value>
    public int MaxViolations { get; init; } = 100;

    /// <summary>How many characters a pattern may have.</summary>
    /// <value>The default is 4,096.</value>
    public int MaxPatternLength { get; init; } = 4_096;

    /// <summary>How long one match of a pattern may take. A check whose pattern needs longer fails.</summary>
    /// <value>The default is one second.</value>
    public TimeSpan PatternTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether patterns are accepted that cannot be matched in linear time: with look-around, back-references or <c>\b</c>. They are under
    /// <see cref="PatternTimeout"/> like all others.
    /// </summary>
    /// <value>The default is true.</value>
    public bool AllowBacktracking { get; init; } = true;

    internal void ThrowIfWrong()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDocuments, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSchemaBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInstanceBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNesting, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxViolations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPatternLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PatternTimeout, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PatternTimeout, TimeSpan.FromDays(1));
        if (!Enum.IsDefined(DefaultDraft))
        {
            throw new ArgumentOutOfRangeException(nameof(DefaultDraft), DefaultDraft, "The draft is not one that is known.");
        }
    }
}
