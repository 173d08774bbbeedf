using System.Buffers;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary><c>pattern</c>.</summary>
internal sealed class PatternKeyword(SchemaNode node, SchemaPattern pattern) : Keyword(node, "pattern")
{
    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.String || pattern.IsMatch(context, instance.RawText))
        {
            return true;
        }

        if (context.IsCollecting)
        {
            context.Report(this, $"Expected a string that matches the pattern {pattern.Source}; found {instance.Written}.");
        }

        return false;
    }
}

/// <summary><c>format</c>, where it is checked.</summary>
internal sealed class FormatKeyword(SchemaNode node, TextFormat format) : Keyword(node, "format")
{
    private const int OnStack = 256;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.String || HasFormat(instance.RawText))
        {
            return true;
        }

        if (context.IsCollecting)
        {
            context.Report(this, $"Expected {format.Description} (format '{format.Name}'); found {instance.Written}.");
        }

        return false;
    }

    private bool HasFormat(ReadOnlySpan<byte> raw)
    {
        char[]? rented = null;
        var buffer = raw.Length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(raw.Length);
        var matches = format.Matches(buffer[..JsonText.ToChars(raw, buffer)]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return matches;
    }
}
