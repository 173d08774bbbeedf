namespace OrchestrationEngine.Expressions;

/// <summary>The types of CEL that values have so far, and the error.</summary>
internal enum ExpressionValueKind
{
    Error,
    Null,
    Boolean,
    Integer,
    Double,
    String,
    List,
    Map,
}
