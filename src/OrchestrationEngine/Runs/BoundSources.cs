using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What an attempt was given with its inputs, as sources of what it makes: outputs of tasks, inputs of the run, and artifacts in them.</summary>
internal static class BoundSources
{
    public const string Artifact = "artifact";
    public const string Document = "document";
    public const string Output = "output";
    public const string Input = "input";
    public const string Reused = "reused";

    /// <summary>The sources, each once, in the order of the plan.</summary>
    /// <param name="task">What the plan says of the task.</param>
    /// <param name="values">The bound inputs.</param>
    /// <param name="item">The item, where it is done for one; otherwise null.</param>
    public static List<ArtifactSource> Of(TaskDefinition task, IReadOnlyList<JsonData> values, JsonData? item)
    {
        var sources = new List<ArtifactSource>();
        for (var i = 0; i < values.Count; i++)
        {
            var input = task.Inputs[i];
            if (input.From is { } path)
            {
                Add(path, values[i].IsNull ? default : DigestOf(values[i]));
            }
            else
            {
                AddAll(input.Template?.References);
            }

            AddReferences(values[i]);
        }

        if (item is { } value)
        {
            // Where the plan says nothing of the item but that there is one, the agent is given it all the same.
            AddAll(task.ForEach?.Items.References);
            AddReferences(value);
        }

        return sources;

        void AddAll(IReadOnlyList<DataPath>? paths)
        {
            foreach (var path in paths ?? [])
            {
                Add(path, default);
            }
        }

        void Add(DataPath path, ContentDigest digest)
        {
            if (path is { Root: "tasks", Segments: [{ Key: { } id }, { Key: "output" or "outputs" }, ..] })
            {
                AddOnce(new ArtifactSource { Kind = Output, Name = id, Digest = digest });
            }
            else if (path is { Root: "inputs", Segments: [{ Key: { } name }, ..] })
            {
                AddOnce(new ArtifactSource { Kind = Input, Name = name, Digest = digest });
            }
        }

        void AddReferences(JsonData value)
        {
            foreach (var found in ContentReferences.Find(value))
            {
                if (!found.Reference.Moved)
                {
                    AddOnce(OfArtifact(found.Reference));
                }
            }
        }

        void AddOnce(ArtifactSource source)
        {
            if (!sources.Contains(source))
            {
                sources.Add(source);
            }
        }
    }

    /// <summary>An artifact as a source.</summary>
    public static ArtifactSource OfArtifact(ArtifactReference reference) => new() { Kind = Artifact, Name = reference.Name, Digest = reference.Digest };

    // A value that was moved has the digest that it has where it stands.
    private static ContentDigest DigestOf(JsonData value)
        => ContentReferences.Find(value) is [{ Start: 0, Reference: { Moved: true } moved }] whole && whole[0].Length == value.Length ? moved.Digest : ContentDigest.Of(value.Utf8.Span);
}
