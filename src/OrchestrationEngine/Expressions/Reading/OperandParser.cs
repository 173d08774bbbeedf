using System.Diagnostics.CodeAnalysis;

namespace OrchestrationEngine.Expressions;

/// <summary>Reads what stands between operators: literals, paths, lists, maps, parentheses, and the members, indexes and calls behind them.</summary>
internal sealed class OperandParser
{
    private readonly ExpressionParser _parser;
    private readonly TokenCursor _cursor;
    private readonly ReferenceList _references;
    private readonly CallParser _calls;

    public OperandParser(ExpressionParser parser, TokenCursor cursor, ReferenceList references)
    {
        _parser = parser;
        _cursor = cursor;
        _references = references;
        _calls = new(parser, cursor, references);
    }

    public int Variables => _calls.Variables;

    public ExpressionNode? Parse() => _cursor.Kind switch
    {
        TokenKind.Identifier or TokenKind.In => ParseName(),
        _ => ParsePrimary() is { } primary ? ParseRest(primary) : null,
    };

    /// <summary>Reads a number in front of which a minus was read.</summary>
    public ExpressionNode? ParseNegativeNumber() => ParseNumber(negative: true) is { } number ? ParseRest(number) : null;

    private ExpressionNode? ParsePrimary() => _cursor.Kind switch
    {
        TokenKind.OpenParenthesis => ParseParenthesis(),
        TokenKind.OpenBracket => ParseList(),
        TokenKind.OpenBrace => ParseMap(),
        TokenKind.Integer or TokenKind.Double => ParseNumber(negative: false),
        TokenKind.String => Literal(ExpressionValue.Of(_cursor.Current.Text!)),
        TokenKind.True => Literal(ExpressionValue.Of(true)),
        TokenKind.False => Literal(ExpressionValue.Of(false)),
        TokenKind.Null => Literal(ExpressionValue.Null),
        _ => _cursor.Unexpected("expected a value"),
    };

    private ExpressionNode.Literal Literal(ExpressionValue value)
    {
        _cursor.Advance();
        return new(value);
    }

    private ExpressionNode? ParseNumber(bool negative)
    {
        var token = _cursor.Current;
        if (token.Kind == TokenKind.Double)
        {
            return Literal(ExpressionValue.Of(negative ? -token.Number : token.Number));
        }

        return token.Magnitude <= long.MaxValue ? Literal(ExpressionValue.Of(negative ? -(long)token.Magnitude : (long)token.Magnitude))
            : negative && token.Magnitude == 1ul << 63 ? Literal(ExpressionValue.Of(long.MinValue))
            : _cursor.Fail(token.Position, ExpressionErrors.IntegerOutOfRange(token.Position));
    }

    private ExpressionNode? ParseParenthesis()
    {
        var open = _cursor.Current.Position;
        var inner = _parser.Nested(_parser.ParseExpression);
        return inner is not null && _cursor.TryTake(TokenKind.CloseParenthesis, $"expected ')' for the '(' at position {open}") ? inner : null;
    }

    private ExpressionNode? ParseList()
    {
        var open = _cursor.Current.Position;
        var items = _parser.Nested(() => ParseItems(TokenKind.CloseBracket, _parser.ParseExpression));
        return items is not null && _cursor.TryTake(TokenKind.CloseBracket, $"expected ',' or ']' for the '[' at position {open}")
            ? _parser.Bounded(Constants.Fold(new ExpressionNode.List([.. items])))
            : null;
    }

    private ExpressionNode? ParseMap()
    {
        var open = _cursor.Current.Position;
        var entries = _parser.Nested(() => ParseItems(TokenKind.CloseBrace, ParseEntry));
        return entries is not null && _cursor.TryTake(TokenKind.CloseBrace, $"expected ',' or '}}' for the '{{' at position {open}")
            ? _parser.Bounded(Constants.Fold(new ExpressionNode.Map([.. entries.Select(entry => entry.Key)], [.. entries.Select(entry => entry.Value)])))
            : null;
    }

    private MapEntry? ParseEntry()
    {
        var key = _parser.ParseExpression();
        if (key is null || !_cursor.TryTake(TokenKind.Colon, "expected ':' and the value of the key"))
        {
            return null;
        }

        return _parser.ParseExpression() is { } value ? new(key, value) : null;
    }

    /// <summary>Reads items with commas between them; one more comma may stand behind the last.</summary>
    private List<T>? ParseItems<T>(TokenKind closing, Func<T?> rule)
        where T : class
    {
        var items = new List<T>();
        while (_cursor.Kind != closing)
        {
            if (rule() is not { } item)
            {
                return null;
            }

            items.Add(item);
            if (_cursor.Kind != TokenKind.Comma)
            {
                break;
            }

            _cursor.Advance();
        }

        return items;
    }

    /// <summary>Reads a name: a function, the variable of a macro, a type or, together with its members and constant indexes, a path.</summary>
    private ExpressionNode? ParseName()
    {
        var root = _cursor.Current;
        if (!PathParser.TryTakeRoot(_cursor))
        {
            return null;
        }

        if (_cursor.Kind == TokenKind.OpenParenthesis)
        {
            return _calls.ParseFunction(root) is { } call ? ParseRest(call) : null;
        }

        return _calls.FindVariable(root.Text!) is { } variable ? ParseRest(variable) : ParsePath(root);
    }

    private ExpressionNode? ParsePath(Token root)
    {
        var segments = new List<DataPathSegment>();
        while (_cursor.Kind is TokenKind.Dot or TokenKind.OpenBracket)
        {
            if (_cursor.Kind == TokenKind.OpenBracket)
            {
                if (!TryParseIndex(out var index))
                {
                    return null;
                }

                if (Constants.ToSegment(index) is not { } segment)
                {
                    return _parser.Bounded(new ExpressionNode.Index(EndPath(root, segments), index)) is { } element ? ParseRest(element) : null;
                }

                segments.Add(segment);
                continue;
            }

            if (TakeName() is not { } name)
            {
                return null;
            }

            if (_cursor.Kind == TokenKind.OpenParenthesis)
            {
                var isNamespace = segments.Count == 0 && CallParser.IsNamespaced(root, name);
                var call = isNamespace ? _calls.ParseNamespaced(root, name) : _calls.ParseMethod(EndPath(root, segments), name);
                return call is null ? null : ParseRest(call);
            }

            segments.Add(DataPathSegment.Member(name.Text!));
        }

        return EndPath(root, segments);
    }

    private ExpressionNode EndPath(Token root, List<DataPathSegment> segments)
    {
        var path = new DataPath(root.Text!, [.. segments]);
        return Conversions.IsTypeName(path.ToString()) ? new ExpressionNode.Literal(ExpressionValue.Type(path.ToString())) : _references.Read(path, root.Position);
    }

    /// <summary>Reads the members, indexes and calls behind a value that is not a path.</summary>
    private ExpressionNode? ParseRest(ExpressionNode operand)
    {
        var node = operand;
        while (node is not null && _cursor.Kind is TokenKind.Dot or TokenKind.OpenBracket)
        {
            if (_cursor.Kind == TokenKind.OpenBracket)
            {
                node = TryParseIndex(out var index) ? _parser.Bounded(new ExpressionNode.Index(node, index)) : null;
            }
            else if (TakeName() is { } name)
            {
                node = _cursor.Kind == TokenKind.OpenParenthesis ? _calls.ParseMethod(node, name) : _parser.Bounded(new ExpressionNode.Member(node, name.Text!));
            }
            else
            {
                return null;
            }
        }

        return node;
    }

    private Token? TakeName()
    {
        _cursor.Advance();
        var name = _cursor.Current;
        return PathParser.TryTakeName(_cursor) ? name : null;
    }

    private bool TryParseIndex([NotNullWhen(true)] out ExpressionNode? index)
    {
        var position = _cursor.Current.Position + 1;
        index = _parser.Nested(_parser.ParseExpression);
        if (index is ExpressionNode.Literal { Value: { Kind: ExpressionValueKind.Integer, Integer: > int.MaxValue } })
        {
            _cursor.Fail(position, $"The index at position {position} is larger than {int.MaxValue}.");
            return false;
        }

        return index is not null && _cursor.TryTake(TokenKind.CloseBracket, "expected ']'");
    }

    private sealed record MapEntry(ExpressionNode Key, ExpressionNode Value);
}
