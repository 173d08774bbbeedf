using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// What stands, while inputs are bound, in the places of values that were moved out of outputs for their size. Says which of them are missing, so that
/// they are read and the inputs bound again. Made for one binding; used by one thread at a time.
/// </summary>
internal sealed class MovedValues
{
    private readonly Dictionary<ContentDigest, JsonData> _given = [];
    private readonly HashSet<ContentDigest> _left = [];

    /// <summary>What was met and is not there, in the order in which it was met.</summary>
    public List<ArtifactReference> Missing { get; } = [];

    /// <summary>What was read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether something is handed over as a reference, for it is too large.</summary>
    public bool LeavesSome => _left.Count > 0;

    /// <summary>The value of something that was missing.</summary>
    public void Give(ArtifactReference reference, JsonData value)
    {
        _given[reference.Digest] = value;
        Bytes += value.Length;
    }

    /// <summary>Something that was missing is too large to be given as a value.</summary>
    public void Leave(ArtifactReference reference) => _left.Add(reference.Digest);

    /// <summary>Follows a path as <see cref="DataPath.TryFollow(DataPath, int, JsonElement, out JsonElement, out string)"/> does, through moved values as if they were there.</summary>
    public bool TryFollow(DataPath path, int from, JsonElement start, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        if (!DataPath.TryFollow(path, from, start, At, out value, out problem))
        {
            return false;
        }

        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && JsonData.From(value) is var text && ContentReferences.MayBeIn(text))
        {
            value = Fill(text).ToElement();
        }

        return true;
    }

    /// <summary>The same value with all moved values in it that are there.</summary>
    public JsonData Fill(JsonData value) => ContentReferences.Replace(value, Of);

    private JsonElement At(JsonElement value) => ArtifactReference.Of(value) is { } reference && Of(reference) is { } moved ? moved.ToElement() : value;

    private JsonData? Of(ArtifactReference reference)
    {
        if (!reference.Moved || _left.Contains(reference.Digest))
        {
            return null;
        }

        if (_given.TryGetValue(reference.Digest, out var value))
        {
            return value;
        }

        if (!Missing.Exists(missing => missing.Digest == reference.Digest))
        {
            Missing.Add(reference);
        }

        return null;
    }
}
