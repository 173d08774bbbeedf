using System.Text;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Handoffs;

/// <summary>A handoff of which a test says everything.</summary>
internal sealed class GivenHandoff : Handoff, IHandoffAgents
{
    private readonly byte[]? _content;
    private readonly JsonData _value;

    private GivenHandoff(JsonData value, ArtifactReference? artifact, byte[]? content) => (_value, Artifact, _content) = (value, artifact, content);

    public Func<string, string?, JsonData> Judge { get; init; } = (_, _) => throw new InvalidOperationException("No agent was expected to be asked.");

    public Func<string, JsonData> Transformer { get; init; } = _ => throw new InvalidOperationException("No agent was expected to be asked.");

    public List<string> Asked { get; } = [];

    public IReadOnlyList<ArtifactReference> Made { get; init; } = [];

    public int Opened { get; private set; }

    public override RunId Run { get; } = new("r");

    public override string Plan => "p";

    public override string Task => "t";

    public override int? Item => null;

    public override int Attempt => 1;

    public override string Agent => "a";

    public override string? Consumer => null;

    public override string? Part => null;

    public override JsonData Value => _value;

    public override ArtifactReference? Artifact { get; }

    public override IReadOnlyList<ArtifactReference> Artifacts => Made;

    public override IServiceProvider Services => throw new InvalidOperationException("No service was expected to be asked for.");

    public static GivenHandoff Of(string json) => new(JsonData.Parse(Encoding.UTF8.GetBytes(json)), null, null);

    public static GivenHandoff OfValue(JsonData value) => new(value, null, null);

    public static GivenHandoff WithJudge(string json, Func<string, string?, string> judge)
        => new(JsonData.Parse(Encoding.UTF8.GetBytes(json)), null, null) { Judge = (agent, criteria) => JsonData.Parse(Encoding.UTF8.GetBytes(judge(agent, criteria))) };

    public static GivenHandoff WithTransformer(string json, Func<string, string> transformer)
        => new(JsonData.Parse(Encoding.UTF8.GetBytes(json)), null, null) { Transformer = agent => JsonData.Parse(Encoding.UTF8.GetBytes(transformer(agent))) };

    public static GivenHandoff WithArtifacts(params string[] names) => new(JsonData.Null, null, null) { Made = [.. names.Select(name => Reference(name, "text/plain", []))] };

    public static GivenHandoff OfArtifact(string mediaType, byte[] content, long? size = null)
    {
        var reference = Reference("a", mediaType, content) with { Size = size ?? content.Length };
        return new(reference.ToJson(), reference, content);
    }

    public static GivenHandoff OfArtifact(string mediaType, string content) => OfArtifact(mediaType, Encoding.UTF8.GetBytes(content));

    public override ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        Opened++;
        return ValueTask.FromResult<Stream>(new MemoryStream(_content ?? _value.Utf8.ToArray(), writable: false));
    }

    public ValueTask<JsonData> JudgeAsync(string agent, string? criteria, CancellationToken cancellationToken)
    {
        Asked.Add(agent);
        return ValueTask.FromResult(Judge(agent, criteria));
    }

    public ValueTask<JsonData> TransformAsync(string agent, CancellationToken cancellationToken)
    {
        Asked.Add(agent);
        return ValueTask.FromResult(Transformer(agent));
    }

    private static ArtifactReference Reference(string name, string mediaType, byte[] content)
        => new() { Digest = ContentDigest.Of(content), Name = name, MediaType = mediaType, Size = content.Length };
}
