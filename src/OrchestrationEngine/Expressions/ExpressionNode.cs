namespace OrchestrationEngine.Expressions;

/// <summary>The immutable tree of an expression. A new construct is a new case here, a rule in the parser and a line in the evaluator.</summary>
internal abstract record ExpressionNode
{
    private ExpressionNode()
    {
    }

    public sealed record Literal(ExpressionValue Value) : ExpressionNode;

    public sealed record Reference(DataPath Path) : ExpressionNode;

    public sealed record Negation(ExpressionNode Operand) : ExpressionNode;

    public sealed record Equality(ExpressionNode Left, ExpressionNode Right, bool Negated) : ExpressionNode;

    /// <summary>A chain of <c>&amp;&amp;</c>, flat so that a long one does not make a deep tree.</summary>
    public sealed record All(ExpressionNode[] Operands) : ExpressionNode;

    /// <summary>A chain of <c>||</c>.</summary>
    public sealed record Any(ExpressionNode[] Operands) : ExpressionNode;
}
