using System.Globalization;
using System.Text.Json;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>The contents that runs name, in the artifact store: linked to a run before its journal names them, and read where values are wanted. Used on any thread.</summary>
internal sealed class RunContents(IArtifactStore store, EngineSettings settings)
{
    public IArtifactStore Store => store;

    /// <summary>Has a run need all contents that are named in a value.</summary>
    /// <returns>What is not there; then none was linked.</returns>
    public async ValueTask<IReadOnlyList<ArtifactReference>> LinkAsync(RunId run, IEnumerable<JsonData> values, CancellationToken cancellationToken)
    {
        var references = new Dictionary<ContentDigest, ArtifactReference>();
        foreach (var value in values)
        {
            foreach (var found in ContentReferences.Find(value))
            {
                references.TryAdd(found.Reference.Digest, found.Reference);
            }
        }

        return await LinkAsync(run, references, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a run need contents.</summary>
    /// <returns>What is not there; then none was linked.</returns>
    public async ValueTask<IReadOnlyList<ArtifactReference>> LinkAsync(RunId run, IReadOnlyDictionary<ContentDigest, ArtifactReference> references, CancellationToken cancellationToken)
    {
        if (references.Count == 0)
        {
            return [];
        }

        var missing = await store.LinkAsync(run, [.. references.Keys], cancellationToken).ConfigureAwait(false);
        return missing.Count == 0 ? [] : [.. missing.Select(digest => references[digest])];
    }

    /// <summary>Reads a value that was moved, as a whole.</summary>
    /// <exception cref="ArtifactNotFoundException">It is not there any more.</exception>
    /// <exception cref="ArtifactDamagedException">It is not what was stored.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public async ValueTask<JsonData> ReadAsync(ArtifactReference reference, CancellationToken cancellationToken)
    {
        var stream = await store.OpenReadAsync(reference.Digest, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // A reference may claim any size, and what is there may have another.
            using var buffer = new MemoryStream((int)Math.Min(reference.Size, settings.MaxOutputBytes));
            var block = new byte[Math.Min(81_920, Math.Max(1, reference.Size + 1))];
            int count;
            while ((count = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (buffer.Length + count > reference.Size)
                {
                    throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"The content {reference.Digest} has more bytes than its reference says ({reference.Size:N0})."));
                }

                await buffer.WriteAsync(block.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            var text = buffer.ToArray();
            RequireJson(text);
            return JsonData.Trusted(text);
        }
    }

    /// <summary>Reads what a binding misses, as far as it is small enough to be given as a value.</summary>
    public async ValueTask GiveAsync(MovedValues moved, CancellationToken cancellationToken)
    {
        foreach (var reference in moved.Missing)
        {
            if (moved.Bytes + reference.Size > settings.MaxOutputBytes)
            {
                moved.Leave(reference);
            }
            else
            {
                moved.Give(reference, await ReadAsync(reference, cancellationToken).ConfigureAwait(false));
            }
        }

        moved.Missing.Clear();
    }

    /// <summary>The same value with what was moved out of it, as far as it is small enough to be given as a value.</summary>
    public async ValueTask<JsonData> FillAsync(JsonData value, CancellationToken cancellationToken)
    {
        if (!ContentReferences.MayBeIn(value))
        {
            return value;
        }

        var moved = new MovedValues();
        var filled = moved.Fill(value);
        while (moved.Missing.Count > 0)
        {
            await GiveAsync(moved, cancellationToken).ConfigureAwait(false);
            filled = moved.Fill(value);
        }

        return filled;
    }

    /// <summary>What to say of contents that are not there.</summary>
    public static string Gone(IReadOnlyList<ArtifactReference> missing)
        => $"The artifact store has no {(missing.Count == 1 ? "content" : "contents")} {string.Join(", ", missing.Take(5).Select(static reference => $"{reference.Digest} ('{reference.Name}')"))}{(missing.Count > 5 ? ", ..." : "")}.";

    private static void RequireJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 1000 });
        while (reader.Read())
        {
        }
    }
}
