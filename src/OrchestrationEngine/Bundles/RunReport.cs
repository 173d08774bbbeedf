using System.Globalization;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Bundles.MarkdownText;

namespace OrchestrationEngine.Bundles;

/// <summary>
/// What became of a run, for people: a projection of its journal, which is given to it fact by fact. The same journal gives the same text. Outputs are
/// not in it, only what they are called and what is wrong with them.
/// </summary>
internal sealed class RunReport
{
    private readonly RunState _state;
    private readonly DateTimeOffset _created;
    private readonly string? _businessKey;
    private readonly Dictionary<string, (DateTimeOffset From, DateTimeOffset To, string? Agent)> _work = new(StringComparer.Ordinal);
    private readonly Rows _artifacts = new();
    private readonly Rows _violations = new();
    private readonly Rows _decisions = new();

    private RunReport(RunState state, RecordedEvent first)
    {
        _state = state;
        _created = first.Timestamp;
        _businessKey = ((RunCreated)first.Event).BusinessKey;
    }

    /// <summary>Begins with the first fact.</summary>
    public static RunReport Begin(RunId run, in RecordedEvent first)
        => first.Event is RunCreated created
            ? new RunReport(RunFold.Begin(run, first, PlanGraph.Compile(created.Plan), TimeSpan.Zero), first)
            : throw new InvalidOperationException($"The journal of run '{run}' begins with '{first.Event.Type}'; expected 'run.created'.");

    /// <summary>Takes the next fact.</summary>
    public RunReport Add(in RecordedEvent recorded)
    {
        RunFold.Apply(_state, recorded);
        if (recorded.Event is TaskEvent work)
        {
            var agent = (work as AttemptStarted)?.Agent;
            _work[work.Task] = _work.TryGetValue(work.Task, out var known) ? (known.From, recorded.Timestamp, agent ?? known.Agent) : (recorded.Timestamp, recorded.Timestamp, agent);
        }

        switch (recorded.Event)
        {
            case ArtifactRegistered fact:
                _artifacts.Add(
                    Plain(fact.Artifact.Name), Count(fact.Version), Plain(fact.Artifact.MediaType), Number(fact.Artifact.Size), $"`{fact.Artifact.Digest}`", Who(fact), Plain(fact.Agent), fact.Quarantined ? "quarantined" : "");
                break;
            case HandoffRejected fact:
                AddViolations(fact, fact.Contract, fact.To, fact.Violations, "rejected");
                break;
            case HandoffValidated { Violations.Count: > 0 } fact:
                AddViolations(fact, fact.Contract, fact.To, fact.Violations, "passed, not critical");
                break;
            default:
                AddDecision(recorded);
                break;
        }

        return this;
    }

    /// <summary>Writes the report.</summary>
    /// <param name="missing">The digests that the journal names and nobody has.</param>
    public byte[] Write(IReadOnlyList<ContentDigest> missing)
    {
        var snapshot = RunSnapshot.Of(_state);
        var text = new MarkdownText();
        text.Line($"# Run {Plain(snapshot.Id.Value)}").Line();
        text.Line($"- Plan: {Plain(snapshot.Plan.Id)}, version {Plain(snapshot.Plan.Version)}{(snapshot.Plan.Name is { } name ? $" ({Plain(name)})" : "")}");
        if (_businessKey is not null)
        {
            text.Line($"- Business key: {Plain(_businessKey)}");
        }

        if (snapshot.Parent is { } parent)
        {
            text.Line($"- Done for: task {Plain(parent.Task)} of run {Plain(parent.Run.Value)}");
        }

        text.Line($"- Outcome: **{snapshot.Status}**{(snapshot.Reason is { } reason ? $", {Plain(reason)}" : "")}");
        text.Line($"- Created: {Time(_created)}").Line($"- Ended: {Time(snapshot.UpdatedAt)}, after {Time(snapshot.UpdatedAt - _created)}");
        text.Line($"- Facts: {Number(snapshot.Version)}");
        text.Table("Phases", ["Phase", "Outcome", "Generation", "Reason"], PhasesOf(snapshot));
        text.Table("Tasks", ["Task", "Phase", "Agent", "Outcome", "Attempts", "Began", "Took", "Failure"], TasksOf(snapshot));
        text.Table("Artifacts", ["Name", "Version", "Media type", "Bytes", "Digest", "Made by", "Agent", "Note"], _artifacts);
        text.Table("Violations", ["Task", "Contract", "For", "Where", "What", "Verdict"], _violations);
        text.Table("Decisions", ["When", "What", "By", "Why"], _decisions);
        text.Table("Contents that are not in this bundle", ["Digest"], MissingOf(missing));
        return text.ToUtf8();
    }

    private static Rows PhasesOf(RunSnapshot snapshot)
    {
        var rows = new Rows();
        foreach (var phase in snapshot.Phases)
        {
            rows.Add(Plain(phase.Id), phase.Status.ToString(), Count(phase.Generation), Plain(phase.Reason));
        }

        return rows;
    }

    private Rows TasksOf(RunSnapshot snapshot)
    {
        var rows = new Rows();
        foreach (var task in snapshot.Tasks)
        {
            var worked = _work.TryGetValue(task.Id, out var work);
            rows.Add(
                Plain(task.Id),
                Plain(task.Phase),
                Plain(work.Agent),
                task.Status.ToString(),
                Count(task.Attempts),
                worked ? Time(work.From) : "–",
                worked ? Time(work.To - work.From) : "–",
                task.Failure is { } failure ? $"{failure.Class}: {Plain(failure.Message)}" : "–");
        }

        return rows;
    }

    private static Rows MissingOf(IReadOnlyList<ContentDigest> missing)
    {
        var rows = new Rows();
        foreach (var digest in missing)
        {
            rows.Add($"`{digest}`");
        }

        return rows;
    }

    private void AddViolations(AttemptEvent fact, string? contract, string? to, IReadOnlyList<ContractViolation> violations, string verdict)
    {
        foreach (var violation in violations)
        {
            _violations.Add(Who(fact), Plain(contract ?? violation.Contract), Plain(to), Plain(violation.Location), Plain(violation.Message), verdict);
        }
    }

    // What a person, or something outside of the plan, had a say in.
    private void AddDecision(in RecordedEvent recorded)
    {
        (string What, string? By, string? Why)? said = recorded.Event switch
        {
            RunPaused fact => ("paused", null, fact.Reason),
            RunResumed fact => ("resumed", null, fact.Reason),
            RunStopping fact => ($"stopped, to end as {fact.Outcome}", null, fact.Reason),
            RunQuarantined fact => ("quarantined", null, fact.Reason),
            RunRestarted fact => ($"restarted{((fact.Task ?? fact.Phase) is { } place ? $" from {place}" : "")}", null, fact.Reason),
            HandoffAsked fact => ($"asked about task {fact.Task}{(fact.Item is { } item ? $"[{Count(item)}]" : "")}, attempt {Count(fact.Attempt)}", null, fact.Violations is [var missing, ..] ? missing.Message : null),
            HandoffDecided fact => ($"{fact.Choice} what task {fact.Task}{(fact.Item is { } item ? $"[{Count(item)}]" : "")}, attempt {Count(fact.Attempt)}, handed over", fact.By, fact.Reason),
            WorkspaceResolved fact => ($"conflict {fact.Conflict} in {fact.Document} settled: {fact.Choice}", fact.Author.ToString(), fact.Reason),
            SignalReceived fact => ($"signal {fact.Name} ({fact.Id})", null, null),
            PlanPatched fact => ("plan changed", fact.Author, fact.Reason),
            PlanPatchRefused fact => ("change of the plan refused", fact.Author, fact.Problems is [var first, ..] ? first.Message : fact.Reason),
            _ => null,
        };
        if (said is { } decision)
        {
            _decisions.Add(Time(recorded.Timestamp), Plain(decision.What), Plain(decision.By), Plain(decision.Why));
        }
    }

    private static string Who(AttemptEvent fact) => $"{Plain(fact.Task)}{(fact.Item is { } item ? $"\\[{Count(item)}\\]" : "")}, attempt {Count(fact.Attempt)}";

    private static string Count(long number) => number.ToString(CultureInfo.InvariantCulture);
}
