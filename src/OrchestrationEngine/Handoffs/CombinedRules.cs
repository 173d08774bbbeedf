namespace OrchestrationEngine.Handoffs;

/// <summary>At least one of some contracts holds. They are looked at in their order, and none behind the first that holds.</summary>
internal sealed class AnyRule(IReadOnlyList<CompiledContract> contracts) : ContractRule
{
    public override bool IsCostly { get; } = contracts.Any(contract => contract.IsCostly);

    public override async ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        var broken = new List<(CompiledContract Contract, HandoffVerdict Verdict)>();
        foreach (var contract in contracts)
        {
            var verdict = await check.Subject.VerdictAsync(contract, cancellationToken).ConfigureAwait(false);
            if (verdict.Holds)
            {
                check.Take(verdict.Score);
                return;
            }

            broken.Add((contract, verdict));
        }

        check.Add(
            "any",
            $"None of {broken.Count} contracts holds of which one must: {string.Join(", ", broken.Select(one => $"'{one.Contract.Name}'"))}.",
            expected: "one of them",
            found: string.Join(", ", broken.Select(one => $"'{one.Contract.Name}' with {one.Verdict.Violations.Count} violation{(one.Verdict.Violations.Count == 1 ? "" : "s")}")));
        foreach (var (_, verdict) in broken.OrderBy(one => one.Verdict.Violations.Count))
        {
            check.Violations.AddRange(verdict.Violations);
        }
    }
}

/// <summary>A contract that the application registered holds.</summary>
internal sealed class RegisteredRule(IHandoffContract contract) : ContractRule
{
    public override async ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        var verdict = await contract.ValidateAsync(check.Subject.Handoff, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The contract '{contract.Name}' returned null instead of a HandoffVerdict.");
        check.Take(verdict.Score);
        check.Violations.AddRange(verdict.Violations);
    }
}
