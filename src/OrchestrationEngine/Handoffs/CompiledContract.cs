namespace OrchestrationEngine.Handoffs;

/// <summary>A contract of a plan, ready to check: its own rules and those of all contracts that must hold with it. Safe for many threads.</summary>
internal sealed class CompiledContract : IHandoffContract
{
    private readonly NamedRule[] _rules;
    private readonly HandoffSettings _settings;

    /// <param name="name">The name in the plan, or where it stands.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="settings">What they may look at.</param>
    public CompiledContract(string name, IEnumerable<NamedRule> rules, HandoffSettings settings)
    {
        Name = name;
        _rules = [.. rules.DistinctBy(rule => rule.Rule).OrderBy(rule => rule.Rule.IsCostly)];
        _settings = settings;
        IsCostly = _rules.Any(rule => rule.Rule.IsCostly);
    }

    public string Name { get; }

    /// <summary>Whether agents are asked.</summary>
    public bool IsCostly { get; }

    public IReadOnlyList<NamedRule> Rules => _rules;

    public async ValueTask<HandoffVerdict> ValidateAsync(Handoff handoff, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handoff);
        using var subject = new CheckedHandoff(handoff, _settings);
        return await CheckAsync(subject, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks what is cheap, and then, where all of that holds, what costs.</summary>
    public async ValueTask<HandoffVerdict> CheckAsync(CheckedHandoff subject, CancellationToken cancellationToken)
    {
        var violations = new ViolationList();
        var check = new ContractCheck(subject, violations);
        foreach (var (contract, rule) in _rules)
        {
            if (rule.IsCostly && violations.Count > 0)
            {
                break;
            }

            cancellationToken.ThrowIfCancellationRequested();
            check.Contract = contract;
            await rule.CheckAsync(check, cancellationToken).ConfigureAwait(false);
        }

        return violations.Count == 0 && check.Score is null
            ? HandoffVerdict.Valid
            : new HandoffVerdict { Violations = violations.ToList(Name), Score = check.Score };
    }
}
