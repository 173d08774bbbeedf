using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// One evaluation: what it may still spend, the variables of its macros and the values that it has looked up. Used once, by one thread.
/// Whoever is about to do or make something spends first, and gives <see cref="Exhausted"/> when that is refused.
/// </summary>
internal sealed class Evaluation(IExpressionScope scope, ExpressionShape shape)
{
    private const int CharactersPerUnit = 16;
    private const int BytesPerUnit = 64;

    private readonly ExpressionValue[] _variables = shape.Variables == 0 ? [] : new ExpressionValue[shape.Variables];
    private readonly ExpressionOptions _options = shape.Options;
    private ExpressionValue?[]? _resolved;
    private long _unitsLeft = shape.Options.CostLimit;
    private long _bytesLeft = shape.Options.SizeLimit;

    /// <summary>Whether the evaluation has spent what it may. Then its outcome is an error, whatever else absorbs errors.</summary>
    public bool IsExhausted => _unitsLeft < 0 || _bytesLeft < 0;

    public long UnitsSpent => _options.CostLimit - _unitsLeft;

    public ExpressionValue Exhausted => ExpressionValue.Failed(_bytesLeft < 0
        ? string.Create(CultureInfo.InvariantCulture, $"The evaluation makes more than its size limit of {_options.SizeLimit} bytes of texts and lists.")
        : string.Create(CultureInfo.InvariantCulture, $"The evaluation takes more than its cost limit of {_options.CostLimit} units."));

    public ref ExpressionValue this[int slot] => ref _variables[slot];

    public bool TrySpend(long units)
    {
        _unitsLeft = _unitsLeft < 0 || units > _unitsLeft ? -1 : _unitsLeft - units;
        return !IsExhausted;
    }

    /// <summary>Pays for looking at characters.</summary>
    public bool TryRead(long characters) => TrySpend(1 + (characters / CharactersPerUnit));

    /// <summary>Pays for making something of a size.</summary>
    public bool TryMake(long bytes)
    {
        _bytesLeft = _bytesLeft < 0 || bytes > _bytesLeft ? -1 : _bytesLeft - bytes;
        return TrySpend(1 + (bytes / BytesPerUnit));
    }

    public bool TryMakeText(long characters) => TryMake(characters * sizeof(char));

    public bool TryMakeList(long items) => TryMake(items * 40);

    /// <summary>Takes in a part of a document. Only a text is copied.</summary>
    public ExpressionValue Take(JsonElement json, DataPath? path = null)
    {
        var size = json.ValueKind == JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(json).Length : 0;
        return (size < CharactersPerUnit ? TrySpend(1) : TryMakeText(size)) ? ExpressionValue.Of(json, path) : Exhausted;
    }

    /// <summary>Looks a path up. Within a macro only the first time; so looking up costs no more than the expression is long.</summary>
    public ExpressionValue Resolve(ExpressionNode.Reference reference)
    {
        if (_variables.Length == 0)
        {
            return Ask(reference.Path);
        }

        _resolved ??= new ExpressionValue?[shape.References];
        return _resolved[reference.Number] ??= Ask(reference.Path);
    }

    /// <summary>Looks a path up without taking the value in; not within macros, where it would be done again and again.</summary>
    public bool TryLookUp(ExpressionNode.Reference reference, out JsonElement json)
    {
        json = default;
        return _variables.Length == 0 && scope.TryResolve(reference.Path, out json, out _);
    }

    private ExpressionValue Ask(DataPath path) =>
        scope.TryResolve(path, out var json, out var problem) ? Take(json, path) : ExpressionValue.Failed(problem ?? $"'{path}' has no value.");
}

/// <summary>What an evaluation must know of an expression.</summary>
internal readonly record struct ExpressionShape(int References, int Variables, ExpressionOptions Options);
