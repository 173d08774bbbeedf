namespace OrchestrationEngine.Schemas;

/// <summary>A text is not a schema that can be used. The message lists all that is wrong with it.</summary>
public sealed class SchemaException : OrchestrationException
{
    private const int MostShown = 20;

    internal SchemaException(IReadOnlyList<SchemaProblem> problems)
        : base(Describe([.. problems.Where(problem => problem.Severity == SchemaSeverity.Error)]))
    {
        Problems = problems;
    }

    /// <summary>All that is wrong with the schema, warnings included.</summary>
    public IReadOnlyList<SchemaProblem> Problems { get; }

    private static string Describe(IReadOnlyList<SchemaProblem> errors)
    {
        var shown = errors.Take(MostShown).Select(error => $"- {error}");
        var rest = errors.Count > MostShown ? $"\n- and {errors.Count - MostShown} more" : string.Empty;
        return errors.Count == 1
            ? $"The JSON Schema cannot be used: {errors[0]}"
            : $"The JSON Schema cannot be used, for {errors.Count} reasons:\n{string.Join('\n', shown)}{rest}";
    }
}
