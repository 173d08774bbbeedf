using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The part of <see cref="RunStateCodec"/> that is about the workspace.</summary>
internal static class DocumentCodec
{
    public static void Write(RunState state, StateWriter writer)
    {
        var documents = state.Documents;
        writer.Count(documents.All.Count);
        foreach (var document in documents.All)
        {
            writer.Text(document.Name);
            writer.Count(document.Bytes);
            writer.Text(document.Text);
            writer.Text(document.Content.IsNone ? null : document.Content.Hex);
            writer.Text(document.Writer);
            writer.Count(document.Places.Count);
            var last = 0L;
            foreach (var place in document.Places)
            {
                writer.Count(place - last);
                last = place;
            }
        }

        writer.Count(documents.ConflictCount);
        writer.Count(documents.Conflicts.Count);
        foreach (var conflict in documents.Conflicts)
        {
            writer.Text(conflict.Id);
            writer.Text(conflict.Document);
            writer.Count(conflict.Seen);
            writer.Count(conflict.Sequence);
            writer.Text(conflict.Author);
            writer.Text(conflict.To);
            writer.Ticks(conflict.At.UtcTicks);
        }

        Write(documents.Given, writer);
        Write(documents.Made, writer);
    }

    public static void Read(RunState state, ref StateReader reader)
    {
        var documents = new List<RunDocument>();
        for (var left = reader.Count(); left > 0; left--)
        {
            documents.Add(ReadDocument(state, ref reader));
        }

        var count = reader.Count();
        var conflicts = new List<RunConflict>();
        for (var left = reader.Count(); left > 0; left--)
        {
            conflicts.Add(new RunConflict(
                reader.RequiredText(),
                reader.RequiredText(),
                reader.LongCount(),
                reader.LongCount(),
                reader.RequiredText(),
                reader.Text(),
                new DateTimeOffset(reader.Ticks(), TimeSpan.Zero)));
        }

        if (documents.Select(document => document.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() < documents.Count || conflicts.Count > count)
        {
            throw new InvalidDataException("It has a document twice, or more conflicts than there were.");
        }

        state.Documents.Restore(documents, conflicts, count);
        Read(state.Documents.Given, ref reader);
        Read(state.Documents.Made, ref reader);
    }

    public static long EstimatedBytes(RunState state)
        => state.Documents.KeptBytes
            + state.Documents.All.Sum(static document => 100L + (2 * document.Name.Length) + (4L * document.Places.Count))
            + state.Documents.Conflicts.Sum(static conflict => 40L + (2 * (conflict.Id.Length + conflict.Document.Length + conflict.Author.Length + (conflict.To?.Length ?? 0))))
            + state.Documents.Given.All.Concat(state.Documents.Made.All).Sum(static id => 12L + (2 * id.Key.Length));

    private static RunDocument ReadDocument(RunState state, ref StateReader reader)
    {
        var document = new RunDocument(reader.RequiredText()) { Bytes = reader.Count(), Text = reader.Text() };
        if (reader.Text() is { } hex)
        {
            document.Content = ContentDigest.TryParse(hex, out var digest) ? digest : throw new InvalidDataException("A digest is none.");
        }

        document.Writer = reader.Text();
        var last = 0L;
        for (var versions = reader.Count(); versions > 0; versions--)
        {
            last += reader.LongCount();
            if (last < 2 || last >> 1 > state.Version || (document.Places.Count == 0 && (last & 1) == 1))
            {
                throw new InvalidDataException("A version of a document is of no fact.");
            }

            document.Places.Add(last);
        }

        return document.Version > 0 ? document : throw new InvalidDataException("A document has no version.");
    }

    private static void Write(WriteIds ids, StateWriter writer)
    {
        writer.Count(ids.Count);
        foreach (var (id, made) in ids.All)
        {
            writer.Text(id);
            writer.Number(made);
        }
    }

    private static void Read(WriteIds ids, ref StateReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            ids.Add(reader.RequiredText(), reader.Number());
        }
    }
}
