namespace OrchestrationEngine.Handoffs;

/// <summary>One thing that a contract asks for. Immutable; one instance serves many checks at once.</summary>
internal abstract class ContractRule
{
    /// <summary>Whether it is only looked at when all else holds, because it costs.</summary>
    public virtual bool IsCostly => false;

    /// <summary>Adds everything that is wrong to the check.</summary>
    public abstract ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken);
}

/// <summary>A rule, and the contract that it stands in.</summary>
internal readonly record struct NamedRule(string Contract, ContractRule Rule);

/// <summary>One contract while it is checked: where a rule says what it found. For one thread.</summary>
internal sealed class ContractCheck(CheckedHandoff subject, ViolationList violations)
{
    public CheckedHandoff Subject => subject;

    public HandoffContent Content => subject.Content;

    public ViolationList Violations => violations;

    /// <summary>The contract that the rule stands in.</summary>
    public string Contract { get; set; } = "";

    /// <summary>The least of the scores that were given; null where none was.</summary>
    public double? Score { get; private set; }

    private bool _isProblemSaid;

    public void Add(string rule, string message, string location = "", string? expected = null, string? found = null)
        => violations.Add(Contract, rule, message, location, expected, found);

    public void Take(double? score)
    {
        if (score is not null)
        {
            Score = Score is null ? score : Math.Min(Score.Value, score.Value);
        }
    }

    /// <summary>Reads the content, or says why it can't be looked into; once, though several rules want to.</summary>
    public async ValueTask<bool> CanLookInsideAsync(CancellationToken cancellationToken)
    {
        if (await Content.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        if (!_isProblemSaid)
        {
            _isProblemSaid = true;
            Add("content", Content.Problem!);
        }

        return false;
    }
}

/// <summary>
/// A handoff while contracts look at it: its content is read once for all of them, and each of them is checked once, in however many others it stands.
/// For one thread.
/// </summary>
internal sealed class CheckedHandoff(Handoff handoff, HandoffSettings settings) : IDisposable
{
    private Dictionary<CompiledContract, HandoffVerdict>? _verdicts;

    public Handoff Handoff => handoff;

    public HandoffContent Content { get; } = new(handoff, settings);

    /// <summary>What a contract says, that stands in another one.</summary>
    public async ValueTask<HandoffVerdict> VerdictAsync(CompiledContract contract, CancellationToken cancellationToken)
    {
        _verdicts ??= [];
        if (!_verdicts.TryGetValue(contract, out var verdict))
        {
            verdict = await contract.CheckAsync(this, cancellationToken).ConfigureAwait(false);
            _verdicts.Add(contract, verdict);
        }

        return verdict;
    }

    public void Dispose() => Content.Dispose();
}
