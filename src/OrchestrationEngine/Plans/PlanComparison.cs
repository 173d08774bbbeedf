using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Compares two plans by what a plan file would say of them, so that whatever can be said is compared. Definitions that are one and the same object are
/// not written at all: a patched plan shares most of them with the plan before. For one thread.
/// </summary>
internal sealed class PlanComparison(OrchestrationPlan old, OrchestrationPlan @new)
{
    private readonly PlanNames _old = new(old);
    private readonly PlanNames _new = new(@new);
    private readonly List<PlanMemberDifference> _changed = [];

    public PlanDifference Compare()
    {
        CompareMembers(null, null, Header(old), Header(@new));
        for (var phase = 0; phase < _new.PhaseCount; phase++)
        {
            ComparePhase(_new.Phases[phase]!);
        }

        for (var task = 0; task < _new.TaskCount; task++)
        {
            CompareTask(task);
        }

        var (added, removed) = CompareEdges();
        return new PlanDifference
        {
            AddedPhases = [.. @new.Phases.Select(phase => phase.Id).Where(id => !_old.TryGetPhase(id, out _))],
            RemovedPhases = [.. old.Phases.Select(phase => phase.Id).Where(id => !_new.TryGetPhase(id, out _))],
            AddedTasks = [.. Tasks(_new).Where(id => !_old.TryGetTask(id, out _))],
            RemovedTasks = [.. Tasks(_old).Where(id => !_new.TryGetTask(id, out _))],
            Changed = _changed,
            AddedEdges = added,
            RemovedEdges = removed,
        };
    }

    /// <summary>The members, as a plan file names them, of which two definitions of a task say something else; its place is none of them.</summary>
    public static List<string> ChangedMembers(TaskDefinition old, TaskDefinition @new) => Changed(Members(old), Members(@new));

    /// <summary>The members, as a plan file names them, of which two definitions of a phase say something else; its tasks are none of them.</summary>
    public static List<string> ChangedMembers(PhaseDefinition old, PhaseDefinition @new) => Changed(Members(old), Members(@new));

    /// <summary>Whether two handoffs, with the contracts that they name in their plans, say the same.</summary>
    public static bool SaysTheSame(OrchestrationPlan old, HandoffDefinition before, OrchestrationPlan @new, HandoffDefinition after)
        => JsonElement.DeepEquals(Holding(old, before), Holding(@new, after));

    private static List<string> Changed(JsonElement before, JsonElement after)
        => [
            .. after.EnumerateObject().Where(member => !before.TryGetProperty(member.Name, out var was) || !JsonElement.DeepEquals(was, member.Value)).Select(member => member.Name),
            .. before.EnumerateObject().Where(member => !after.TryGetProperty(member.Name, out _)).Select(member => member.Name),
        ];

    private static IEnumerable<string> Tasks(PlanNames names) => Enumerable.Range(0, names.TaskCount).Select(task => names.Task(task)!.Id);

    private void ComparePhase(PhaseDefinition phase)
    {
        if (_old.TryGetPhase(phase.Id, out var before) && !ReferenceEquals(_old.Phases[before], phase))
        {
            CompareMembers(phase.Id, null, Members(_old.Phases[before]!), Members(phase));
        }
    }

    private void CompareTask(int task)
    {
        var definition = _new.Task(task)!;
        if (!_old.TryGetTask(definition.Id, out var before))
        {
            return;
        }

        var (from, to) = (_old.Phases[_old.PhaseOf(before)]!.Id, _new.Phases[_new.PhaseOf(task)]!.Id);
        if (from != to)
        {
            _changed.Add(new PlanMemberDifference(null, definition.Id, "phase", JsonData.String(from), JsonData.String(to)));
        }

        if (!ReferenceEquals(_old.Task(before), definition))
        {
            CompareMembers(null, definition.Id, Members(_old.Task(before)!), Members(definition));
        }
    }

    private void CompareMembers(string? phase, string? task, JsonElement before, JsonElement after)
    {
        foreach (var member in after.EnumerateObject())
        {
            var was = before.TryGetProperty(member.Name, out var value) ? value : (JsonElement?)null;
            if (was is not { } found || !JsonElement.DeepEquals(found, member.Value))
            {
                _changed.Add(new PlanMemberDifference(phase, task, member.Name, was is { } known ? JsonData.From(known) : null, JsonData.From(member.Value)));
            }
        }

        foreach (var member in before.EnumerateObject())
        {
            if (!after.TryGetProperty(member.Name, out _))
            {
                _changed.Add(new PlanMemberDifference(phase, task, member.Name, JsonData.From(member.Value), null));
            }
        }
    }

    private static JsonElement Header(OrchestrationPlan plan) => Without("phases", Parsed(plan with { Phases = [] }));

    private static JsonElement Members(PhaseDefinition phase)
        => Parsed(Holding(phase with { Tasks = [] })).GetProperty("phases")[0];

    private static JsonElement Members(TaskDefinition task)
        => Parsed(Holding(new PhaseDefinition { Id = "p", Tasks = [task] })).GetProperty("phases")[0].GetProperty("tasks")[0];

    private static OrchestrationPlan Holding(PhaseDefinition phase) => new() { Id = "p", Phases = [phase] };

    private static JsonElement Holding(OrchestrationPlan plan, HandoffDefinition handoff)
    {
        var uses = handoff.Sends.Concat(handoff.ExpectsInReturn).Select(part => part.Contract).Append(handoff.Contract);
        var named = ContractPlaces.Reached(plan, uses).Select(reached => reached.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return Parsed(new OrchestrationPlan { Id = "p", Phases = [], Handoffs = [handoff], Contracts = [.. plan.Contracts.Where(contract => named.Contains(contract.Name))] });
    }

    private static JsonElement Parsed(OrchestrationPlan plan)
    {
        var reader = new Utf8JsonReader(PlanJson.Write(plan), new JsonReaderOptions { MaxDepth = 1000 });
        return JsonElement.ParseValue(ref reader);
    }

    private static JsonElement Without(string name, JsonElement members)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in members.EnumerateObject().Where(member => member.Name != name))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.ToArray()).ToElement();
    }

    private (IReadOnlyList<PlanEdge> Added, IReadOnlyList<PlanEdge> Removed) CompareEdges()
    {
        var (before, after) = (Edges(_old), Edges(_new));
        var was = before.ToHashSet();
        var added = after.Where(edge => !was.Contains(edge)).ToList();
        var kept = after.ToHashSet();
        return (added, [.. before.Where(edge => !kept.Contains(edge))]);
    }

    private static List<PlanEdge> Edges(PlanNames names)
    {
        var edges = new PlanEdges(names);
        var list = new List<PlanEdge>(edges.TaskEdgeCount);
        for (var phase = 0; phase < names.PhaseCount; phase++)
        {
            Add(edges.OfPhase(phase), PlanEdgeKind.Phase, names.Phases[phase]!.Id, source => names.Phases[source]!.Id);
        }

        for (var task = 0; task < names.TaskCount; task++)
        {
            Add(edges.JoinsOf(task), PlanEdgeKind.Join, names.Task(task)!.Id, source => names.Task(source)!.Id);
            Add(edges.OrdersOf(task), PlanEdgeKind.Order, names.Task(task)!.Id, source => names.Task(source)!.Id);
        }

        return list;

        void Add(ReadOnlySpan<int> sources, PlanEdgeKind kind, string to, Func<int, string> idOf)
        {
            foreach (var source in sources)
            {
                list.Add(new PlanEdge(idOf(source), to, kind));
            }
        }
    }
}
