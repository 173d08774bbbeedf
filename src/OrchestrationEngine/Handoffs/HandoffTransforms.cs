using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Handoffs;

/// <summary>A transformation that looks into the content.</summary>
internal abstract class ContentTransform(string name, HandoffSettings settings) : IHandoffTransform
{
    public string Name => name;

    public async ValueTask<JsonData> TransformAsync(Handoff handoff, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handoff);
        using var content = new HandoffContent(handoff, settings);
        return await content.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? Make(content.Root)
            : throw new HandoffTransformException($"The transformation '{name}' can't be made. {content.Problem}");
    }

    protected abstract JsonData Make(JsonElement content);

    protected JsonElement ObjectOf(JsonElement content)
        => content.ValueKind == JsonValueKind.Object ? content : throw new HandoffTransformException($"The transformation '{name}' is about members; the output is no JSON object.");

    protected static JsonData Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            write(writer);
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }

    protected HandoffTransformException Failed(string problem) => new($"The transformation '{name}' can't be made of this output. {problem}");
}

/// <summary>Keeps only some members, in the order in which they are named. What is not there is not there afterwards either.</summary>
internal sealed class SelectTransform(IReadOnlyList<string> members, HandoffSettings settings) : ContentTransform("select", settings)
{
    private readonly Branch _root = Branch.Of(members);

    protected override JsonData Make(JsonElement content)
    {
        var value = ObjectOf(content);
        return Write(writer => Copy(writer, value, _root));
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement value, Branch branch)
    {
        writer.WriteStartObject();
        foreach (var (name, inner) in branch.Members)
        {
            if (!JsonMember.TryGet(value, name, out var member) || (!inner.IsWhole && member.ValueKind != JsonValueKind.Object))
            {
                continue;
            }

            writer.WritePropertyName(name);
            if (inner.IsWhole)
            {
                member.WriteTo(writer);
            }
            else
            {
                Copy(writer, member, inner);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The members to keep of one object: all of a member, or some of its own members.</summary>
    private sealed class Branch
    {
        private readonly List<KeyValuePair<string, Branch>> _members = [];

        public bool IsWhole { get; private set; }

        public IReadOnlyList<KeyValuePair<string, Branch>> Members => _members;

        public static Branch Of(IEnumerable<string> members)
        {
            var root = new Branch();
            foreach (var member in members)
            {
                var at = root;
                foreach (var name in member.Split('.'))
                {
                    at = at.Member(name);
                }

                at.IsWhole = true;
            }

            return root;
        }

        private Branch Member(string name)
        {
            foreach (var (known, branch) in _members)
            {
                if (known == name)
                {
                    return branch;
                }
            }

            var added = new Branch();
            _members.Add(new(name, added));
            return added;
        }
    }
}

/// <summary>Gives members other names, and leaves the others and their order as they are.</summary>
internal sealed class RenameTransform(IReadOnlyList<KeyValuePair<string, string>> names, HandoffSettings settings) : ContentTransform("rename", settings)
{
    private readonly Dictionary<string, string> _names = names.ToDictionary(StringComparer.Ordinal);

    protected override JsonData Make(JsonElement content)
    {
        var value = ObjectOf(content);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var member in value.EnumerateObject())
            {
                var old = JsonMember.NameOf(member) ?? throw Failed("A member's name has an escape that is only half of a character.");
                var name = _names.GetValueOrDefault(old, old);
                if (!taken.Add(name))
                {
                    throw Failed($"It would have the member '{name}' twice.");
                }

                writer.WritePropertyName(name);
                member.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
    }
}

/// <summary>Makes another value, by templates over the content.</summary>
internal sealed class MapTransform(DataTemplate template, HandoffSettings settings) : ContentTransform("map", settings)
{
    protected override JsonData Make(JsonElement content)
        => template.TryEvaluate(new ContentScope(content), out var value, out var problem) ? value : throw Failed(problem);
}

/// <summary>Makes a text, by a template over the content.</summary>
internal sealed class TextTransform(TextTemplate template, HandoffSettings settings) : ContentTransform("text", settings)
{
    protected override JsonData Make(JsonElement content)
        => template.TryEvaluateText(new ContentScope(content), out var text, out var problem) ? JsonData.String(text) : throw Failed(problem);
}

/// <summary>Has an agent make it.</summary>
internal sealed class AgentTransform(string agent) : IHandoffTransform
{
    public string Name { get; } = "agent:" + agent;

    public ValueTask<JsonData> TransformAsync(Handoff handoff, CancellationToken cancellationToken)
        => handoff is IHandoffAgents agents
            ? agents.TransformAsync(agent, cancellationToken)
            : throw new NotSupportedException($"The transformation is made by agent '{agent}'; only the engine can call agents.");
}
