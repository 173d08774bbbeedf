using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Moves what is large out of an output and beside the journal: the largest members first, until the rest is below the threshold; all of it where that is
/// not enough. What the plan's conditions look into stays (<see cref="KeptMembers"/>).
/// </summary>
internal sealed class OutputMoving(IArtifactStore store, EngineSettings settings, RunId run)
{
    // A member that is hardly larger than the reference that would stand in its place is left where it is.
    private const int LeastWorth = 512;
    private const int ReferenceBytes = 180;

    /// <summary>Moves what is too large.</summary>
    /// <param name="output">The output.</param>
    /// <param name="name">What its parts are called.</param>
    /// <param name="kept">What stays.</param>
    /// <param name="task">The number of the task in the plan that <paramref name="kept"/> is of.</param>
    /// <param name="cancellationToken">Ends the moving.</param>
    /// <returns>The output as it goes into the journal.</returns>
    public async ValueTask<JsonData> MoveAsync(JsonData output, string name, KeptMembers kept, int task, CancellationToken cancellationToken)
    {
        if (output.Length <= settings.ArtifactThreshold || kept.AllOf(task))
        {
            return output;
        }

        var members = MembersOf(output);
        var chosen = new List<Member>();
        var rest = (long)output.Length;
        foreach (var member in members.Where(member => member.Length >= LeastWorth && !kept.IsKept(task, member.Name)).OrderByDescending(static member => member.Length))
        {
            if (rest <= settings.ArtifactThreshold)
            {
                break;
            }

            chosen.Add(member);
            rest -= member.Length - ReferenceBytes - name.Length - member.Name.Length;
        }

        if (rest > settings.ArtifactThreshold && !kept.AnyOf(task))
        {
            return (await StoreAsync(output, ContentNames.OfOutput(name), cancellationToken).ConfigureAwait(false)).ToJson();
        }

        var text = output.Utf8;
        var buffer = new ArrayBufferWriter<byte>((int)Math.Max(256, rest));
        var done = 0;
        foreach (var member in chosen.OrderBy(static member => member.Start))
        {
            var value = JsonData.Trusted(text.Slice(member.Start, member.Length));
            if (ArtifactReference.Of(value.ToElement()) is not null)
            {
                continue;
            }

            var reference = await StoreAsync(value, ContentNames.OfMember(name, member.Name), cancellationToken).ConfigureAwait(false);
            buffer.Write(text.Span[done..member.Start]);
            buffer.Write(reference.ToJson().Utf8.Span);
            done = member.Start + member.Length;
        }

        buffer.Write(text.Span[done..]);
        return JsonData.Trusted(buffer.WrittenMemory);
    }

    private async ValueTask<ArtifactReference> StoreAsync(JsonData value, string name, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryStream(value.Utf8);
        var stored = await store.PutAsync(run, content, settings.MaxArtifactBytes, cancellationToken).ConfigureAwait(false);
        return new ArtifactReference { Name = name, MediaType = MediaTypes.Json, Digest = stored.Digest, Size = stored.Size, Moved = true };
    }

    private static List<Member> MembersOf(JsonData output)
    {
        var members = new List<Member>();
        var reader = new Utf8JsonReader(output.Utf8.Span, new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return members;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            members.Add(new Member(name, start, (int)reader.BytesConsumed - start));
        }

        return members;
    }

    private readonly record struct Member(string Name, int Start, int Length);
}
