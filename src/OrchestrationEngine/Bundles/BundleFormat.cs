using System.Text.Json.Serialization;

namespace OrchestrationEngine.Bundles;

/// <summary>
/// The form of a bundle: a zip file. Old bundles are read for ever: a changed form gets a new number. Format 1 has a journal, a plan and a manifest;
/// format 2 adds the report, the contents that the journal names, and a signature over the manifest. docs/bundles.md describes it.
/// </summary>
internal static class BundleFormat
{
    public const int Version = 2;
    public const string Manifest = "manifest.json";
    public const string Plan = "plan.json";
    public const string Journal = "journal.jsonl";
    public const string Report = "report.md";
    public const string Signature = "signature.json";

    /// <summary>What the name of a content begins with; the 64 digits of its SHA-256 follow.</summary>
    public const string ContentFolder = "contents/";

    /// <summary>The longest journal, plan or report that is written or read, when it is unpacked: no file fills the memory.</summary>
    public const long MaxEntryBytes = 1L << 30;

    /// <summary>The longest manifest that is written or read.</summary>
    public const long MaxManifestBytes = 1L << 25;

    /// <summary>The longest signature file; a signature and the name of a key together are far less.</summary>
    public const long MaxSignatureBytes = 1L << 14;

    /// <summary>How many parts a bundle has at most; their names fit into the longest manifest.</summary>
    public const int MaxParts = 100_000;

    /// <summary>The longest table of contents that a zip file of so many parts has.</summary>
    public const long MaxDirectoryBytes = MaxParts * 256L;

    public static string NameOf(Runs.ContentDigest digest) => ContentFolder + digest.Hex;
}

/// <summary>What a bundle says about itself.</summary>
internal sealed record BundleManifest
{
    public required int Format { get; init; }

    public required string Run { get; init; }

    public required string PlanId { get; init; }

    public required string PlanVersion { get; init; }

    public string? BusinessKey { get; init; }

    public required string Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How many facts the journal has.</summary>
    public required long Facts { get; init; }

    /// <summary>The payloads of the facts, in bytes of JSON.</summary>
    public required long PayloadBytes { get; init; }

    /// <summary>The version of the library that wrote it; for people.</summary>
    public required string WrittenBy { get; init; }

    /// <summary>The parts beside the manifest and its signature, in the order in which they are in the file.</summary>
    public required IReadOnlyList<BundleEntry> Entries { get; init; }

    /// <summary>The digests that the journal names and whose contents were not in the artifact store; null in format 1.</summary>
    public IReadOnlyList<string>? Missing { get; init; }
}

/// <summary>A part beside the manifest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its length when it is unpacked.</param>
/// <param name="Sha256">The checksum of its content, in hexadecimal digits.</param>
internal sealed record BundleEntry(string Name, long Bytes, string Sha256);

/// <summary>The signature over the bytes of the manifest, and with them over the checksum of every part.</summary>
/// <param name="Algorithm"><c>ES256</c> or <c>HS256</c>; for people, as the key decides.</param>
/// <param name="KeyId">Which key.</param>
/// <param name="Signature">The signature, in base 64.</param>
internal sealed record BundleSignature(string Algorithm, string KeyId, string Signature);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BundleManifest))]
[JsonSerializable(typeof(BundleSignature))]
internal sealed partial class BundleJsonContext : JsonSerializerContext;
