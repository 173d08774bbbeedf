using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>Provenance over random manifests, against what it means.</summary>
public sealed class ProvenanceTests
{
    [Fact]
    public void Answers_are_those_of_the_plain_definition()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var manifest = Manifest(new Random(seed));
            var provenance = manifest.ToProvenance();
            var (made, looked) = Edges(manifest);
            var nodes = made.Concat(looked).SelectMany(edge => new[] { edge.From, edge.To }).Concat(provenance.Nodes).Distinct().ToList();
            var fromMade = Closure(nodes, made);
            var fromAll = Closure(nodes, [.. made, .. looked]);
            foreach (var node in nodes)
            {
                Assert.Equal(nodes.Where(other => other != node && fromMade.Contains((other, node))).ToHashSet(), provenance.MadeFrom(node).ToHashSet());
                Assert.Equal(nodes.Where(other => other != node && fromMade.Contains((node, other))).ToHashSet(), provenance.DependentsOf(node).ToHashSet());
                Assert.Equal(
                    manifest.Work.Select(work => ProvenanceNode.Output(work.Task, work.Item, work.Attempt)).Where(other => other != node && fromAll.Contains((node, other))).Select(other => other.Name).Distinct(),
                    provenance.AffectedBy(node));
            }
        }
    }

    [Fact]
    public void A_task_that_was_done_in_turns_is_redone_once_where_it_was_done_first()
    {
        var manifest = Empty() with
        {
            Work =
            [
                Work("draft", 1, 2, 3),
                Work("review", 1, 4, 5, new ArtifactSource { Kind = "output", Name = "draft" }),
                Work("draft", 2, 6, 7, new ArtifactSource { Kind = "output", Name = "review" }),
                Work("review", 2, 8, 9, new ArtifactSource { Kind = "output", Name = "draft" }),
            ],
        };

        var provenance = manifest.ToProvenance();

        Assert.Equal(["review", "draft"], provenance.AffectedBy(ProvenanceNode.Output("draft", attempt: 1)));
        Assert.Equal([ProvenanceNode.Output("draft", attempt: 2), ProvenanceNode.Output("review", attempt: 1), ProvenanceNode.Output("draft", attempt: 1)], provenance.MadeFrom(ProvenanceNode.Output("review", attempt: 2)));
    }

    // Pairs of which the second was made from the first, or decided by it: each source of each attempt, and each attempt of each artifact.
    private static (List<(ProvenanceNode From, ProvenanceNode To)> Made, List<(ProvenanceNode From, ProvenanceNode To)> Looked) Edges(RunManifest manifest)
    {
        List<(ProvenanceNode, ProvenanceNode)> made = [], looked = [];
        foreach (var work in manifest.Work)
        {
            var output = ProvenanceNode.Output(work.Task, work.Item, work.Attempt);
            made.AddRange(work.Given.Concat(work.Opened).SelectMany(source => Nodes(manifest, source, work)).Select(node => (node, output)));
            looked.AddRange(work.DecidedBy.SelectMany(source => Nodes(manifest, source, work)).Select(node => (node, output)));
            made.AddRange(work.Wrote.Select(document => (output, ProvenanceNode.Document(document.Name, document.Version))));
            made.AddRange(manifest.Artifacts
                .Where(artifact => artifact.Task == work.Task && artifact.Item == work.Item && artifact.Attempt == work.Attempt)
                .Select(artifact => (output, ProvenanceNode.Artifact(artifact.Artifact.Name, artifact.Version))));
        }

        return (made, looked);
    }

    private static IEnumerable<ProvenanceNode> Nodes(RunManifest manifest, ArtifactSource source, ManifestWork user) => source.Kind switch
    {
        "artifact" => [ProvenanceNode.Artifact(source.Name, source.Version)],
        "document" => [ProvenanceNode.Document(source.Name, source.Version)],
        "input" => [ProvenanceNode.Input(source.Name)],
        _ => manifest.Work
            .Where(work => work.Task == source.Name && work.Ended < user.Started && !manifest.Work.Any(other => other.Task == work.Task && other.Item == work.Item && other.Ended > work.Ended && other.Ended < user.Started))
            .Select(work => ProvenanceNode.Output(work.Task, work.Item, work.Attempt)),
    };

    // Warshall.
    private static HashSet<(ProvenanceNode, ProvenanceNode)> Closure(List<ProvenanceNode> nodes, IReadOnlyCollection<(ProvenanceNode From, ProvenanceNode To)> edges)
    {
        var reach = edges.ToHashSet();
        foreach (var middle in nodes)
        {
            foreach (var from in nodes.Where(node => reach.Contains((node, middle))))
            {
                foreach (var to in nodes.Where(node => reach.Contains((middle, node))))
                {
                    reach.Add((from, to));
                }
            }
        }

        return reach;
    }

    private static RunManifest Manifest(Random random)
    {
        var work = new List<ManifestWork>();
        var artifacts = new List<ManifestArtifact>();
        var sequence = 1L;
        var attempts = new Dictionary<(string, int?), int>();
        for (var count = random.Next(1, 12); count > 0; count--)
        {
            var task = "t" + random.Next(5);
            int? item = task is "t0" or "t1" ? random.Next(2) : null;
            var attempt = attempts[(task, item)] = attempts.GetValueOrDefault((task, item)) + 1;
            var started = sequence + random.Next(1, 3);
            work.Add(Work(task, attempt, started, started + random.Next(1, 4), Sources(random, artifacts)) with { Item = item, Opened = Sources(random, artifacts), Wrote = random.Next(4) == 0 ? [new ArtifactSource { Kind = "document", Name = "d" + random.Next(2), Version = random.Next(1, 3) }] : [], DecidedBy = random.Next(3) == 0 ? [new ArtifactSource { Kind = "output", Name = "t" + random.Next(5) }] : [] });
            sequence = work[^1].Ended;
            for (var more = random.Next(3); more > 0; more--)
            {
                var name = "a" + random.Next(3);
                artifacts.Add(Artifact(name, artifacts.Count(artifact => artifact.Artifact.Name == name) + 1, work[^1]));
            }
        }

        return Empty() with { Work = work, Artifacts = artifacts };
    }

    private static ArtifactSource[] Sources(Random random, List<ManifestArtifact> artifacts)
        =>
        [
            .. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(4) switch
            {
                0 when artifacts.Count > 0 && artifacts[random.Next(artifacts.Count)] is var artifact => new ArtifactSource { Kind = "artifact", Name = artifact.Artifact.Name, Version = artifact.Version, Digest = artifact.Artifact.Digest },
                1 => new ArtifactSource { Kind = "document", Name = "d" + random.Next(2), Version = random.Next(1, 3) },
                2 => new ArtifactSource { Kind = "input", Name = "i" + random.Next(2) },
                _ => new ArtifactSource { Kind = "output", Name = "t" + random.Next(6) },
            }).Distinct(),
        ];

    private static RunManifest Empty() => new() { Run = new RunId("r"), Plan = "p", PlanVersion = "1", Sequence = 1, Artifacts = [], Work = [] };

    private static ManifestWork Work(string task, int attempt, long started, long ended, params ArtifactSource[] given)
        => new() { Task = task, Phase = "one", Attempt = attempt, Agent = "x", Started = started, Ended = ended, Given = given };

    private static ManifestArtifact Artifact(string name, int version, ManifestWork work)
    {
        var reference = new ArtifactReference { Name = name, MediaType = "text/plain", Size = 1, Digest = ContentDigest.Of(System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant($"{name}@{version}"))) };
        return new ManifestArtifact { Artifact = reference, Version = version, Task = work.Task, Phase = work.Phase, Item = work.Item, Attempt = work.Attempt, Agent = "x", MadeAt = DateTimeOffset.UnixEpoch };
    }
}
