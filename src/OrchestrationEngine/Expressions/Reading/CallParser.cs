namespace OrchestrationEngine.Expressions;

/// <summary>Reads the calls of functions and macros, and keeps the variables of the macros around the place that is being read.</summary>
internal sealed class CallParser(ExpressionParser parser, TokenCursor cursor, ReferenceList references)
{
    private readonly List<string> _variables = [];
    private readonly NameSuggestions _suggestions = new();

    public int Variables { get; private set; }

    public ExpressionNode.Variable? FindVariable(string name)
    {
        var slot = _variables.LastIndexOf(name);
        return slot < 0 ? null : new(name, slot);
    }

    /// <summary>Whether a name and what stands behind its dot are together the name of a function.</summary>
    public static bool IsNamespaced(Token root, Token name) => ExpressionFunctions.TryGet($"{root.Text}.{name.Text}", out _);

    public ExpressionNode? ParseNamespaced(Token root, Token name) => ParseCall(new(TokenKind.Identifier, root.Position, root.Length, $"{root.Text}.{name.Text}"), null);

    /// <summary>Reads <c>name(...)</c>; the parenthesis is the current token.</summary>
    public ExpressionNode? ParseFunction(Token name) =>
        name.Text == "has" ? ParseHas(name)
        : ExpressionFunctions.Macros.ContainsKey(name.Text!) ? Fail(name, $"is called on a list or an object: {MacroForm(name.Text!)}")
        : ParseCall(name, null);

    /// <summary>Reads <c>receiver.name(...)</c>; the parenthesis is the current token.</summary>
    public ExpressionNode? ParseMethod(ExpressionNode receiver, Token name) =>
        name.Text == "has" ? Fail(name, "is called with a member: has(a.b)")
        : ExpressionFunctions.Macros.TryGetValue(name.Text!, out var macro) ? ParseMacro(macro, receiver, name)
        : ParseCall(name, receiver);

    private static string MacroForm(string name) => name switch
    {
        "map" => "list.map(x, value) or list.map(x, condition, value)",
        _ => $"list.{name}(x, condition)",
    };

    private ExpressionNode? Fail(Token name, string what) => cursor.Fail(name.Position, $"'{name.Text}' at position {name.Position} {what}.");

    private ExpressionNode? ParseCall(Token name, ExpressionNode? receiver)
    {
        if (!ExpressionFunctions.TryGet(name.Text!, out var function))
        {
            var nearest = _suggestions.Find(name.Text, ExpressionFunctions.Names);
            return cursor.Fail(name.Position, $"There is no function '{name.Text}' (position {name.Position}){(nearest is null ? "" : $"; the nearest is '{nearest}'")}.");
        }

        if (!function.Form.HasFlag(receiver is null ? CallForm.Function : CallForm.Method))
        {
            return Fail(name, $"is called as {function.Usage}");
        }

        var positions = new List<int>();
        var arguments = ParseArguments(name, positions);
        if (arguments is null)
        {
            return null;
        }

        if (receiver is not null)
        {
            arguments.Insert(0, receiver);
            positions.Insert(0, name.Position);
        }

        if (arguments.Count < function.MinArguments || arguments.Count > function.MaxArguments)
        {
            var without = receiver is null ? 0 : 1;
            var most = function.MaxArguments - without;
            var allowed = function.MinArguments == function.MaxArguments ? $"{most}" : $"{function.MinArguments - without} to {most}";
            return Fail(name, $"takes {(function.MaxArguments == int.MaxValue ? "at least one" : allowed)} in its parentheses, as in {function.Usage}, and was given {arguments.Count - without}");
        }

        TextPattern? pattern = null;
        if (function.Name == "matches" && arguments[1] is ExpressionNode.Literal { Value: { Kind: ExpressionValueKind.String } text } && !TextPattern.TryRead(text.Text, out pattern, out var problem))
        {
            return cursor.Fail(positions[1], $"The pattern at position {positions[1]} cannot be used: {problem}");
        }

        return parser.Bounded(new ExpressionNode.Call(function, [.. arguments], receiver is not null, pattern));
    }

    private List<ExpressionNode>? ParseArguments(Token name, List<int> positions)
    {
        var arguments = parser.Nested(() =>
        {
            var found = new List<ExpressionNode>();
            while (cursor.Kind != TokenKind.CloseParenthesis)
            {
                positions.Add(cursor.Current.Position);
                if (parser.ParseExpression() is not { } argument)
                {
                    return null;
                }

                found.Add(argument);
                if (cursor.Kind != TokenKind.Comma)
                {
                    break;
                }

                cursor.Advance();
            }

            return found;
        });
        return arguments is not null && TryClose(name) ? arguments : null;
    }

    private bool TryClose(Token name) => cursor.TryTake(TokenKind.CloseParenthesis, $"expected ',' or ')' for '{name.Text}' at position {name.Position}");

    private ExpressionNode? ParseHas(Token name)
    {
        var argument = parser.Nested(parser.ParseExpression);
        if (argument is null || !TryClose(name))
        {
            return null;
        }

        switch (argument)
        {
            case ExpressionNode.Reference { Path: { Segments: [.., { Key: { } key }] } path } whole:
                references.Unread(path);
                return parser.Bounded(new ExpressionNode.Presence(references.Hidden(path.Parent), key, whole));
            case ExpressionNode.Member member:
                return parser.Bounded(new ExpressionNode.Presence(member.Operand, member.Key, null));
            case ExpressionNode.Index { Key: ExpressionNode.Literal { Value: { Kind: ExpressionValueKind.String } text } } index:
                return parser.Bounded(new ExpressionNode.Presence(index.Operand, text.Text, null));
            default:
                return Fail(name, "asks whether a member is there: has(a.b) or has(a['b'])");
        }
    }

    private ExpressionNode? ParseMacro(MacroKind kind, ExpressionNode range, Token name)
    {
        cursor.Advance();
        var variable = cursor.Current;
        if (variable.Kind != TokenKind.Identifier || PathParser.IsReserved(variable.Text!))
        {
            return cursor.Unexpected($"'{name.Text}' begins with a name for the element, as in {MacroForm(name.Text!)}");
        }

        cursor.Advance();
        if (cursor.Kind != TokenKind.Comma)
        {
            return cursor.Unexpected($"'{name.Text}' is written {MacroForm(name.Text!)}");
        }

        _variables.Add(variable.Text!);
        Variables = Math.Max(Variables, _variables.Count);
        var slot = _variables.Count - 1;
        var body = parser.Nested(parser.ParseExpression);
        ExpressionNode? filter = null;
        if (body is not null && kind == MacroKind.Map && cursor.Kind == TokenKind.Comma)
        {
            filter = body;
            body = parser.Nested(parser.ParseExpression);
        }

        _variables.RemoveAt(slot);
        return body is not null && cursor.TryTake(TokenKind.CloseParenthesis, $"'{name.Text}' is written {MacroForm(name.Text!)}")
            ? parser.Bounded(new ExpressionNode.Macro(kind, range, new(variable.Text!, slot), filter, body))
            : null;
    }
}
