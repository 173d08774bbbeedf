using OrchestrationEngine.Agents;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>What the checks of one attempt's handoffs found. Used by the attempt alone.</summary>
internal sealed class HandoffFindings(AgentRequest request)
{
    private readonly List<string> _asked = [];
    private readonly List<ContractViolation> _questions = [];

    /// <summary>What is stored with a success: verdicts and transformed values.</summary>
    public List<AttemptEvent> Passed { get; } = [];

    /// <summary>What is stored with a failure.</summary>
    public List<AttemptEvent> Rejected { get; } = [];

    /// <summary>Whether something is missing without which the task is not to be tried again.</summary>
    public bool IsFinal { get; set; }

    /// <summary>Whether a person is to be asked, where nothing was rejected.</summary>
    public bool IsAsked => _questions.Count > 0;

    /// <summary>Everything that was rejected, in sentences.</summary>
    public string Problem => HandoffOutcomes.Text([.. Rejected.OfType<HandoffRejected>().SelectMany(static rejected => rejected.Violations)]);

    /// <summary>A contract was checked.</summary>
    public void Take(string contract, HandoffVerdict verdict, string? handoff, string? to, bool isCritical)
    {
        var violations = Bounded(contract, verdict.Violations);
        if (violations.Count > 0 && isCritical)
        {
            Reject(contract, violations, handoff, to, verdict.Score);
        }
        else
        {
            Passed.Add(new HandoffValidated { Task = request.Task, Item = request.Index, Attempt = request.Attempt, Contract = contract, Handoff = handoff, To = to, Score = verdict.Score, Violations = violations });
        }
    }

    /// <summary>Something that should be handed over is not there.</summary>
    public void Missing(PartContract part, string handoff, string to)
    {
        var violation = new ContractViolation
        {
            Contract = part.Name,
            Rule = "missing",
            Message = $"Handoff '{handoff}' needs '{part.Name}' for task '{to}'; the output has no such member that is not null, and the attempt made no artifact of this name.",
            Expected = part.Name,
        };
        if (part.IsCritical && part.IfMissing == OnMissing.Ask)
        {
            _asked.Add(handoff);
            _questions.Add(violation);
        }
        else if (part.IsCritical && part.IfMissing != OnMissing.Skip)
        {
            IsFinal |= part.IfMissing == OnMissing.Fail;
            Reject(part.Name, [violation], handoff, to, null);
        }
        else
        {
            Passed.Add(new HandoffValidated { Task = request.Task, Item = request.Index, Attempt = request.Attempt, Contract = part.Name, Handoff = handoff, To = to, Violations = [violation] });
        }
    }

    /// <summary>A contract is broken.</summary>
    public void Reject(string contract, IReadOnlyList<ContractViolation> violations, string? handoff, string? to, double? score)
        => Rejected.Add(new HandoffRejected { Task = request.Task, Item = request.Index, Attempt = request.Attempt, Contract = contract, Handoff = handoff, To = to, Score = score, Violations = violations });

    /// <summary>The output was transformed for a task.</summary>
    public void Transformed(string handoff, string to, IReadOnlyList<string> transforms, JsonData value)
        => Passed.Add(new HandoffValidated { Task = request.Task, Item = request.Index, Attempt = request.Attempt, Handoff = handoff, To = to, Transforms = transforms, Output = value });

    /// <summary>What a person is asked.</summary>
    public HandoffAsked Question(RunCommand.ReportSuccess success) => new()
    {
        Task = request.Task,
        Item = request.Index,
        Attempt = request.Attempt,
        Handoffs = [.. _asked.Distinct(StringComparer.Ordinal)],
        Violations = [.. _questions],
        Output = success.Output,
        Patch = success.Proposal?.Changes,
        PatchReason = success.Proposal?.Reason,
    };

    // The journal keeps what a person or a model reads, whatever a contract of the application says.
    private static IReadOnlyList<ContractViolation> Bounded(string contract, IReadOnlyList<ContractViolation> violations)
    {
        if (violations.Count == 0)
        {
            return [];
        }

        var list = new ViolationList();
        list.AddRange(violations);
        return list.ToList(contract);
    }
}
