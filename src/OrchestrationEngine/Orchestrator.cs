using System.Runtime.CompilerServices;
using OrchestrationEngine.Execution;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine;

/// <summary>The façade over the node: checks what comes in, and words what comes out.</summary>
internal sealed partial class Orchestrator(OrchestrationNode node, Func<DateTimeOffset, string> newId, Func<IPlanSource> plans) : IOrchestrator
{
    private readonly NodeContext _context = node.Context;

    public Task StartNodeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return node.StartAsync().WaitAsync(cancellationToken);
    }

    public NodeStatus DescribeNode() => NodeStatus.Of(node);

    public async Task<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken)
        => await _context.Store.ListNodesAsync(cancellationToken).ConfigureAwait(false);

    public Task StopNodeAsync(CancellationToken cancellationToken) => node.StopAsync(cancellationToken);

    public async Task<RunHandle> StartAsync(OrchestrationPlan plan, StartRunOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        options ??= new StartRunOptions();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs((long)options.Priority), StartRunOptions.HighestPriority, nameof(options));
        plan = StartChoices.Apply(plan, options.StartAt, options.PhaseModes);
        var graph = _context.VerifiedGraphOf(plan);
        var problems = PlanVerifier.VerifyInputs(plan, options.Inputs);
        if (problems.Count > 0)
        {
            throw new PlanInvalidException(plan.Id, problems);
        }

        await node.StartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var id = options.Id ?? new RunId(newId(_context.Time.GetUtcNow()));
        await RequireContentsAsync(id, options.Inputs.Values, "The inputs", cancellationToken).ConfigureAwait(false);
        var created = new RunCreated { Plan = plan, Inputs = RunInputs.Merge(plan, options.Inputs), BusinessKey = options.BusinessKey, Priority = options.Priority, StartAt = options.StartAt, PhaseModes = options.PhaseModes };
        return new RunHandle(await node.Creation.CreateAsync(id, options.Id is not null, created, graph, cancellationToken).ConfigureAwait(false), this);
    }

    public async Task<RunHandle> StartAsync(string planId, string? version, StartRunOptions? options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(planId);
        var source = plans();
        var plan = await source.FindAsync(planId, version, cancellationToken).ConfigureAwait(false) ?? throw await PlanNotFoundException.OfAsync(planId, version, source, cancellationToken).ConfigureAwait(false);
        return await StartAsync(plan, options, cancellationToken).ConfigureAwait(false);
    }

    public async Task<RunResult> WaitAsync(RunId run, CancellationToken cancellationToken)
    {
        await node.StartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            // Asked for before looking, so that an end in between is not missed. No store rings for the end of a run: of a thousand who wait
            // for runs of other nodes, each would look at every ring in vain.
            var (end, news) = (_context.Observers.EndOf(run), _context.News.Next(int.MaxValue));
            if (!node.Owns(run))
            {
                var summary = await FindAsync(run, cancellationToken).ConfigureAwait(false);
                if (summary.Status.IsTerminal())
                {
                    _context.Observers.Ended(run);
                    return await ResultOfAsync(summary, cancellationToken).ConfigureAwait(false);
                }

                if (!IsElsewhere(summary) && node.ParkedReason(run) is { } parked)
                {
                    throw new RunRefusedException(run, parked);
                }
            }

            // Here its end is told, or that it has gone elsewhere; what happens elsewhere is looked for.
            try
            {
                await (node.Owns(run) ? end : Task.WhenAny(end, news).Unwrap()).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (JournalFormatException e)
            {
                throw new RunRefusedException(run, e.Message);
            }
        }
    }

    public async Task<RunSnapshot?> GetAsync(RunId run, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(run, RunSnapshot.Of, cancellationToken).ConfigureAwait(false);
        }
        catch (RunNotFoundException)
        {
            return null;
        }
    }

    public async Task<Page<RunSummary>> ListAsync(RunQuery query, CancellationToken cancellationToken)
        => await _context.Store.QueryAsync(query, cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<RecordedEvent> WatchAsync(RunId run, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        await node.StartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var recorded in JournalWatch.ReadAsync(run, afterSequence, _context, () => node.Owns(run), cancellationToken).ConfigureAwait(false))
        {
            yield return recorded;
        }
    }

    public async Task<IReadOnlyList<WaitReason>> ExplainAsync(RunId run, CancellationToken cancellationToken)
    {
        var summary = node.Owns(run) ? null : await FindAsync(run, cancellationToken).ConfigureAwait(false);
        if (summary is not null && !IsElsewhere(summary) && !summary.Status.IsTerminal() && node.ParkedReason(run) is { } parked)
        {
            return [new WaitReason(null, null, parked)];
        }

        try
        {
            return await AskAsync(run, Explain, cancellationToken).ConfigureAwait(false);
        }
        catch (JournalFormatException e)
        {
            return [new WaitReason(null, null, e.Message)];
        }

        IReadOnlyList<WaitReason> Explain(RunState state)
        {
            var reasons = WaitReasons.Of(state, _context.Time.GetUtcNow());
            var isHere = summary is null || (summary.Node is not null && !IsElsewhere(summary));
            return !isHere && !state.IsTerminal && WhereaboutReasons.Of(state, summary!, _context) is { } whereabouts ? [whereabouts, .. reasons] : [.. reasons];
        }
    }

    public Task PauseAsync(RunId run, string reason, CancellationToken cancellationToken)
        => TellAsync(run, new RunCommand.Pause(Reason(reason)), cancellationToken);

    public Task ResumeAsync(RunId run, string reason, CancellationToken cancellationToken)
        => TellAsync(run, new RunCommand.Resume(Reason(reason)), cancellationToken);

    public Task CancelAsync(RunId run, string reason, CancellationToken cancellationToken)
        => TellAsync(run, new RunCommand.Cancel(Reason(reason)), cancellationToken);

    public Task CancelTaskAsync(RunId run, string task, string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(task);
        return TellAsync(run, new RunCommand.CancelTasks(TaskSelection.Of(task), Reason(reason)), cancellationToken);
    }

    public Task CancelTasksAsync(RunId run, TaskSelection selection, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(selection);
        return selection is { Phase: null, Tag: null, Tasks: null }
            ? throw new ArgumentException("The selection says nothing. Give a phase, a tag or tasks; to cancel everything, cancel the run.", nameof(selection))
            : TellAsync(run, new RunCommand.CancelTasks(selection, Reason(reason)), cancellationToken);
    }

    public Task QuarantineAsync(RunId run, string reason, CancellationToken cancellationToken)
        => TellAsync(run, new RunCommand.Quarantine(Reason(reason)), cancellationToken);

    public async Task SignalAsync(RunId run, string name, JsonData payload, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        await RequireContentsAsync(run, [payload], $"Signal '{name}'", cancellationToken).ConfigureAwait(false);
        await TellAsync(run, new RunCommand.Signal("", name, payload), cancellationToken).ConfigureAwait(false);
    }

    public async Task<RunHandle> RestartFromAsync(RunId run, RestartPoint point, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(point);
        await TellAsync(run, new RunCommand.Restart(point, Reason(reason)), cancellationToken).ConfigureAwait(false);
        return new RunHandle(run, this);
    }

    private static string Reason(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return reason;
    }

    private async Task TellAsync(RunId run, RunCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await node.StartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (await CarryOutAsync(run, command, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            throw new RunRefusedException(run, refusal);
        }
    }

    private async Task<string?> CarryOutAsync(RunId run, RunCommand command, CancellationToken cancellationToken)
    {
        // A signal carries the name of its message, by which it is received once.
        var asker = new CommandAsker(_context.Work);
        if (command is not RunCommand.Signal && node.TryPost(run, new Envelope(command, asker)))
        {
            try
            {
                return await asker.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (LeaseLostException)
            {
                // Nothing was written: the run is another node's by now, or nobody's.
            }
            catch (JournalFormatException e)
            {
                return e.Message;
            }
        }

        return await node.SendAsync(run, command, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> AskAsync<T>(RunId run, Func<RunState, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await node.StartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var question = new Question<T>(read, _context.Work);
        if (node.TryPost(run, new Envelope(null, question)))
        {
            try
            {
                return await question.Answered.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (LeaseLostException)
            {
                // The run has left this node in between.
            }
        }

        // What the journal says is as good; nothing is changed by reading it.
        var (state, _) = await JournalReader.ReadAsync(run, _context).ConfigureAwait(false);
        node.Unpark(run);
        return read(state);
    }

    private bool IsElsewhere(RunSummary summary) => summary.Node is { } holder && holder != node.Stay?.Id;

    private ValueTask<RunSummary> FindAsync(RunId run, CancellationToken cancellationToken) => JournalWatch.FindAsync(run, _context, cancellationToken);

    private async Task<RunResult> ResultOfAsync(RunSummary summary, CancellationToken cancellationToken)
    {
        // Nothing follows the end of a run, so its last fact says why.
        var result = new RunResult(summary.Id, summary.Status, null);
        await foreach (var last in _context.Store.ReadAsync(summary.Id, summary.Version - 1, cancellationToken).ConfigureAwait(false))
        {
            result = last.Event switch
            {
                RunCompleted completed => result with { Reason = completed.Reason, Output = completed.Output },
                RunQuarantined quarantined => result with { Reason = quarantined.Reason },
                _ => result,
            };
        }

        return _context.Contents is { } contents ? result with { Output = await contents.FillAsync(result.Output, cancellationToken).ConfigureAwait(false) } : result;
    }
}
