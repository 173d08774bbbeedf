namespace OrchestrationEngine.Expressions;

/// <summary>Reads a path: a name, then members and indexes. The same rule serves conditions and bare paths.</summary>
internal static class PathParser
{
    // CEL keeps these words for languages in which it is embedded; they cannot begin a path but can be members.
    private static readonly HashSet<string> ReservedNames = new(StringComparer.Ordinal)
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import",
        "let", "loop", "package", "namespace", "return", "var", "void", "while",
    };

    /// <summary>Whether a key can stand behind a dot.</summary>
    public static bool IsMemberName(string key) =>
        key.Length > 0
        && ExpressionTokenizer.IsNameStart(key[0])
        && key.All(ExpressionTokenizer.IsNamePart)
        && key is not ("true" or "false" or "null" or "in");

    /// <summary>Whether a name can stand alone, for what is found in the scope or for the variable of a macro.</summary>
    public static bool IsReserved(string name) => ReservedNames.Contains(name);

    public static DataPath? Parse(TokenCursor cursor)
    {
        var root = cursor.Current;
        if (!TryTakeRoot(cursor))
        {
            return null;
        }

        var segments = new List<DataPathSegment>();
        while (cursor.Kind is TokenKind.Dot or TokenKind.OpenBracket)
        {
            var segment = cursor.Kind == TokenKind.Dot ? ParseMember(cursor) : ParseIndex(cursor);
            if (segment is null)
            {
                return null;
            }

            segments.Add(segment.Value);
        }

        return new(root.Text!, [.. segments]);
    }

    /// <summary>Goes past a name that can begin a path.</summary>
    public static bool TryTakeRoot(TokenCursor cursor)
    {
        var root = cursor.Current;
        if (root.Kind == TokenKind.In || (root.Kind == TokenKind.Identifier && ReservedNames.Contains(root.Text!)))
        {
            cursor.Fail(root.Position, $"'{root.Text}' at position {root.Position} is a reserved word and cannot begin a path.");
            return false;
        }

        return cursor.TryTake(TokenKind.Identifier, "a path begins with a name");
    }

    /// <summary>Goes past a name behind a dot.</summary>
    public static bool TryTakeName(TokenCursor cursor)
    {
        var name = cursor.Current;
        var isWord = name.Kind is TokenKind.True or TokenKind.False or TokenKind.Null or TokenKind.In;
        return cursor.TryTake(TokenKind.Identifier, isWord ? $"a member of this name is written ['{name.Text}']" : "expected a name after '.'");
    }

    private static DataPathSegment? ParseMember(TokenCursor cursor)
    {
        cursor.Advance();
        var name = cursor.Current;
        return TryTakeName(cursor) ? DataPathSegment.Member(name.Text!) : null;
    }

    private static DataPathSegment? ParseIndex(TokenCursor cursor)
    {
        cursor.Advance();
        var index = cursor.Current;
        if (index.Kind is not (TokenKind.String or TokenKind.Integer))
        {
            cursor.Unexpected("an index is a whole number from 0 or a quoted key");
            return null;
        }

        if (index.Kind == TokenKind.Integer && index.Magnitude > int.MaxValue)
        {
            cursor.Fail(index.Position, $"The index at position {index.Position} is larger than {int.MaxValue}.");
            return null;
        }

        cursor.Advance();
        if (cursor.Kind != TokenKind.CloseBracket)
        {
            cursor.Unexpected("expected ']'");
            return null;
        }

        cursor.Advance();
        return index.Kind == TokenKind.String ? DataPathSegment.Member(index.Text!) : DataPathSegment.Element((int)index.Magnitude);
    }
}
