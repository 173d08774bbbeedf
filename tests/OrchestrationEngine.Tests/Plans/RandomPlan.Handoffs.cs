using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

/// <content>What passes between the tasks. It has random numbers of its own, so that plans without it stay what they were.</content>
internal sealed partial class RandomPlan
{
    private static readonly string[] SafeNames = ["spec.md", "a b", "日本", "docs/😀.md", "n-1", "it's", "${x}", "~/~0"];

    private static readonly JsonData[] Schemas =
    [
        JsonData.Parse("""{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"pattern":"^${x}$"}}}"""), JsonData.Parse("true"), JsonData.Parse("\"https://example.test/s\""),
        JsonData.Parse("""{"$schema":"http://json-schema.org/draft-07/schema#","items":{"$ref":"other.json#/definitions/x"}}"""),
    ];

    private readonly Random _handoffs = new(seed ^ 0x5eed);

    private OrchestrationPlan WithHandoffs(OrchestrationPlan plan)
    {
        PlanContract[] contracts = [.. Enumerable.Range(0, _handoffs.Next(4)).Select(number => new PlanContract { Name = $"{OddNames[_handoffs.Next(OddNames.Length)]} {number}", Contract = Contract(2, []) })];
        var names = contracts.Select(contract => contract.Name).ToArray();
        var phases = plan.Phases.Select(phase => phase with { Tasks = [.. phase.Tasks.Select(task => WithContract(task, names))] }).ToList();
        var tasks = phases.SelectMany(phase => phase.Tasks).ToDictionary(task => task.Id, StringComparer.Ordinal);
        var handoffs = phases.SelectMany(phase => phase.Tasks).SelectMany(to => to.DependsOn.Where(_ => Happens(2)).Select(from => (tasks[from], to)))
            .Select((pair, number) => Handoff($"h{number}", pair.Item1, pair.to, names));
        return plan with { Contracts = contracts, Phases = phases, Handoffs = [.. handoffs], Workspace = Documents(tasks.Keys.ToList(), names) };
    }

    private TaskDefinition WithContract(TaskDefinition task, string[] names) => task.Agent is null || !Happens(3)
        ? task
        : task with
        {
            Contract = Happens(2) ? Use(2, names) : null,
            OnViolation = (OnViolation)_handoffs.Next(2),
            Memo = Happens(2) ? new MemoDefinition { MaxAge = Happens(2) ? TimeSpan.FromHours(1) : null, Key = Happens(2) ? DataTemplate.Parse(JsonData.Parse("""["${run.id}","$${x}",1]""")) : null } : null,
        };

    private HandoffDefinition Handoff(string id, TaskDefinition from, TaskDefinition to, string[] names) => new()
    {
        Id = id,
        From = from.Id,
        To = to.Id,
        Sends = from.Agent is null ? [] : Parts(names),
        ExpectsInReturn = to.Agent is null ? [] : Parts(names),
        Transforms = from.Agent is null || from.ForEach is not null || from.Join.Kind == JoinKind.Each ? [] : [.. Enumerable.Range(0, _handoffs.Next(3)).Select(_ => Transform())],
        Contract = from.Agent is not null && Happens(2) ? Use(2, names) : null,
    };

    private HandoffPart[] Parts(string[] names) => [.. SafeNames.Where(_ => Happens(6)).Select(name => new HandoffPart
    {
        Name = name,
        Description = Happens(3) ? Texts[_handoffs.Next(Texts.Length)] : null,
        Contract = Happens(2) ? Use(1, names) : null,
        Critical = Happens(2),
        IfMissing = (OnMissing)_handoffs.Next(4),
    })];

    private TransformDefinition Transform() => _handoffs.Next(5) switch
    {
        0 => new() { Select = ["a.b", "c"] },
        1 => new() { Rename = [new("a", "b"), new("b", "a")] },
        2 => new() { Map = DataTemplate.Parse(JsonData.Parse("""{"n":"${size(content)}","${k}":"$${x}"}""")) },
        3 => new() { Text = TextTemplate.Parse("${a}, $${b}") },
        _ => new() { Uses = "of-the-application" },
    };

    private ContractUse Use(int depth, string[] names)
        => names.Length > 0 && Happens(2) ? ContractUse.Of(names[_handoffs.Next(names.Length)]) : ContractUse.Of(Contract(depth, names));

    // Contracts with names have none of the others in them, so that there is no circle.
    private ContractDefinition Contract(int depth, string[] names)
    {
        var contract = new ContractDefinition
        {
            Uses = Happens(4) ? "of-the-application" : null,
            Schema = Happens(2) ? Schemas[_handoffs.Next(Schemas.Length)] : null,
            Required = Happens(3) ? ["a.b", "ä"] : [],
            MediaTypes = Happens(4) ? ["text/*", "application/vnd.x+json"] : [],
            MinBytes = Happens(4) ? 1 : null,
            MaxBytes = Happens(4) ? long.MaxValue : null,
            Sha256 = Happens(6) ? new string('a', 64) : null,
            Artifacts = Happens(4) ? ["**/*.cs", "a?"] : [],
            Files = Happens(4) ? ["src/", "**"] : [],
            Expression = Happens(3) ? ConditionExpression.Parse("coverage >= 0.8") : null,
            All = depth > 0 && Happens(3) ? [Use(depth - 1, names), Use(depth - 1, names)] : [],
            Any = depth > 0 && Happens(3) ? [Use(depth - 1, names)] : [],
        };
        return contract with { MinBytes = contract.All.Count == 0 ? contract.MinBytes ?? 0 : contract.MinBytes };
    }

    private DocumentDefinition[] Documents(List<string> tasks, string[] names) => [.. SafeNames.Where(_ => Happens(6)).Select(name =>
    {
        var merge = (DocumentMerge)_handoffs.Next(5);
        return new DocumentDefinition
        {
            Name = name,
            MediaType = Happens(3) ? "text/markdown" : null,
            Writers = Happens(2) ? ["*"] : [.. tasks.Where(task => task != "*" && Happens(4))],
            AppendOnly = Happens(3),
            Merge = merge,
            EscalateTo = merge == DocumentMerge.Escalate ? "architect" : null,
            Contract = Happens(3) ? Use(1, names) : null,
            Initial = Happens(3) ? Texts[_handoffs.Next(Texts.Length)] : null,
        };
    })];

    private bool Happens(int oneIn) => _handoffs.Next(oneIn) == 0;
}
