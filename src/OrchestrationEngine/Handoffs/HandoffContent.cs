using System.Globalization;
using System.Text;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Handoffs;

/// <summary>
/// The content of a handoff as JSON, read once and only when something needs it: a value as it is, an artifact of JSON as what it has in it, an artifact of
/// text as one JSON string. For one thread; what was read is gone when it is disposed of.
/// </summary>
internal sealed class HandoffContent(Handoff handoff, HandoffSettings settings) : IDisposable
{
    private const string JsonMediaType = "application/json";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = HandoffSettings.MaxNesting };

    private JsonDocument? _document;
    private bool _isRead;

    /// <summary>The content, once it was read without a problem.</summary>
    public JsonElement Root => _document!.RootElement;

    /// <summary>Why it can't be read as JSON, for the one who made it; null where it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>The media type: an artifact's own, and that of JSON for a value.</summary>
    public string MediaType => handoff.Artifact?.MediaType ?? JsonMediaType;

    /// <summary>The size in bytes.</summary>
    public long Size => handoff.Artifact?.Size ?? handoff.Value.Length;

    /// <summary>Reads the content, unless it was read before.</summary>
    /// <returns>Whether there is a <see cref="Root"/>; otherwise there is a <see cref="Problem"/>.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_isRead)
        {
            if (handoff.Artifact is null)
            {
                Parse(handoff.Value.Utf8);
            }
            else
            {
                await ReadArtifactAsync(cancellationToken).ConfigureAwait(false);
            }

            _isRead = true;
        }

        return Problem is null;
    }

    public void Dispose() => _document?.Dispose();

    /// <summary>A media type without its parameters.</summary>
    public static ReadOnlySpan<char> Essence(string mediaType)
    {
        var end = mediaType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? mediaType : mediaType.AsSpan(0, end)).Trim();
    }

    private async ValueTask ReadArtifactAsync(CancellationToken cancellationToken)
    {
        var isJson = IsJson(MediaType);
        if (!isJson && !Essence(MediaType).StartsWith("text/", StringComparison.OrdinalIgnoreCase))
        {
            Problem = $"The content is of the media type '{MediaType}'; only JSON and text can be looked into.";
            return;
        }

        if (Size > settings.MaxContentBytes || Size < 0)
        {
            Problem = Size < 0 ? $"The reference to the artifact '{handoff.Artifact!.Name}' gives it a size of less than nothing." : TooLarge(Size);
            return;
        }

        var stream = await handoff.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // One byte more than there should be, so that the end is seen, and with it what the store found out on the way.
            var buffer = new byte[(int)Size + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (length != Size)
            {
                Problem = $"The artifact '{handoff.Artifact!.Name}' has {Size} bytes by its reference; there are {(length < Size ? $"{length}" : "more")}.";
                return;
            }

            Take(buffer.AsMemory(0, length), isJson);
        }
    }

    private void Take(ReadOnlyMemory<byte> content, bool isJson)
    {
        if (isJson)
        {
            Parse(content.Span.StartsWith("\uFEFF"u8) ? content[3..] : content);
            return;
        }

        try
        {
            Parse(JsonData.String(StrictUtf8.GetString(content.Span)).Utf8);
        }
        catch (DecoderFallbackException)
        {
            Problem = "The content is not text in UTF-8.";
        }
    }

    private void Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            _document = JsonDocument.Parse(json, Options);
        }
        catch (JsonException e)
        {
            Problem = $"The content can't be read as JSON (RFC 8259) nested at most {HandoffSettings.MaxNesting} deep. {e.Message}";
        }
    }

    private static bool IsJson(string mediaType)
    {
        var essence = Essence(mediaType);
        return essence.Equals(JsonMediaType, StringComparison.OrdinalIgnoreCase)
            || essence.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || essence.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private string TooLarge(long size) => string.Create(
        CultureInfo.InvariantCulture,
        $"The content has {size:N0} bytes; contracts look into at most {settings.MaxContentBytes:N0} (OrchestrationOptions.MaxCheckedBytes).");
}
