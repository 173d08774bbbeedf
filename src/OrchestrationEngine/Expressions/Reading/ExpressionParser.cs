namespace OrchestrationEngine.Expressions;

/// <summary>
/// Reads an expression into a tree, by descent: a rule a precedence, the loosest first. A rule that fails returns null and leaves the error with
/// the cursor.
/// </summary>
internal sealed class ExpressionParser
{
    private const int MaxDepth = 64;

    private readonly TokenCursor _cursor;
    private readonly OperandParser _operands;
    private int _depth;

    public ExpressionParser(TokenCursor cursor, ReferenceList references)
    {
        _cursor = cursor;
        _operands = new(this, cursor, references);
    }

    /// <summary>How many variables the macros need at the same time.</summary>
    public int Variables => _operands.Variables;

    public ExpressionNode? ParseWhole() => _cursor.ReadWhole(ParseExpression, "expression");

    public ExpressionNode? ParseExpression()
    {
        var condition = ParseAny();
        if (condition is null || _cursor.Kind != TokenKind.Question)
        {
            return condition;
        }

        var question = _cursor.Current.Position;
        var whenTrue = Nested(ParseAny);
        if (whenTrue is null)
        {
            return null;
        }

        if (_cursor.Kind != TokenKind.Colon)
        {
            return _cursor.Unexpected($"expected ':' for the '?' at position {question}");
        }

        return Nested(ParseExpression) is { } whenFalse ? Bounded(new ExpressionNode.Choice(condition, whenTrue, whenFalse)) : null;
    }

    /// <summary>Goes past the current token and one level deeper for the length of a rule.</summary>
    public T? Nested<T>(Func<T?> rule)
        where T : class
    {
        if (_depth == MaxDepth)
        {
            FailTooDeep();
            return null;
        }

        _depth++;
        _cursor.Advance();
        var node = rule();
        _depth--;
        return node;
    }

    /// <summary>Refuses a tree that is too deep to be descended.</summary>
    public ExpressionNode? Bounded(ExpressionNode node) => node.Depth <= MaxDepth ? node : FailTooDeep();

    private ExpressionNode? FailTooDeep() =>
        _cursor.Fail(_cursor.Current.Position, $"The expression is nested more than {MaxDepth} deep at position {_cursor.Current.Position}.");

    private ExpressionNode? ParseAny() => ParseChain(TokenKind.Or, ParseAll, operands => new ExpressionNode.Any(operands));

    private ExpressionNode? ParseAll() => ParseChain(TokenKind.And, () => ParseBinary(Symbols.Relation), operands => new ExpressionNode.All(operands));

    private ExpressionNode? ParseChain(TokenKind separator, Func<ExpressionNode?> rule, Func<ExpressionNode[], ExpressionNode> join)
    {
        var first = rule();
        if (first is null || _cursor.Kind != separator)
        {
            return first;
        }

        var operands = new List<ExpressionNode> { first };
        while (_cursor.Kind == separator)
        {
            _cursor.Advance();
            if (rule() is not { } operand)
            {
                return null;
            }

            operands.Add(operand);
        }

        return Bounded(join([.. operands]));
    }

    private ExpressionNode? ParseBinary(int precedence)
    {
        var left = ParseTighter(precedence);
        while (left is not null && Symbols.PrecedenceOf(_cursor.Kind) == precedence)
        {
            var symbol = _cursor.Kind;
            _cursor.Advance();
            left = ParseTighter(precedence) is { } right ? Bounded(new ExpressionNode.Binary(symbol, left, right)) : null;
        }

        return left;
    }

    private ExpressionNode? ParseTighter(int precedence) => precedence == Symbols.Product ? ParseUnary() : ParseBinary(precedence + 1);

    private ExpressionNode? ParseUnary()
    {
        switch (_cursor.Kind)
        {
            case TokenKind.Not:
                return Nested(ParseUnary) is { } denied ? Bounded(new ExpressionNode.Negation(denied)) : null;
            case TokenKind.Minus:
                var operand = Nested(() => _cursor.Kind is TokenKind.Integer or TokenKind.Double ? _operands.ParseNegativeNumber() : Minus());
                return operand is null ? null : Bounded(operand);
            default:
                return _operands.Parse();
        }
    }

    private ExpressionNode.Minus? Minus() => ParseUnary() is { } operand ? new ExpressionNode.Minus(operand) : null;
}
