namespace OrchestrationEngine.Expressions;

/// <summary>What a function does with arguments of which none is an error.</summary>
internal delegate ExpressionValue FunctionBody(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation);

/// <summary>How a function is called: <c>size(x)</c>, <c>x.size()</c> or either way.</summary>
[Flags]
internal enum CallForm
{
    Function = 1,
    Method = 2,
    Both = Function | Method,
}

/// <summary>A function of the language. What stands before the dot of a method counts as its first argument.</summary>
internal sealed record ExpressionFunction(string Name, CallForm Form, int MinArguments, int MaxArguments, FunctionBody Body)
{
    /// <summary>How it is called, for an author who did it otherwise.</summary>
    public string Usage
    {
        get
        {
            var names = MaxArguments > 3 ? ["a", "b", "..."] : new[] { "a", "b", "c" }[..MaxArguments];
            return Form.HasFlag(CallForm.Function)
                ? $"{Name}({string.Join(", ", names)})"
                : $"a.{Name}({string.Join(", ", names[1..])})";
        }
    }

    /// <summary>The error that all functions give when they do not know what to do with the types of their arguments.</summary>
    public static ExpressionValue Mismatch(string name, string wanted, ReadOnlySpan<ExpressionValue> arguments)
    {
        var given = new string[arguments.Length];
        for (var i = 0; i < given.Length; i++)
        {
            given[i] = arguments[i].KindName;
        }

        return ExpressionValue.Failed($"'{name}' needs {wanted}, and was given {string.Join(" and ", given)}.");
    }
}
