namespace OrchestrationEngine.Runs;

/// <summary>The part of <see cref="RunStateCodec"/> that is about artifacts.</summary>
internal static class ArtifactCodec
{
    public static void Write(RunState state, StateWriter writer)
    {
        writer.Byte(state.NamesContents ? (byte)1 : (byte)0);
        writer.Count(state.Artifacts.Count);
        foreach (var (name, versions) in state.Artifacts.All)
        {
            writer.Text(name);
            writer.Count(versions.Count);
            writer.Count(versions.Version);
            if (versions.Latest is { } latest)
            {
                writer.Text(latest.Digest.Hex);
                writer.Text(latest.MediaType);
                writer.Count(latest.Size);
            }
        }
    }

    public static void Read(RunState state, ref StateReader reader)
    {
        state.NamesContents = reader.Byte() != 0;
        for (var left = reader.Count(); left > 0; left--)
        {
            var (name, count, version) = (reader.RequiredText(), reader.Count(), reader.Count());
            ArtifactReference? latest = null;
            if (version > 0)
            {
                Require(ContentDigest.TryParse(reader.RequiredText(), out var digest) && version <= count, "an artifact has no digest");
                latest = new ArtifactReference { Name = name, Digest = digest, MediaType = reader.RequiredText(), Size = reader.LongCount() };
            }

            Require(count > 0 && state.Artifacts.TryAdd(name, new ArtifactVersions(count, version, latest)), "an artifact is there twice");
        }
    }

    public static long EstimatedBytes(RunState state)
    {
        var bytes = 16L;
        foreach (var (name, versions) in state.Artifacts.All)
        {
            bytes += 96 + (4L * name.Length) + (2L * (versions.Latest?.MediaType.Length ?? 0));
        }

        return bytes;
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException(problem + ".");
        }
    }
}
