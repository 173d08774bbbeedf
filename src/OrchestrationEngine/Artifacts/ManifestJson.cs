using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>Writes manifests as JSON, in snake case.</summary>
internal static class ManifestJson
{
    public static JsonData Write(RunManifest manifest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("run", manifest.Run.Value);
            writer.WriteString("plan", manifest.Plan);
            writer.WriteString("plan_version", manifest.PlanVersion);
            writer.WriteNumber("sequence", manifest.Sequence);
            writer.WriteStartArray("artifacts");
            foreach (var artifact in manifest.Artifacts)
            {
                Write(writer, artifact);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, ManifestArtifact artifact)
    {
        writer.WriteStartObject();
        writer.WriteString("id", FormattableString.Invariant($"{artifact.Artifact.Name}@{artifact.Version}"));
        writer.WriteString("name", artifact.Artifact.Name);
        writer.WriteNumber("version", artifact.Version);
        writer.WriteString("source_phase", artifact.Phase);
        writer.WriteStartArray("destination_phases");
        foreach (var phase in artifact.Transfers.Select(static transfer => transfer.Phase).Distinct(StringComparer.Ordinal))
        {
            writer.WriteStringValue(phase);
        }

        writer.WriteEndArray();
        writer.WriteString("created_by", artifact.Agent);
        writer.WriteString("created_at", artifact.MadeAt);
        writer.WriteString("path", artifact.Artifact.Name);
        writer.WriteString("checksum", artifact.Artifact.Digest.ToString());
        writer.WriteNumber("size_bytes", artifact.Artifact.Size);
        writer.WriteString("media_type", artifact.Artifact.MediaType);
        WriteText(writer, "schema", artifact.Verdicts.Select(static verdict => verdict.Contract).FirstOrDefault(static contract => contract is not null));
        if (artifact.Verdicts.Count == 0)
        {
            writer.WriteNull("schema_valid");
        }
        else
        {
            writer.WriteBoolean("schema_valid", artifact.Verdicts.All(static verdict => verdict.Passed));
        }

        WriteMaker(writer, artifact);
        WriteVerdicts(writer, artifact.Verdicts);
        WriteSources(writer, artifact.Sources);
        WriteTransfers(writer, artifact);
        writer.WriteEndObject();
    }

    private static void WriteMaker(Utf8JsonWriter writer, ManifestArtifact artifact)
    {
        writer.WriteString("task", artifact.Task);
        WriteItem(writer, artifact.Item);
        writer.WriteNumber("attempt", artifact.Attempt);
        WriteText(writer, "model", artifact.Model);
        writer.WriteString("status", artifact.Quarantined ? "quarantined" : "registered");
    }

    private static void WriteVerdicts(Utf8JsonWriter writer, IReadOnlyList<ManifestVerdict> verdicts)
    {
        writer.WriteStartArray("verdicts");
        foreach (var verdict in verdicts)
        {
            writer.WriteStartObject();
            WriteText(writer, "contract", verdict.Contract);
            WriteText(writer, "handoff_id", verdict.Handoff);
            WriteText(writer, "to", verdict.To);
            writer.WriteBoolean("valid", verdict.Passed);
            if (verdict.Score is { } score)
            {
                writer.WriteNumber("score", score);
            }

            writer.WriteStartArray("violations");
            foreach (var violation in verdict.Violations)
            {
                writer.WriteStartObject();
                writer.WriteString("rule", violation.Rule);
                writer.WriteString("location", violation.Location);
                writer.WriteString("message", violation.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSources(Utf8JsonWriter writer, IReadOnlyList<ArtifactSource> sources)
    {
        writer.WriteStartArray("sources");
        foreach (var source in sources)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", source.Kind);
            writer.WriteString("name", source.Name);
            if (source.Version is { } version)
            {
                writer.WriteNumber("version", version);
            }

            if (!source.Digest.IsNone)
            {
                writer.WriteString("checksum", source.Digest.ToString());
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTransfers(Utf8JsonWriter writer, ManifestArtifact artifact)
    {
        writer.WriteStartArray("transferred_to");
        foreach (var transfer in artifact.Transfers)
        {
            writer.WriteStartObject();
            writer.WriteString("phase", transfer.Phase);
            writer.WriteString("task", transfer.Task);
            WriteItem(writer, transfer.Item);
            writer.WriteNumber("attempt", transfer.Attempt);
            writer.WriteString("transferred_at", transfer.At);

            // What is given is found by this digest and verified by it.
            writer.WriteString("transfer_checksum", artifact.Artifact.Digest.ToString());
            writer.WriteString("status", transfer.Opened ? "opened" : "bound");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteItem(Utf8JsonWriter writer, int? item)
    {
        if (item is { } index)
        {
            writer.WriteNumber("item", index);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is null)
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteString(name, text);
        }
    }
}
