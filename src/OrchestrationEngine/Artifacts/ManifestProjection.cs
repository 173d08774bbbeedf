using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>Makes a run's manifest of its journal, fact by fact. It keeps the state of the run, so that it knows what inputs were bound to. Used by one thread.</summary>
internal sealed class ManifestProjection(RunId run)
{
    private readonly List<ManifestArtifact> _artifacts = [];
    private readonly List<ManifestWork> _work = [];
    private readonly Dictionary<(string Name, ContentDigest Digest), int> _latest = [];
    private readonly Dictionary<int, List<ArtifactTransfer>> _transfers = [];
    private readonly Dictionary<(string Task, int? Item, int Attempt), OpenAttempt> _open = [];
    private readonly Dictionary<(string Task, int? Item), OpenAttempt> _asked = [];
    private RunState? _state;

    /// <summary>Takes the next fact.</summary>
    public void Add(in RecordedEvent recorded)
    {
        if (_state is null)
        {
            _state = RunFold.Begin(run, recorded, PlanGraph.Compile(((RunCreated)recorded.Event).Plan), TimeSpan.Zero);
            return;
        }

        RunFold.Apply(_state, recorded);
        _state.Agenda.Touched.Clear();
        switch (recorded.Event)
        {
            case AttemptStarted started:
                Start(_state, started, recorded);
                break;
            case PlanMoved { Renames: { } renames }:
                Rename(_open, key => (renames.Task(key.Task), key.Item, key.Attempt));
                Rename(_asked, key => (renames.Task(key.Task), key.Item));
                break;
            case WorkspaceWritten { Author: { Task: { } author, Attempt: { } by } } written when _open.TryGetValue((author, written.Author.Item, by), out var writer):
                writer.Wrote.Add(new ArtifactSource { Kind = BoundSources.Document, Name = written.Document, Version = written.Version });
                break;
            case TaskSucceeded succeeded when _asked.Remove((succeeded.Task, succeeded.Item), out var accepted):
                Succeed(accepted, succeeded, [], null, recorded);
                break;
            case HandoffDecided { Choice: not HandoffChoice.Accept } refused:
                _open.Remove((refused.Task, refused.Item, refused.Attempt));
                _asked.Remove((refused.Task, refused.Item));
                break;
            case AttemptEvent { Attempt: var attempt } fact when _open.TryGetValue((fact.Task, fact.Item, attempt), out var open):
                Follow(open, fact, recorded);
                break;
        }
    }

    /// <summary>The manifest so far; null before the first fact.</summary>
    public RunManifest? ToManifest() => _state is not { } state ? null : new RunManifest
    {
        Run = run,
        Plan = state.Graph.Plan.Id,
        PlanVersion = state.Graph.Plan.Version,
        Sequence = state.Version,
        Artifacts = [.. _artifacts.Select((artifact, index) => _transfers.TryGetValue(index, out var transfers) ? artifact with { Transfers = [.. transfers] } : artifact)],
        Work = [.. _work],
    };

    private void Start(RunState state, AttemptStarted started, in RecordedEvent recorded)
    {
        if (!state.TryFind(started.Task, started.Item, out var task))
        {
            return;
        }

        var definition = state.Definition(task);
        var phase = state.Graph.Phase(state.PhaseOf(task));
        JsonData? item = task < ItemTable.First ? null : state.Items.Value(task);

        // Where a binding goes into what was moved, its value is not known here, but where it comes from is.
        var values = definition.Inputs.Count == 0 ? [] : new RunScope(state, new MovedValues()).Bind(task, out _);
        var open = new OpenAttempt(started, phase.Id, recorded.Sequence, BoundSources.Of(definition, values ?? new JsonData[definition.Inputs.Count], item), DecidingTasks.Of(definition, phase));
        _open[(started.Task, started.Item, started.Attempt)] = open;
        foreach (var source in open.Given)
        {
            Transfer(open, source, recorded.Timestamp, opened: false);
        }
    }

    private void Follow(OpenAttempt open, AttemptEvent fact, in RecordedEvent recorded)
    {
        switch (fact)
        {
            case HandoffValidated validated:
                open.Verdicts.Add(new ManifestVerdict { Contract = validated.Contract, Handoff = validated.Handoff, To = validated.To, Passed = true, Score = validated.Score, Violations = validated.Violations });
                break;
            case HandoffRejected rejected:
                open.Verdicts.Add(new ManifestVerdict { Contract = rejected.Contract, Handoff = rejected.Handoff, To = rejected.To, Passed = false, Score = rejected.Score, Violations = rejected.Violations });
                break;
            case ArtifactRegistered registered:
                open.Artifacts.Add((registered, recorded.Timestamp));
                break;
            case HandoffAsked:
                // Its artifacts follow when a person has accepted them.
                _asked[(fact.Task, fact.Item)] = open;
                break;
            case AttemptSucceeded succeeded:
                Succeed(open, succeeded, succeeded.Opened, succeeded.ReusedFrom, recorded);
                break;
            case AttemptFailed:
                // Of what it opened, the journal knows what its quarantined artifacts were made from.
                Close(open, [.. open.Artifacts.SelectMany(static made => made.Fact.Sources).Distinct().Where(source => !open.Given.Contains(source))], recorded.Timestamp);
                break;
            case AttemptAbandoned:
                _open.Remove((fact.Task, fact.Item, fact.Attempt));
                break;
        }
    }

    private void Succeed(OpenAttempt open, TaskEvent fact, IReadOnlyList<ArtifactSource> opened, ReusedResult? reusedFrom, in RecordedEvent recorded)
    {
        Close(open, opened, recorded.Timestamp);
        _work.Add(new ManifestWork
        {
            Task = fact.Task,
            Phase = open.Phase,
            Item = fact.Item,
            Attempt = open.Started.Attempt,
            Agent = open.Started.Agent,
            Started = open.Sequence,
            Ended = recorded.Sequence,
            Given = open.Given,
            Opened = [.. opened.Where(source => !open.Wrote.Contains(source))],
            Wrote = [.. open.Wrote],
            DecidedBy = open.DecidedBy,
            ReusedFrom = reusedFrom,
        });
    }

    private static void Rename<TKey>(Dictionary<TKey, OpenAttempt> open, Func<TKey, TKey> rename)
        where TKey : notnull
    {
        var entries = open.ToList();
        open.Clear();
        foreach (var (key, attempt) in entries)
        {
            open[rename(key)] = attempt;
        }
    }

    private void Close(OpenAttempt open, IReadOnlyList<ArtifactSource> opened, DateTimeOffset at)
    {
        foreach (var (key, _) in _open.Where(entry => entry.Value == open).ToList())
        {
            _open.Remove(key);
        }

        foreach (var source in opened)
        {
            Transfer(open, source, at, opened: true);
        }

        foreach (var (fact, madeAt) in open.Artifacts)
        {
            if (!fact.Quarantined)
            {
                _latest[(fact.Artifact.Name, fact.Artifact.Digest)] = _artifacts.Count;
            }

            _artifacts.Add(new ManifestArtifact
            {
                Artifact = fact.Artifact,
                Version = fact.Version,
                Task = fact.Task,
                Phase = open.Phase,
                Item = fact.Item,
                Attempt = fact.Attempt,
                Agent = fact.Agent,
                Model = fact.Model,
                MadeAt = madeAt,
                Sources = fact.Sources,
                Verdicts = [.. open.Verdicts],
                Quarantined = fact.Quarantined,
            });
        }
    }

    // What is not of this run, as an artifact that its inputs named, has no entry.
    private void Transfer(OpenAttempt to, ArtifactSource source, DateTimeOffset at, bool opened)
    {
        if (source.Kind != BoundSources.Artifact || !_latest.TryGetValue((source.Name, source.Digest), out var index))
        {
            return;
        }

        if (!_transfers.TryGetValue(index, out var transfers))
        {
            _transfers[index] = transfers = [];
        }

        transfers.Add(new ArtifactTransfer { Task = to.Started.Task, Phase = to.Phase, Item = to.Started.Item, Attempt = to.Started.Attempt, At = at, Opened = opened });
    }

    private sealed class OpenAttempt(AttemptStarted started, string phase, long sequence, IReadOnlyList<ArtifactSource> given, IReadOnlyList<ArtifactSource> decidedBy)
    {
        public AttemptStarted Started => started;

        public string Phase => phase;

        public long Sequence => sequence;

        public IReadOnlyList<ArtifactSource> Given => given;

        public IReadOnlyList<ArtifactSource> DecidedBy => decidedBy;

        public List<ArtifactSource> Wrote { get; } = [];

        public List<ManifestVerdict> Verdicts { get; } = [];

        public List<(ArtifactRegistered Fact, DateTimeOffset At)> Artifacts { get; } = [];
    }
}
