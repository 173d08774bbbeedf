using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OrchestrationEngine.Execution;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine;

/// <summary>The façade over the node: checks what comes in, and words what comes out.</summary>
internal sealed class Orchestrator(OrchestrationNode node, Func<DateTimeOffset, string> newId) : IOrchestrator
{
    private static readonly JsonData NoInputs = JsonData.Parse("{}");

    private readonly NodeContext _context = node.Context;

    public Task StartNodeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        node.Start();
        return Task.CompletedTask;
    }

    public Task StopNodeAsync(CancellationToken cancellationToken) => node.StopAsync(cancellationToken);

    public async Task<RunHandle> StartAsync(OrchestrationPlan plan, StartRunOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        options ??= new StartRunOptions();
        var graph = _context.VerifiedGraphOf(plan);
        var problems = PlanVerifier.VerifyInputs(plan, options.Inputs);
        if (problems.Count > 0)
        {
            throw new PlanInvalidException(plan.Id, problems);
        }

        node.Start();
        var id = options.Id ?? new RunId(newId(_context.Time.GetUtcNow()));
        var created = new RunCreated { Plan = plan, Inputs = Merge(plan, options.Inputs), BusinessKey = options.BusinessKey };
        return new RunHandle(await node.CreateAsync(id, created, graph, cancellationToken).ConfigureAwait(false), this);
    }

    public async Task<RunResult> WaitAsync(RunId run, CancellationToken cancellationToken)
    {
        node.Start();

        // Asked for before looking, so that an end in between is not missed.
        var end = _context.Observers.EndOf(run);
        while (true)
        {
            if (!node.IsLive(run))
            {
                if (await ResultOfAsync(run, cancellationToken).ConfigureAwait(false) is { } result)
                {
                    return result;
                }

                if (node.ParkedReason(run) is { } parked)
                {
                    throw new RunRefusedException(run, parked.Reason);
                }

                // It waits for its time; or it was stored by a start that failed afterwards, and nobody has set it going.
                node.Post(run, default);
            }

            await end.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (await ResultOfAsync(run, cancellationToken).ConfigureAwait(false) is { } ended)
            {
                return ended;
            }

            // It ended and was restarted in between.
            end = _context.Observers.EndOf(run);
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
        node.Start();
        using var subscription = _context.Observers.Watch(run);
        var cursor = afterSequence;
        while (true)
        {
            // Asked for before reading, so that a fact stored in between ends the wait at once.
            var next = subscription.Next;
            await foreach (var recorded in _context.Store.ReadAsync(run, cursor, cancellationToken).ConfigureAwait(false))
            {
                cursor = recorded.Sequence;
                yield return recorded;
            }

            var summary = await _context.Store.FindAsync(run, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(run);
            if (cursor < summary.Version)
            {
                continue;
            }

            if (summary.Status.IsTerminal())
            {
                yield break;
            }

            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<WaitReason>> ExplainAsync(RunId run, CancellationToken cancellationToken)
        => node.ParkedReason(run) is { } parked
            ? [parked]
            : await AskAsync(run, state => (IReadOnlyList<WaitReason>)[.. WaitReasons.Of(state, _context.Time.GetUtcNow())], cancellationToken).ConfigureAwait(false);

    public Task PauseAsync(RunId run, string reason, CancellationToken cancellationToken)
        => TellAsync(run, new RunCommand.Pause(Reason(reason)), cancellationToken);

    public Task ResumeAsync(RunId run, string reason, CancellationToken cancellationToken)
        => TellAsync(run, new RunCommand.Resume(Reason(reason)), cancellationToken);

    public Task CancelAsync(RunId run, string reason, CancellationToken cancellationToken)
        => TellAsync(run, new RunCommand.Cancel(Reason(reason)), cancellationToken);

    public Task QuarantineAsync(RunId run, string reason, CancellationToken cancellationToken)
        => TellAsync(run, new RunCommand.Quarantine(Reason(reason)), cancellationToken);

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

    private static JsonData Merge(OrchestrationPlan plan, IReadOnlyDictionary<string, JsonData> given)
    {
        if (plan.Inputs.Count == 0)
        {
            return NoInputs;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            foreach (var input in plan.Inputs)
            {
                writer.WritePropertyName(input.Name);
                var value = given.TryGetValue(input.Name, out var own) ? own : input.Default ?? JsonData.Null;
                writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }

    private async Task TellAsync(RunId run, RunCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        node.Start();
        var asker = new CommandAsker(_context.Work);
        node.Post(run, new Envelope(command, asker));
        if (await asker.Done.WaitAsync(cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            throw new RunRefusedException(run, refusal);
        }
    }

    private async Task<T> AskAsync<T>(RunId run, Func<RunState, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        node.Start();
        var question = new Question<T>(read, _context.Work);
        node.Post(run, new Envelope(null, question));
        return await question.Answered.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<RunResult?> ResultOfAsync(RunId run, CancellationToken cancellationToken)
    {
        if (await _context.Store.FindAsync(run, cancellationToken).ConfigureAwait(false) is not { } summary)
        {
            _context.Observers.Ended(run);
            throw new RunNotFoundException(run);
        }

        if (!summary.Status.IsTerminal())
        {
            return null;
        }

        _context.Observers.Ended(run);

        // Nothing follows the end of a run, so its last fact says why.
        string? reason = null;
        await foreach (var last in _context.Store.ReadAsync(run, summary.Version - 1, cancellationToken).ConfigureAwait(false))
        {
            reason = last.Event switch
            {
                RunCompleted completed => completed.Reason,
                RunQuarantined quarantined => quarantined.Reason,
                _ => reason,
            };
        }

        return new RunResult(run, summary.Status, reason);
    }
}
