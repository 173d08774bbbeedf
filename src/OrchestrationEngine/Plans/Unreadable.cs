using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>The texts that a builder was given, read when the plan is built; those that can't be read are collected and leave a gap.</summary>
internal readonly struct Unreadable(PlanProblemList problems)
{
    public ConditionExpression? Condition(PlanPointer at, string? text)
    {
        ConditionExpression? condition = null;
        if (text is not null && !ConditionExpression.TryParse(text, out condition, out var error))
        {
            problems.Add(PlanProblemKinds.BadExpression, at, $"The condition '{text}' can't be read. {error.Message}", text);
        }

        return condition;
    }

    public ValueExpression? Value(PlanPointer at, string? text)
    {
        ValueExpression? expression = null;
        if (text is not null && !ValueExpression.TryParse(ExpressionReader.Inner(text), out expression, out var error))
        {
            problems.Add(PlanProblemKinds.BadExpression, at, $"The expression '{text}' can't be read. {error.Message}", text);
        }

        return expression;
    }

    public TextTemplate? Template(PlanPointer at, string? text)
    {
        TextTemplate? template = null;
        if (text is not null && !TextTemplate.TryParse(text, out template, out var error))
        {
            problems.Add(PlanProblemKinds.BadTemplate, at, $"The template '{text}' can't be read. {error.Message}", text);
        }

        return template;
    }

    public SkipCondition? Skip(PlanPointer at, (string Condition, string? Reason)? skip)
        => skip is { } given ? new SkipCondition { Condition = Condition(at, given.Condition)!, Reason = given.Reason } : null;

    public RepeatDefinition? Repeat(PlanPointer at, (string Until, RepeatDefinition Loop)? repeat)
        => repeat is { } given ? given.Loop with { Until = Condition(at.Leaf("until"), given.Until)! } : null;

    /// <summary>Reads an input that was given as a path or as a template.</summary>
    public TaskInput Input(PlanPointer at, BuiltInput input)
    {
        if (input.Path is { } path)
        {
            if (!DataPath.TryParse(path, out var from, out var error))
            {
                problems.Add(PlanProblemKinds.BadTemplate, at.Leaf(input.Name), $"The binding '{path}' can't be read. {error.Message}", path);
            }

            return new TaskInput { Name = input.Name, From = from };
        }

        if (input.Template is not { } source)
        {
            return new TaskInput { Name = input.Name, Value = input.Value };
        }

        var read = new TaskInput { Name = input.Name };
        if (!PlanLiteral.TryRead(source.Utf8.Span, ref read, out var problem))
        {
            problems.Add(PlanProblemKinds.BadTemplate, at.Leaf(input.Name), problem!, source.ToString());
        }

        return read;
    }
}

/// <summary>An input as a builder was given it: a value, a path or a template.</summary>
internal readonly record struct BuiltInput(string Name, JsonData Value = default, string? Path = null, JsonData? Template = null);
