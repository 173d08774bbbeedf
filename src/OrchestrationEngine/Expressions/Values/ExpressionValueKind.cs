namespace OrchestrationEngine.Expressions;

/// <summary>The types of CEL that values have here, and the error.</summary>
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
    Timestamp,
    Duration,
    Type,
}
