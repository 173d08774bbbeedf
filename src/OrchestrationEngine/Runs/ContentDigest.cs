using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrchestrationEngine.Runs;

/// <summary>The SHA-256 of some content (FIPS 180-4), by which it is found. The default value is that of no content and is refused wherever one is needed.</summary>
[JsonConverter(typeof(ContentDigestJsonConverter))]
public readonly struct ContentDigest : IEquatable<ContentDigest>
{
    /// <summary>What the written form begins with.</summary>
    public const string Prefix = "sha256:";

    private const int HexLength = 64;

    private readonly string? _hex;

    private ContentDigest(string hex) => _hex = hex;

    /// <summary>The 64 hexadecimal digits, in lower case.</summary>
    /// <exception cref="InvalidOperationException">It is the default value.</exception>
    public string Hex => _hex ?? throw new InvalidOperationException("A digest that was never set has no digits.");

    /// <summary>Whether it is the default value.</summary>
    public bool IsNone => _hex is null;

    /// <summary>Whether two digests are the same.</summary>
    public static bool operator ==(ContentDigest left, ContentDigest right) => left.Equals(right);

    /// <summary>Whether two digests differ.</summary>
    public static bool operator !=(ContentDigest left, ContentDigest right) => !left.Equals(right);

    /// <summary>Takes the 32 bytes of a hash.</summary>
    /// <param name="hash">The bytes.</param>
    /// <exception cref="ArgumentException">They are not 32.</exception>
    public static ContentDigest FromHash(ReadOnlySpan<byte> hash)
        => hash.Length == HexLength / 2
            ? new ContentDigest(Convert.ToHexStringLower(hash))
            : throw new ArgumentException($"A SHA-256 has 32 bytes; these are {hash.Length}.", nameof(hash));

    /// <summary>Computes the digest of some content.</summary>
    /// <param name="content">The content.</param>
    public static ContentDigest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[HexLength / 2];
        System.Security.Cryptography.SHA256.HashData(content, hash);
        return FromHash(hash);
    }

    /// <summary>Reads a digest from its written form, <c>sha256:</c> and 64 hexadecimal digits, or the digits alone; their case does not matter.</summary>
    /// <param name="text">The text; null is none.</param>
    /// <param name="digest">The digest.</param>
    /// <returns>Whether the text is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out ContentDigest digest)
    {
        digest = default;
        if (text is null)
        {
            return false;
        }

        var hex = text.StartsWith(Prefix, StringComparison.Ordinal) ? text.AsSpan(Prefix.Length) : text;
        if (hex.Length != HexLength || hex.ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        digest = new ContentDigest(hex.ToString().ToLowerInvariant());
        return true;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">The text is none.</exception>
    public static ContentDigest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is no digest; expected '{Prefix}' and {HexLength} hexadecimal digits.");
    }

    /// <inheritdoc/>
    public bool Equals(ContentDigest other) => string.Equals(_hex, other._hex, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ContentDigest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hex?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>The written form; empty for the default value.</summary>
    public override string ToString() => _hex is null ? "" : Prefix + _hex;

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
}

/// <summary>A digest as a JSON string.</summary>
internal sealed class ContentDigestJsonConverter : JsonConverter<ContentDigest>
{
    public override ContentDigest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => ContentDigest.TryParse(reader.GetString(), out var digest) ? digest : throw new JsonException("A digest is 'sha256:' and 64 hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, ContentDigest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
