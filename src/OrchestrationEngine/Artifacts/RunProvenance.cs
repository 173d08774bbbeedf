using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>What in a run was made from what: answers of pure functions over its manifest. Immutable; safe to use from many threads.</summary>
/// <remarks>
/// An artifact was made by its attempt, and the output of an attempt from everything that its inputs gave it and that it opened. Which of it really went in,
/// nobody knows: what an attempt was given counts.
/// </remarks>
public sealed class RunProvenance
{
    private readonly List<ProvenanceNode> _nodes = [];
    private readonly Dictionary<ProvenanceNode, int> _numbers = [];
    private readonly List<List<int>> _sources = [];
    private readonly List<List<int>> _dependents = [];

    // Of outputs, where a condition decided about them: not made from it, but to be looked at again with it.
    private readonly List<List<int>> _decided = [];

    internal RunProvenance(RunManifest manifest)
    {
        var works = manifest.Work.OrderBy(static work => work.Ended).ToList();
        var byTask = works.GroupBy(static work => work.Task, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.ToList(), StringComparer.Ordinal);
        var made = manifest.Artifacts.ToLookup(static artifact => (artifact.Task, artifact.Item, artifact.Attempt));
        var versions = manifest.Artifacts.Where(static artifact => !artifact.Quarantined).ToLookup(static artifact => (artifact.Artifact.Name, artifact.Artifact.Digest));
        foreach (var work in works)
        {
            var output = Number(ProvenanceNode.Output(work.Task, work.Item, work.Attempt));
            foreach (var source in work.Given.Concat(work.Opened))
            {
                foreach (var number in Resolve(source, work))
                {
                    Connect(_sources, _dependents, number, output);
                }
            }

            foreach (var source in work.DecidedBy)
            {
                foreach (var number in Resolve(source, work))
                {
                    Connect(null, _decided, number, output);
                }
            }

            foreach (var document in work.Wrote)
            {
                Connect(_sources, _dependents, output, Number(ProvenanceNode.Document(document.Name, document.Version)));
            }

            foreach (var artifact in made[(work.Task, work.Item, work.Attempt)])
            {
                Connect(_sources, _dependents, output, Number(ProvenanceNode.Artifact(artifact.Artifact.Name, artifact.Version)));
            }
        }

        // Quarantined: its attempt made no output that counts.
        foreach (var artifact in manifest.Artifacts.Where(static artifact => artifact.Quarantined))
        {
            var number = Number(ProvenanceNode.Artifact(artifact.Artifact.Name, artifact.Version));
            foreach (var source in artifact.Sources)
            {
                foreach (var from in Resolve(source, null))
                {
                    Connect(_sources, _dependents, from, number);
                }
            }
        }

        IEnumerable<int> Resolve(ArtifactSource source, ManifestWork? user) => source.Kind switch
        {
            BoundSources.Artifact => [Number(ProvenanceNode.Artifact(source.Name, source.Version ?? versions[(source.Name, source.Digest)].Select(static artifact => (long?)artifact.Version).LastOrDefault()))],
            BoundSources.Output => LatestOf(byTask.GetValueOrDefault(source.Name) ?? [], user).Select(work => Number(ProvenanceNode.Output(work.Task, work.Item, work.Attempt))),
            BoundSources.Document => [Number(ProvenanceNode.Document(source.Name, source.Version))],
            BoundSources.Input => [Number(ProvenanceNode.Input(source.Name))],

            // It was made in another run, or at another time.
            _ => [],
        };
    }

    /// <summary>Everything that is known, in the order in which it came to be known.</summary>
    public IReadOnlyList<ProvenanceNode> Nodes => _nodes;

    /// <summary>What something was made from, and what that was made from, and so on: the nearest first.</summary>
    /// <param name="node">What; without a version, all versions of the name.</param>
    public IReadOnlyList<ProvenanceNode> MadeFrom(ProvenanceNode node) => Reach(node, number => _sources[number]);

    /// <summary>What was made from something, and what was made from that, and so on: the nearest first.</summary>
    /// <param name="node">What; without a version, all versions of the name.</param>
    public IReadOnlyList<ProvenanceNode> DependentsOf(ProvenanceNode node) => Reach(node, number => _dependents[number]);

    /// <summary>
    /// The tasks that must be redone when something changes: those that were given it or anything made from it, and those of which a condition looked at an
    /// output that is then made again. In the order in which they were done; each once.
    /// </summary>
    /// <param name="change">What changes; without a version, whichever version was used.</param>
    public IReadOnlyList<string> AffectedBy(ProvenanceNode change)
    {
        var reached = Reach(change, number => [.. _dependents[number], .. _decided[number]]);
        var affected = reached.Where(static node => node.Kind == ProvenanceKind.Output).ToHashSet();
        return [.. _nodes.Where(affected.Contains).Select(static node => node.Name).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<ManifestWork> LatestOf(List<ManifestWork> works, ManifestWork? user)
        => works.Where(work => user is null || work.Ended < user.Started).GroupBy(static work => work.Item).Select(static group => group.Last());

    private static void Connect(List<List<int>>? sources, List<List<int>> dependents, int from, int to)
    {
        if (!dependents[from].Contains(to))
        {
            dependents[from].Add(to);
            sources?[to].Add(from);
        }
    }

    private int Number(ProvenanceNode node)
    {
        if (!_numbers.TryGetValue(node, out var number))
        {
            _numbers[node] = number = _nodes.Count;
            _nodes.Add(node);
            _sources.Add([]);
            _dependents.Add([]);
            _decided.Add([]);
        }

        return number;
    }

    private List<ProvenanceNode> Reach(ProvenanceNode from, Func<int, List<int>> next)
    {
        var seen = new HashSet<int>();
        var line = new Queue<int>(Enumerable.Range(0, _nodes.Count).Where(number => from.Covers(_nodes[number])));
        var start = line.ToHashSet();
        var reached = new List<ProvenanceNode>();
        while (line.TryDequeue(out var number))
        {
            foreach (var other in next(number))
            {
                if (seen.Add(other))
                {
                    line.Enqueue(other);
                    if (!start.Contains(other))
                    {
                        reached.Add(_nodes[other]);
                    }
                }
            }
        }

        return reached;
    }
}

/// <summary>What a <see cref="ProvenanceNode"/> is.</summary>
public enum ProvenanceKind
{
    /// <summary>An artifact; its version is that of the artifact.</summary>
    Artifact,

    /// <summary>What an attempt at a task made; its version is the number of the attempt.</summary>
    Output,

    /// <summary>A document of the workspace.</summary>
    Document,

    /// <summary>An input of the run; it has no version.</summary>
    Input,
}

/// <summary>Something that was made in a run, or that things were made from.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name: of the artifact, the task, the document or the input.</param>
/// <param name="Version">Its version, or the number of the attempt; null in a question for all of them.</param>
/// <param name="Item">The item of the task, where it is an output of one; otherwise null.</param>
public sealed record ProvenanceNode(ProvenanceKind Kind, string Name, long? Version = null, int? Item = null)
{
    /// <summary>An artifact.</summary>
    /// <param name="name">The name.</param>
    /// <param name="version">The version; null for all.</param>
    public static ProvenanceNode Artifact(string name, long? version = null) => new(ProvenanceKind.Artifact, name, version);

    /// <summary>What a task made.</summary>
    /// <param name="task">The task.</param>
    /// <param name="item">The item; null for the task itself, and in a question without an attempt for all items.</param>
    /// <param name="attempt">The attempt; null for all.</param>
    public static ProvenanceNode Output(string task, int? item = null, int? attempt = null) => new(ProvenanceKind.Output, task, attempt, item);

    /// <summary>A document.</summary>
    /// <param name="name">The name.</param>
    /// <param name="version">The version; null for all.</param>
    public static ProvenanceNode Document(string name, long? version = null) => new(ProvenanceKind.Document, name, version);

    /// <summary>An input of the run.</summary>
    /// <param name="name">The name.</param>
    public static ProvenanceNode Input(string name) => new(ProvenanceKind.Input, name);

    internal bool Covers(ProvenanceNode other)
        => other.Kind == Kind && other.Name == Name && (Version is null || other.Version == Version) && ((Version is null && Item is null) || other.Item == Item);
}
