namespace OrchestrationEngine.Expressions;

/// <summary>Functions over one text. Positions and lengths count code points, as everywhere in CEL.</summary>
internal static class TextFunctions
{
    public static ExpressionValue Size(string text, Evaluation evaluation) =>
        evaluation.TryRead(text.Length) ? ExpressionValue.Of((long)CodePoints(text)) : evaluation.Exhausted;

    public static ExpressionValue Contains(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) =>
        !AreTexts(arguments) ? Mismatch("contains", arguments)
        : TrySearch(arguments[0].Text, arguments[1].Text, evaluation) ? ExpressionValue.Of(arguments[0].Text.Contains(arguments[1].Text, StringComparison.Ordinal))
        : evaluation.Exhausted;

    public static ExpressionValue StartsWith(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) =>
        !AreTexts(arguments) ? Mismatch("startsWith", arguments)
        : evaluation.TryRead(arguments[1].Text.Length) ? ExpressionValue.Of(arguments[0].Text.StartsWith(arguments[1].Text, StringComparison.Ordinal))
        : evaluation.Exhausted;

    public static ExpressionValue EndsWith(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) =>
        !AreTexts(arguments) ? Mismatch("endsWith", arguments)
        : evaluation.TryRead(arguments[1].Text.Length) ? ExpressionValue.Of(arguments[0].Text.EndsWith(arguments[1].Text, StringComparison.Ordinal))
        : evaluation.Exhausted;

    public static ExpressionValue LowerAscii(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) =>
        Change("lowerAscii", text => SwapCase(text, char.IsAsciiLetterUpper), arguments, evaluation);

    public static ExpressionValue UpperAscii(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) =>
        Change("upperAscii", text => SwapCase(text, char.IsAsciiLetterLower), arguments, evaluation);

    public static ExpressionValue Trim(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) =>
        Change("trim", text => text.Trim(), arguments, evaluation);

    public static ExpressionValue Substring(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        if (arguments[0].Kind != ExpressionValueKind.String
            || arguments[1].Kind != ExpressionValueKind.Integer
            || (arguments.Length == 3 && arguments[2].Kind != ExpressionValueKind.Integer))
        {
            return ExpressionFunction.Mismatch("substring", "a text and one or two whole numbers", arguments);
        }

        var text = arguments[0].Text;
        if (!evaluation.TryMakeText(text.Length))
        {
            return evaluation.Exhausted;
        }

        var size = CodePoints(text);
        var start = arguments[1].Integer;
        var end = arguments.Length == 3 ? arguments[2].Integer : size;
        return start >= 0 && start <= end && end <= size
            ? ExpressionValue.Of(text[OffsetOf(text, (int)start)..OffsetOf(text, (int)end)])
            : ExpressionValue.Failed($"'substring' has no characters {start} to {end}; the text has {size}.");
    }

    /// <summary>Pays for searching one text for another.</summary>
    public static bool TrySearch(string text, string wanted, Evaluation evaluation) => evaluation.TryRead(text.Length * (1L + (wanted.Length / 64)));

    public static bool AreTexts(ReadOnlySpan<ExpressionValue> arguments)
    {
        foreach (ref readonly var argument in arguments)
        {
            if (argument.Kind != ExpressionValueKind.String)
            {
                return false;
            }
        }

        return true;
    }

    private static ExpressionValue Mismatch(string name, ReadOnlySpan<ExpressionValue> arguments) => ExpressionFunction.Mismatch(name, "two texts", arguments);

    private static ExpressionValue Change(string name, Func<string, string> change, ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) =>
        !AreTexts(arguments) ? ExpressionFunction.Mismatch(name, "a text", arguments)
        : evaluation.TryMakeText(arguments[0].Text.Length) ? ExpressionValue.Of(change(arguments[0].Text))
        : evaluation.Exhausted;

    // Ascii.ToLower stops at the first character that is not ASCII.
    private static string SwapCase(string text, Func<char, bool> which) => string.Create(text.Length, (text, which), static (target, source) =>
    {
        for (var i = 0; i < target.Length; i++)
        {
            var character = source.text[i];
            target[i] = source.which(character) ? (char)(character ^ 0x20) : character;
        }
    });

    private static int CodePoints(string text)
    {
        var count = text.Length;
        foreach (var character in text)
        {
            count -= char.IsLowSurrogate(character) ? 1 : 0;
        }

        return count;
    }

    private static int OffsetOf(string text, int codePoint)
    {
        var offset = 0;
        while (codePoint-- > 0)
        {
            offset += char.IsHighSurrogate(text[offset]) ? 2 : 1;
        }

        return offset;
    }
}
