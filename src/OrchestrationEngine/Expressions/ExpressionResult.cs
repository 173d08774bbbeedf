using System.Diagnostics.CodeAnalysis;

namespace OrchestrationEngine.Expressions;

/// <summary>What a condition came to: true, false, or an error in the data that it looked at.</summary>
public readonly record struct ExpressionResult
{
    private readonly string? _error;

    private ExpressionResult(bool? value, string? error)
    {
        Value = value;
        _error = error;
    }

    /// <summary>The condition holds.</summary>
    public static ExpressionResult True { get; } = new(true, null);

    /// <summary>The condition does not hold.</summary>
    public static ExpressionResult False { get; } = new(false, null);

    /// <summary>True or false, or null when there is an error.</summary>
    public bool? Value { get; }

    /// <summary>Whether the condition holds.</summary>
    public bool IsTrue => Value == true;

    /// <summary>Whether the condition does not hold. An error is neither true nor false.</summary>
    public bool IsFalse => Value == false;

    /// <summary>Whether the condition could not be decided.</summary>
    [MemberNotNullWhen(true, nameof(Error))]
    [MemberNotNullWhen(false, nameof(Value))]
    public bool IsError => Value is null;

    /// <summary>Why the condition could not be decided, or null when it could.</summary>
    public string? Error => IsError ? _error ?? "The condition was not evaluated." : null;

    /// <summary>The result of a condition that could not be decided.</summary>
    /// <param name="error">Why.</param>
    /// <returns>A result with an error.</returns>
    public static ExpressionResult Failed(string error)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(error);
        return new(null, error);
    }

    /// <summary>The result of a condition that could be decided.</summary>
    /// <param name="value">Whether it holds.</param>
    /// <returns><see cref="True"/> or <see cref="False"/>.</returns>
    public static ExpressionResult Of(bool value) => value ? True : False;

    /// <summary>Writes the result for a person.</summary>
    /// <returns><c>true</c>, <c>false</c>, or the error.</returns>
    public override string ToString() => Error ?? (IsTrue ? "true" : "false");
}
