using System.Diagnostics.CodeAnalysis;

namespace OrchestrationEngine.Expressions;

/// <summary>An expression that was read: its tree and what an evaluation must know of it. Immutable.</summary>
internal sealed record ExpressionTree(ExpressionNode Root, IReadOnlyList<DataPath> References, IReadOnlyList<DataPath> Optional, ExpressionShape Shape)
{
    public static bool TryRead(string text, ExpressionOptions options, [NotNullWhen(true)] out ExpressionTree? tree, [NotNullWhen(false)] out ExpressionError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        var cursor = new TokenCursor(text);
        var references = new ReferenceList();
        var parser = new ExpressionParser(cursor, references);
        var root = parser.ParseWhole();
        tree = root is null ? null : new(root, references.Paths, references.Optional, new(references.Count, parser.Variables, options));
        error = cursor.Error;
        return tree is not null;
    }

    /// <summary>Computes the value; an error when it is over its limits, whatever else it came to.</summary>
    public ExpressionValue Evaluate(IExpressionScope scope, out Evaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(scope);
        evaluation = new(scope, Shape);
        var value = ExpressionEvaluator.Evaluate(Root, evaluation);
        return evaluation.IsExhausted ? evaluation.Exhausted : value;
    }
}
