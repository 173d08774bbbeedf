namespace OrchestrationEngine.Plans;

/// <summary>
/// Takes over a result that was made before by the same version of the same agent, from the same inputs, under the same contracts: in this run or another
/// one of the same store. The journal says that it was taken over, and from where.
/// </summary>
public sealed record MemoDefinition
{
    /// <summary>How old the result may be; null for any age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>What the result depends on besides, as a template: results with another value are not taken over. Null for nothing.</summary>
    public DataTemplate? Key { get; init; }
}
