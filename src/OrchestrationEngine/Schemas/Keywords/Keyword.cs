using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>A keyword of a schema, compiled: what it asks of a value. Immutable once its schema is compiled.</summary>
internal abstract class Keyword(SchemaNode node, string name)
{
    /// <summary>The schema that the keyword is in.</summary>
    public SchemaNode Node { get; } = node;

    public string Name { get; } = name;

    /// <summary>Cheap checks come first, and what needs to know of all others comes last.</summary>
    public virtual int Order => 1;

    /// <summary>The schemas that this keyword may apply to the very same value, by which a schema could come back to itself without getting anywhere.</summary>
    public virtual IEnumerable<SchemaNode> InPlace => [];

    /// <summary>Checks a value. It never throws; while violations are collected it notes them.</summary>
    /// <param name="context">The check.</param>
    /// <param name="instance">The value.</param>
    /// <param name="evaluated">Where to note which members or items have been looked at.</param>
    /// <returns>Whether the value keeps to the keyword.</returns>
    public abstract bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated);

}
