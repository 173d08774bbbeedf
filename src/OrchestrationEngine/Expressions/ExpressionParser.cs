namespace OrchestrationEngine.Expressions;

/// <summary>
/// Reads a condition into a tree, by descent: a rule a precedence, the loosest first. A rule that fails returns null and leaves the error with
/// the cursor.
/// </summary>
internal sealed class ExpressionParser(TokenCursor cursor)
{
    private const int MaxDepth = 64;

    private readonly List<DataPath> _references = [];
    private readonly HashSet<DataPath> _known = [];
    private int _depth;

    /// <summary>The paths read so far, each once.</summary>
    public IReadOnlyList<DataPath> References => _references.AsReadOnly();

    public ExpressionNode? Parse() => cursor.ReadWhole(ParseAny, "expression");

    private ExpressionNode? ParseAny() => ParseChain(TokenKind.Or, ParseAll, operands => new ExpressionNode.Any(operands));

    private ExpressionNode? ParseAll() => ParseChain(TokenKind.And, ParseEquality, operands => new ExpressionNode.All(operands));

    private ExpressionNode? ParseChain(TokenKind separator, Func<ExpressionNode?> rule, Func<ExpressionNode[], ExpressionNode> join)
    {
        var first = rule();
        if (first is null || cursor.Kind != separator)
        {
            return first;
        }

        var operands = new List<ExpressionNode> { first };
        while (cursor.Kind == separator)
        {
            cursor.Advance();
            if (rule() is not { } operand)
            {
                return null;
            }

            operands.Add(operand);
        }

        return join([.. operands]);
    }

    private ExpressionNode? ParseEquality()
    {
        var left = ParseUnary();
        var depth = _depth;
        while (left is not null && cursor.Kind is TokenKind.Equal or TokenKind.NotEqual)
        {
            // Each operator of a chain makes the tree one level deeper, as a parenthesis does.
            if (!TryNest())
            {
                return null;
            }

            var negated = cursor.Kind == TokenKind.NotEqual;
            cursor.Advance();
            left = ParseUnary() is { } right ? new ExpressionNode.Equality(left, right, negated) : null;
        }

        _depth = depth;
        return left;
    }

    private ExpressionNode? ParseUnary()
    {
        if (cursor.Kind == TokenKind.Not)
        {
            return Nested(() => ParseUnary() is { } operand ? new ExpressionNode.Negation(operand) : null);
        }

        if (cursor.Kind != TokenKind.Minus)
        {
            return ParsePrimary();
        }

        var minus = cursor.Current;
        cursor.Advance();
        return cursor.Kind is TokenKind.Integer or TokenKind.Double
            ? ParseNumber(negative: true)
            : cursor.Fail(minus.Position, $"Unexpected '-' at position {minus.Position}; a minus can only be the sign of a number.");
    }

    private ExpressionNode? ParsePrimary() => cursor.Kind switch
    {
        TokenKind.Identifier => ParseReference(),
        TokenKind.OpenParenthesis => ParseParenthesis(),
        TokenKind.Integer or TokenKind.Double => ParseNumber(negative: false),
        TokenKind.String => Literal(ExpressionValue.Of(cursor.Current.Text!)),
        TokenKind.True => Literal(ExpressionValue.Of(true)),
        TokenKind.False => Literal(ExpressionValue.Of(false)),
        TokenKind.Null => Literal(ExpressionValue.Null),
        _ => cursor.Unexpected("expected a value"),
    };

    private ExpressionNode? ParseParenthesis()
    {
        var open = cursor.Current.Position;
        var inner = Nested(ParseAny);
        if (inner is null)
        {
            return null;
        }

        if (cursor.Kind != TokenKind.CloseParenthesis)
        {
            return cursor.Unexpected($"expected ')' for the '(' at position {open}");
        }

        cursor.Advance();
        return inner;
    }

    private ExpressionNode? ParseNumber(bool negative)
    {
        var token = cursor.Current;
        if (token.Kind == TokenKind.Double)
        {
            return Literal(ExpressionValue.Of(negative ? -token.Number : token.Number));
        }

        return token.Magnitude <= long.MaxValue ? Literal(ExpressionValue.Of(negative ? -(long)token.Magnitude : (long)token.Magnitude))
            : negative && token.Magnitude == 1ul << 63 ? Literal(ExpressionValue.Of(long.MinValue))
            : cursor.Fail(token.Position, ExpressionErrors.IntegerOutOfRange(token.Position));
    }

    private ExpressionNode.Literal Literal(ExpressionValue value)
    {
        cursor.Advance();
        return new(value);
    }

    private ExpressionNode.Reference? ParseReference()
    {
        var path = PathParser.Parse(cursor);
        if (path is not null && _known.Add(path))
        {
            _references.Add(path);
        }

        return path is null ? null : new(path);
    }

    /// <summary>Goes past the current token and one level deeper for the length of a rule.</summary>
    private ExpressionNode? Nested(Func<ExpressionNode?> rule)
    {
        if (!TryNest())
        {
            return null;
        }

        cursor.Advance();
        var node = rule();
        _depth--;
        return node;
    }

    private bool TryNest()
    {
        if (_depth == MaxDepth)
        {
            cursor.Fail(cursor.Current.Position, $"The expression is nested more than {MaxDepth} deep at position {cursor.Current.Position}.");
            return false;
        }

        _depth++;
        return true;
    }
}
