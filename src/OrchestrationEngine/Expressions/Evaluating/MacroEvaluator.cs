namespace OrchestrationEngine.Expressions;

/// <summary>The macros that go through a list, or through the keys of a map.</summary>
internal static class MacroEvaluator
{
    public static ExpressionValue Evaluate(ExpressionNode.Macro macro, Evaluation evaluation)
    {
        var range = ExpressionEvaluator.Evaluate(macro.Range, evaluation);
        if (range.Kind == ExpressionValueKind.Map)
        {
            range = Collections.Keys(range, evaluation, out var problem) is { } keys ? ExpressionValue.Of(keys) : problem;
        }

        if (range.Kind != ExpressionValueKind.List)
        {
            return range.IsError ? range : ExpressionValue.Failed($"'{Name(macro)}' needs a list or an object before it, and was given {range.KindName}.");
        }

        var result = macro.Kind switch
        {
            MacroKind.All => Combine(macro, range, evaluation, absorbing: false),
            MacroKind.Exists => Combine(macro, range, evaluation, absorbing: true),
            MacroKind.ExistsOne => ExistsOne(macro, range, evaluation),
            _ => Collect(macro, range, evaluation),
        };
        return evaluation.IsExhausted ? evaluation.Exhausted : result;
    }

    public static string Name(ExpressionNode.Macro macro) => macro.Kind switch
    {
        MacroKind.All => "all",
        MacroKind.Exists => "exists",
        MacroKind.ExistsOne => "exists_one",
        MacroKind.Filter => "filter",
        _ => "map",
    };

    /// <summary>Joins the outcomes for all elements by <c>&amp;&amp;</c> or <c>||</c>: one that decides absorbs the errors of others.</summary>
    private static ExpressionValue Combine(ExpressionNode.Macro macro, in ExpressionValue range, Evaluation evaluation, bool absorbing)
    {
        ExpressionValue? error = null;
        var elements = Collections.Elements(range);
        while (elements.TryNext(evaluation, out var element))
        {
            var outcome = Ask(macro, macro.Body, element, evaluation);
            if (absorbing ? outcome.IsTrue : outcome.IsFalse)
            {
                return outcome;
            }

            if (outcome.IsError)
            {
                error ??= outcome;
            }
        }

        return error ?? ExpressionValue.Of(!absorbing);
    }

    private static ExpressionValue ExistsOne(ExpressionNode.Macro macro, in ExpressionValue range, Evaluation evaluation)
    {
        var found = 0;
        var elements = Collections.Elements(range);
        while (elements.TryNext(evaluation, out var element))
        {
            var outcome = Ask(macro, macro.Body, element, evaluation);
            if (outcome.IsError)
            {
                return outcome;
            }

            found += outcome.IsTrue ? 1 : 0;
        }

        return ExpressionValue.Of(found == 1);
    }

    private static ExpressionValue Collect(ExpressionNode.Macro macro, in ExpressionValue range, Evaluation evaluation)
    {
        var collected = new List<ExpressionValue>();
        var filter = macro.Kind == MacroKind.Filter ? macro.Body : macro.Filter;
        var elements = Collections.Elements(range);
        while (elements.TryNext(evaluation, out var element))
        {
            var isWanted = filter is null ? ExpressionValue.Of(true) : Ask(macro, filter, element, evaluation);
            if (isWanted.IsFalse)
            {
                continue;
            }

            var value = isWanted.IsError ? isWanted : macro.Kind == MacroKind.Filter ? element : For(macro, macro.Body, element, evaluation);
            if (value.IsError)
            {
                return value;
            }

            if (!evaluation.TryMakeList(1))
            {
                return evaluation.Exhausted;
            }

            collected.Add(value);
        }

        return ExpressionValue.Of([.. collected]);
    }

    private static ExpressionValue Ask(ExpressionNode.Macro macro, ExpressionNode question, in ExpressionValue element, Evaluation evaluation)
    {
        var outcome = For(macro, question, element, evaluation);
        return outcome.Kind is ExpressionValueKind.Boolean or ExpressionValueKind.Error
            ? outcome
            : ExpressionValue.Failed($"The condition of '{Name(macro)}' gives {outcome.KindName}, not true or false.");
    }

    private static ExpressionValue For(ExpressionNode.Macro macro, ExpressionNode body, in ExpressionValue element, Evaluation evaluation)
    {
        if (element.IsError)
        {
            return element;
        }

        evaluation[macro.Element.Slot] = element;
        return ExpressionEvaluator.Evaluate(body, evaluation);
    }
}
