using OrchestrationEngine.Faults.Nodes;
using OrchestrationEngine.Faults.Workload;

namespace OrchestrationEngine.Faults.Disturbing;

/// <summary>Starts one run and asks of it what is planned, through whichever node is there, again and again until one of them says what became of it.</summary>
internal sealed class RunDriver
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    private readonly PlannedRun _run;
    private readonly int _number;
    private readonly IReadOnlyList<NodeSlot> _nodes;
    private readonly TrialLog _log;
    private readonly Random _random;
    private readonly List<CommandOutcome> _outcomes = [];

    public RunDriver(PlannedRun run, int number, int seed, IReadOnlyList<NodeSlot> nodes, TrialLog log)
    {
        _run = run;
        _number = number;
        _nodes = nodes;
        _log = log;
        _random = new Random(unchecked((seed * 31) + number));
    }

    public PlannedRun Run => _run;

    /// <summary>What became of the commands; complete when <see cref="DriveAsync"/> has ended.</summary>
    public IReadOnlyList<CommandOutcome> Outcomes => _outcomes;

    public async Task DriveAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(_run.StartAt, TimeProvider.System, cancellationToken);
        var start = await AskUntilKnownAsync(NodeVerb.Start, FormattableString.Invariant($"{_number}"), cancellationToken);
        if (start.Refused)
        {
            _log.Violation($"the start of {_run.Name} was refused: {start.Message}");
        }

        foreach (var command in _run.Commands)
        {
            await Task.Delay(command.After, TimeProvider.System, cancellationToken);
            var outcome = await AskUntilKnownAsync(Verb(command.Kind), command.Id, cancellationToken);
            _outcomes.Add(outcome with { Command = command });
            _log.Note($"{command.Id}: {(outcome.Refused ? "refused" : "accepted")} after {outcome.Unknown} unknown outcomes. {outcome.Message}");
        }
    }

    /// <summary>Asks once more for what was asked before, at the end.</summary>
    public Task<CommandOutcome> ResumeAsync(CancellationToken cancellationToken) => AskUntilKnownAsync(NodeVerb.Resume, _run.Name + "-resume-at-last", cancellationToken);

    private async Task<CommandOutcome> AskUntilKnownAsync(NodeVerb verb, string argument, CancellationToken cancellationToken)
    {
        var unknown = 0;
        while (true)
        {
            if (_nodes[_random.Next(_nodes.Count)].Current is { } node)
            {
                var answer = await node.AskAsync(verb, _run.Name, argument, AnswerPatience);
                if (answer.Kind != AnswerKind.Unknown)
                {
                    if (answer.Kind == AnswerKind.Wrong)
                    {
                        _log.Violation($"{node.Name} on '{verb}' of {_run.Name}: {answer.Message}");
                    }

                    return new CommandOutcome(null, answer.Kind != AnswerKind.Accepted, unknown, answer.Message);
                }

                unknown++;
                _log.Note($"{node.Name} on '{verb}' of {_run.Name}: {answer.Message}");
            }

            await Task.Delay(BetweenTries, TimeProvider.System, cancellationToken);
        }
    }

    private static NodeVerb Verb(CommandKind kind)
        => kind switch
        {
            CommandKind.Pause => NodeVerb.Pause,
            CommandKind.Resume => NodeVerb.Resume,
            CommandKind.Cancel => NodeVerb.Cancel,
            _ => NodeVerb.Signal,
        };
}

/// <summary>What became of a command.</summary>
/// <param name="Command">The command.</param>
/// <param name="Refused">Whether it was refused in the end; else it was accepted.</param>
/// <param name="Unknown">How often it was asked for before, without learning what became of it.</param>
/// <param name="Message">What the node said.</param>
internal sealed record CommandOutcome(PlannedCommand? Command, bool Refused, int Unknown, string Message);
