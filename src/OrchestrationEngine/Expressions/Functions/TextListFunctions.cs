using System.Text;

namespace OrchestrationEngine.Expressions;

/// <summary>Functions that take texts apart or put them together.</summary>
internal static class TextListFunctions
{
    /// <summary><c>text.split(separator, limit)</c>: a limit of 0 gives nothing, one of 1 the whole text, a negative one all parts.</summary>
    public static ExpressionValue Split(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        if (!TextFunctions.AreTexts(arguments[..2]) || (arguments.Length == 3 && arguments[2].Kind != ExpressionValueKind.Integer))
        {
            return ExpressionFunction.Mismatch("split", "two texts and at most one whole number", arguments);
        }

        var limit = arguments.Length == 3 && arguments[2].Integer >= 0 ? (int)Math.Min(arguments[2].Integer, int.MaxValue) : int.MaxValue;
        var (text, separator) = (arguments[0].Text, arguments[1].Text);
        if (!TextFunctions.TrySearch(text, separator, evaluation) || !evaluation.TryMakeText(text.Length))
        {
            return evaluation.Exhausted;
        }

        var parts = new List<ExpressionValue>();
        var start = text.Length + separator.Length == 0 ? 1 : 0;
        while (parts.Count < limit && start <= text.Length)
        {
            if (!evaluation.TryMakeList(2))
            {
                return evaluation.Exhausted;
            }

            var isLast = parts.Count + 1 == limit;
            var (end, skip) = separator.Length == 0 ? (NextCharacter(text, start), 0) : (text.IndexOf(separator, start, StringComparison.Ordinal), separator.Length);
            if (isLast || end < 0)
            {
                parts.Add(ExpressionValue.Of(text[start..]));
                break;
            }

            parts.Add(ExpressionValue.Of(text[start..end]));
            start = end + skip;
        }

        return ExpressionValue.Of([.. parts]);
    }

    public static ExpressionValue Join(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        if (arguments[0].Kind != ExpressionValueKind.List || !TextFunctions.AreTexts(arguments[1..]))
        {
            return ExpressionFunction.Mismatch("join", "a list and a text", arguments);
        }

        var separator = arguments.Length == 2 ? arguments[1].Text : "";
        var joined = new StringBuilder();
        var elements = Collections.Elements(arguments[0]);
        for (var i = 0; elements.TryNext(evaluation, out var element); i++)
        {
            if (element.Kind != ExpressionValueKind.String)
            {
                return element.IsError ? element : ExpressionValue.Failed($"'join' needs a list of texts; its element {i} is {element.KindName}.");
            }

            // Twice, because the builder's text is copied at the end.
            if (!evaluation.TryMakeText(2L * (element.Text.Length + separator.Length)))
            {
                return evaluation.Exhausted;
            }

            joined.Append(i == 0 ? "" : separator).Append(element.Text);
        }

        return evaluation.IsExhausted ? evaluation.Exhausted : ExpressionValue.Of(joined.ToString());
    }

    /// <summary><c>text.replace(what, with, limit)</c>: a negative limit replaces all.</summary>
    public static ExpressionValue Replace(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        if (!TextFunctions.AreTexts(arguments[..3]) || (arguments.Length == 4 && arguments[3].Kind != ExpressionValueKind.Integer))
        {
            return ExpressionFunction.Mismatch("replace", "three texts and at most one whole number", arguments);
        }

        var limit = arguments.Length == 4 && arguments[3].Integer >= 0 ? arguments[3].Integer : long.MaxValue;
        var (text, what, with) = (arguments[0].Text, arguments[1].Text, arguments[2].Text);
        if (!TextFunctions.TrySearch(text, what, evaluation) || !evaluation.TryMakeText(2L * text.Length))
        {
            return evaluation.Exhausted;
        }

        var replaced = new StringBuilder();
        var start = 0;
        for (var count = 0L; count < limit; count++)
        {
            var at = start <= text.Length ? text.IndexOf(what, start, StringComparison.Ordinal) : -1;
            if (at < 0)
            {
                break;
            }

            if (!evaluation.TryMakeText(2L * (with.Length + 1)))
            {
                return evaluation.Exhausted;
            }

            // Nothing is found before each character and at the end; the character behind it is kept.
            var kept = what.Length == 0 ? NextCharacter(text, at) < 0 ? text.Length : NextCharacter(text, at) : at;
            replaced.Append(text, start, at - start).Append(with).Append(text, at, kept - at);
            start = what.Length == 0 ? at == text.Length ? text.Length + 1 : kept : at + what.Length;
        }

        return ExpressionValue.Of(replaced.Append(text.AsSpan(Math.Min(start, text.Length))).ToString());
    }

    /// <summary>Where the character at an offset ends, or -1 when the text ends with it or before.</summary>
    private static int NextCharacter(string text, int offset)
    {
        var next = offset + (offset < text.Length && char.IsHighSurrogate(text[offset]) ? 2 : 1);
        return next < text.Length ? next : -1;
    }
}
