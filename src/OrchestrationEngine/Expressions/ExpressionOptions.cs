namespace OrchestrationEngine.Expressions;

/// <summary>What one evaluation of an expression may cost. Immutable.</summary>
/// <remarks>
/// An evaluation that would cost more ends with an error. The count depends on the expression and its data alone, so the same evaluation has the
/// same outcome on every machine.
/// </remarks>
public sealed record ExpressionOptions
{
    private readonly long _costLimit = 1_000_000;
    private readonly long _sizeLimit = 16 * 1024 * 1024;

    /// <summary>The limits that hold when none are given.</summary>
    public static ExpressionOptions Default { get; } = new();

    /// <summary>How many units an evaluation may use: about one for each operation and each element that is visited, and one for each 16 characters.</summary>
    /// <value>The default is 1,000,000: well under a second.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public long CostLimit
    {
        get => _costLimit;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _costLimit = value;
        }
    }

    /// <summary>How many bytes of texts, lists and maps an evaluation may make, those that it drops again included.</summary>
    /// <value>The default is 16 MiB.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public long SizeLimit
    {
        get => _sizeLimit;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _sizeLimit = value;
        }
    }
}
