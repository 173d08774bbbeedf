namespace OrchestrationEngine.Expressions;

/// <summary>A text is not an expression or a path.</summary>
public sealed class ExpressionException : OrchestrationException
{
    internal ExpressionException(string text, ExpressionError error)
        : base(error.Message)
    {
        Text = text;
        Position = error.Position;
    }

    /// <summary>The text that was to be read.</summary>
    public string Text { get; }

    /// <summary>Where in <see cref="Text"/>, counted in characters from 0.</summary>
    public int Position { get; }
}
