using System.Text;

namespace OrchestrationEngine.Expressions;

/// <summary>Takes a template apart. Where a piece ends is decided by reading it, so braces and quotes within it need no care.</summary>
internal static class TemplateReader
{
    public static TextTemplate? Read(string text, ExpressionOptions options, out ExpressionError? error)
    {
        var parts = new List<TemplatePart>();
        var references = new ReferenceList();
        var literal = new StringBuilder();
        var variables = 0;
        error = null;
        for (var position = 0; position < text.Length;)
        {
            var dollars = text.AsSpan(position).IndexOf("${");
            if (dollars < 0)
            {
                literal.Append(text, position, text.Length - position);
                break;
            }

            var open = position + dollars;
            literal.Append(text, position, dollars);
            if (open > position && text[open - 1] == '$')
            {
                // The last dollar before the brace is taken away, and the brace is a brace.
                literal.Append('{');
                position = open + 2;
                continue;
            }

            if (!TryReadPiece(text, open, references, ref variables, out var root, out position, out error))
            {
                return null;
            }

            AddLiteral(parts, literal);
            parts.Add(new("", root));
        }

        AddLiteral(parts, literal);
        if (parts.Count == 0)
        {
            parts.Add(new("", null));
        }

        return new(text, [.. parts], references.Paths, references.Optional, new(references.Count, variables, options));
    }

    private static bool TryReadPiece(string text, int open, ReferenceList references, ref int variables, out ExpressionNode? root, out int end, out ExpressionError? error)
    {
        var cursor = new TokenCursor(text, open + 2);
        var parser = new ExpressionParser(cursor, references);
        cursor.Advance();
        root = cursor.Kind == TokenKind.CloseBrace
            ? cursor.Fail(open, $"The piece at position {open} is empty; '${{' itself is written '$${{'.")
            : parser.ParseExpression();
        end = cursor.Current.Position + 1;
        if (root is not null)
        {
            if (cursor.Kind != TokenKind.CloseBrace)
            {
                cursor.Unexpected($"expected '}}' for the '${{' at position {open}");
            }

            cursor.CheckLength(open + 2, cursor.Current.Position - open - 2);
        }

        variables = Math.Max(variables, parser.Variables);
        error = cursor.Error;
        return error is null;
    }

    private static void AddLiteral(List<TemplatePart> parts, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            parts.Add(new(literal.ToString(), null));
            literal.Clear();
        }
    }
}
