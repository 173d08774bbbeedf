using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>The expressions and templates of a plan file. What can't be read is reported and left out.</summary>
internal static class ExpressionReader
{
    public static ConditionExpression? Condition(ref PlanTokens tokens)
    {
        if (tokens.Text("a condition such as \"inputs.deep == true\"") is not { } text)
        {
            return null;
        }

        if (!ConditionExpression.TryParse(text, out var condition, out var error))
        {
            tokens.Problem(PlanProblemKinds.BadExpression, $"The condition '{text}' can't be read. {error.Message}", text);
        }

        return condition;
    }

    /// <summary>An expression that gives a value, with or without <c>${</c> and <c>}</c> around it.</summary>
    public static ValueExpression? Value(ref PlanTokens tokens, string example)
    {
        if (tokens.Text($"an expression such as \"{example}\"") is not { } text)
        {
            return null;
        }

        if (!ValueExpression.TryParse(Inner(text), out var expression, out var error))
        {
            tokens.Problem(PlanProblemKinds.BadExpression, $"The expression '{text}' can't be read. {error.Message}", text);
        }

        return expression;
    }

    public static TextTemplate? Template(ref PlanTokens tokens, string expected)
    {
        if (tokens.Text(expected) is not { } text)
        {
            return null;
        }

        if (!TextTemplate.TryParse(text, out var template, out var error))
        {
            tokens.Problem(PlanProblemKinds.BadTemplate, $"The template '{text}' can't be read. {error.Message}", text);
        }

        return template;
    }

    /// <summary>A value of which every string may be a template.</summary>
    public static DataTemplate? Data(ref PlanTokens tokens)
    {
        var start = tokens.Position;
        try
        {
            if (TemplateReader.TryRead(tokens.Raw(), out var template, out var problem))
            {
                return template;
            }

            tokens.Reading.Problem(PlanProblemKinds.BadTemplate, start, problem);
        }
        catch (InvalidOperationException)
        {
            // How the reader says that an escape such as \ud800 stands without its other half.
            tokens.Reading.Problem(PlanProblemKinds.NotUtf8, start, PlanLiteral.HalfCharacter);
        }

        return null;
    }

    /// <summary>The text between <c>${</c> and <c>}</c>, where it stands in them.</summary>
    public static string Inner(string text)
        => text.StartsWith("${", StringComparison.Ordinal) && text.EndsWith('}') ? text[2..^1] : text;
}
