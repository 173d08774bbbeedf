using System.Text.Json.Serialization;

namespace OrchestrationEngine.Retention;

/// <summary>The form of a bundle: a zip file of three entries. Old bundles are read for ever: a changed form gets a new number.</summary>
internal static class BundleFormat
{
    public const int Version = 1;
    public const string Manifest = "manifest.json";
    public const string Plan = "plan.json";
    public const string Journal = "journal.jsonl";

    /// <summary>The longest entry that is written or read, when it is unpacked: no file fills the memory.</summary>
    public const long MaxEntryBytes = 1L << 30;

    /// <summary>The longest manifest; the longest id, key and name together are far less.</summary>
    public const long MaxManifestBytes = 1L << 20;
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

    public required IReadOnlyList<BundleEntry> Entries { get; init; }
}

/// <summary>An entry beside the manifest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its length when it is unpacked.</param>
/// <param name="Sha256">The checksum of its content, in hexadecimal digits.</param>
internal sealed record BundleEntry(string Name, long Bytes, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BundleManifest))]
internal sealed partial class BundleJsonContext : JsonSerializerContext;
