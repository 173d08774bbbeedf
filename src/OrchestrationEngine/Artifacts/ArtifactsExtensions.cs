using System.Text;
using System.Text.Json.Serialization.Metadata;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>Artifacts that are in memory as a whole: bytes, texts and JSON.</summary>
public static class ArtifactsExtensions
{
    private const int MaxReadAtOnce = 256 * 1024 * 1024;

    /// <summary>Stores bytes; see <see cref="IArtifacts.WriteAsync"/>.</summary>
    /// <param name="artifacts">The artifacts.</param>
    /// <param name="name">The name.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="mediaType">The media type; null for the one of the name's ending.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async ValueTask<ArtifactReference> WriteAsync(this IArtifacts artifacts, string name, ReadOnlyMemory<byte> content, string? mediaType = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        var stream = new ReadOnlyMemoryStream(content);
        await using (stream.ConfigureAwait(false))
        {
            return await artifacts.WriteAsync(name, stream, mediaType, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stores a text as UTF-8; see <see cref="IArtifacts.WriteAsync"/>.</summary>
    /// <param name="artifacts">The artifacts.</param>
    /// <param name="name">The name.</param>
    /// <param name="text">The text.</param>
    /// <param name="mediaType">The media type; null for the one of the name's ending, or <c>text/plain</c>.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static ValueTask<ArtifactReference> WriteTextAsync(this IArtifacts artifacts, string name, string text, string? mediaType = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return artifacts.WriteAsync(name, Encoding.UTF8.GetBytes(text), mediaType ?? MediaTypes.Of(name, "text/plain"), cancellationToken);
    }

    /// <summary>Stores a JSON value; see <see cref="IArtifacts.WriteAsync"/>.</summary>
    /// <param name="artifacts">The artifacts.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static ValueTask<ArtifactReference> WriteJsonAsync(this IArtifacts artifacts, string name, JsonData value, CancellationToken cancellationToken = default)
        => artifacts.WriteAsync(name, value.Utf8, MediaTypes.Json, cancellationToken);

    /// <summary>Stores an object as JSON; see <see cref="IArtifacts.WriteAsync"/>.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="artifacts">The artifacts.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The object.</param>
    /// <param name="typeInfo">How it is written, from the application's <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static ValueTask<ArtifactReference> WriteJsonAsync<T>(this IArtifacts artifacts, string name, T value, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default)
        => artifacts.WriteJsonAsync(name, JsonData.From(value, typeInfo), cancellationToken);

    /// <summary>Reads a content as a whole; see <see cref="IArtifacts.OpenReadAsync"/>.</summary>
    /// <param name="artifacts">The artifacts.</param>
    /// <param name="artifact">The reference.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidOperationException">It has more than 256 MiB; open it and read it in pieces.</exception>
    public static async ValueTask<byte[]> ReadAsync(this IArtifacts artifacts, ArtifactReference artifact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        ArgumentNullException.ThrowIfNull(artifact);
        if (artifact.Size > MaxReadAtOnce)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"Artifact '{artifact.Name}' has {artifact.Size:N0} bytes, which is too much to be read at once; open it with {nameof(IArtifacts.OpenReadAsync)} and read it in pieces."));
        }

        var stream = await artifacts.OpenReadAsync(artifact, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var buffer = new MemoryStream((int)artifact.Size);
            await stream.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
            return buffer.ToArray();
        }
    }

    /// <summary>Reads a content as a whole that is a UTF-8 text; see <see cref="IArtifacts.OpenReadAsync"/>.</summary>
    /// <param name="artifacts">The artifacts.</param>
    /// <param name="artifact">The reference.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<string> ReadTextAsync(this IArtifacts artifacts, ArtifactReference artifact, CancellationToken cancellationToken = default)
        => Encoding.UTF8.GetString(await artifacts.ReadAsync(artifact, cancellationToken).ConfigureAwait(false));

    /// <summary>Reads a content as a whole that is JSON; see <see cref="IArtifacts.OpenReadAsync"/>.</summary>
    /// <param name="artifacts">The artifacts.</param>
    /// <param name="artifact">The reference.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="System.Text.Json.JsonException">It is no JSON.</exception>
    public static async ValueTask<JsonData> ReadJsonAsync(this IArtifacts artifacts, ArtifactReference artifact, CancellationToken cancellationToken = default)
        => JsonData.Parse(await artifacts.ReadAsync(artifact, cancellationToken).ConfigureAwait(false));
}
