using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>The artifacts of a run as one attempt sees them, and what the attempt wrote and opened. Used from many threads.</summary>
internal sealed class AttemptArtifacts(RunActor actor, NodeContext node, AgentRequest request) : IArtifacts
{
    private readonly Lock _gate = new();
    private readonly List<ArtifactReference> _written = [];
    private readonly List<ArtifactSource> _opened = [];
    private bool _isClosed;

    /// <summary>What was written so far, in order.</summary>
    public IReadOnlyList<ArtifactReference> Written
    {
        get
        {
            lock (_gate)
            {
                return [.. _written];
            }
        }
    }

    /// <summary>What was opened so far, each once.</summary>
    public IReadOnlyList<ArtifactSource> Opened
    {
        get
        {
            lock (_gate)
            {
                return [.. _opened];
            }
        }
    }

    public async ValueTask<ArtifactReference> WriteAsync(string name, Stream content, string? mediaType, CancellationToken cancellationToken)
    {
        SafeName.Require(name);
        ArgumentNullException.ThrowIfNull(content);
        mediaType ??= MediaTypes.Of(name);
        if (!MediaTypes.IsOne(mediaType))
        {
            throw new ArgumentException($"'{mediaType}' is no media type; expected one as 'text/markdown'.", nameof(mediaType));
        }

        RequireOpen();
        var stored = await Store().PutAsync(request.Run, content, node.Settings.MaxArtifactBytes, cancellationToken).ConfigureAwait(false);
        var reference = new ArtifactReference { Name = name, MediaType = mediaType, Digest = stored.Digest, Size = stored.Size };
        lock (_gate)
        {
            RequireOpen();
            _written.Add(reference);
        }

        return reference;
    }

    public async ValueTask<Stream> OpenReadAsync(ArtifactReference artifact, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        RequireOpen();
        var stream = await Store().OpenReadAsync(artifact.Digest, cancellationToken).ConfigureAwait(false);
        Note(BoundSources.OfArtifact(artifact));
        return stream;
    }

    public async ValueTask<ArtifactReference?> FindAsync(string name, int? version, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        RequireOpen();
        var known = await AskAsync(state => state.Artifacts.Of(name), cancellationToken).ConfigureAwait(false);
        if (version is null || version == known.Version)
        {
            return known.Latest;
        }

        return version < 1 || version > known.Count ? null : await ArtifactSearch.FindAsync(node.Store, request.Run, name, version, alsoQuarantined: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The attempt has made these, without writing them: they are of a result that it takes over.</summary>
    public void Adopt(IReadOnlyList<ArtifactReference> artifacts)
    {
        lock (_gate)
        {
            _written.AddRange(artifacts);
        }
    }

    /// <summary>Nothing was made so far.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _written.Clear();
        }
    }

    /// <summary>Something counts as a source of what the attempt makes.</summary>
    public void Note(ArtifactSource source)
    {
        lock (_gate)
        {
            if (!_isClosed && !_opened.Contains(source))
            {
                _opened.Add(source);
            }
        }
    }

    /// <summary>The attempt has ended: what comes from now on comes too late.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    private async ValueTask<T> AskAsync<T>(Func<RunState, T> read, CancellationToken cancellationToken)
    {
        var question = new Question<T>(read, node.Work);
        return actor.TryPost(new Envelope(null, question))
            ? await question.Answered.WaitAsync(cancellationToken).ConfigureAwait(false)
            : throw new LeaseLostException(request.Run, actor.Run.Epoch, actor.Run.Epoch + 1);
    }

    private void RequireOpen()
    {
        if (Volatile.Read(ref _isClosed))
        {
            throw new InvalidOperationException($"Attempt {request.Attempt} at task '{request.Task}' has ended; its artifacts can't be used any more. Await what is under way before the result is returned.");
        }
    }

    private IArtifactStore Store() => node.Contents?.Store ?? throw NoArtifactStore.Exception();
}

/// <summary>There is no artifact store.</summary>
internal static class NoArtifactStore
{
    public static OrchestrationConfigurationException Exception()
        => new(["No artifact store is registered. UseSqlite(file) and UseInMemoryStore() bring one; UseFileArtifacts(folder) keeps contents in a folder."]);
}
