using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Handoffs;

/// <summary>Makes contracts of a plan ready to check, each once. Safe for many threads.</summary>
/// <param name="graph">The plan; one that was verified.</param>
/// <param name="registry">What the application registered.</param>
internal sealed class ContractCompiler(PlanGraph graph, HandoffRegistry registry)
{
    private readonly ConcurrentDictionary<string, CompiledContract> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ContractDefinition> _definitions = graph.Plan.Contracts.ToDictionary(contract => contract.Name, contract => contract.Contract, StringComparer.Ordinal);

    /// <summary>Compiles a contract where it is used.</summary>
    /// <param name="use">The contract; null for none.</param>
    /// <param name="place">The name of one that has none of its own.</param>
    public CompiledContract? Compile(ContractUse? use, string place) => use is null ? null : Compile(use, place, ImmutableList<string>.Empty);

    // 'open' are the names within which it stands; a verified plan has no circles.
    private CompiledContract Compile(ContractUse use, string place, ImmutableList<string> open)
        => use.Name is { } name ? Named(name, open) : new CompiledContract(place, RulesOf(place, use.Inline!, open), registry.Settings);

    private CompiledContract Named(string name, ImmutableList<string> open)
    {
        if (_named.TryGetValue(name, out var known))
        {
            return known;
        }

        var definition = _definitions.GetValueOrDefault(name)
            ?? throw new InvalidOperationException($"The plan '{graph.Plan.Id}' has no contract '{name}'. It was not verified.");
        return open.Contains(name)
            ? throw new InvalidOperationException($"The contract '{name}' of the plan '{graph.Plan.Id}' stands in itself. The plan was not verified.")
            : _named.GetOrAdd(name, new CompiledContract(name, RulesOf(name, definition, open.Add(name)), registry.Settings));
    }

    private List<NamedRule> RulesOf(string name, ContractDefinition contract, ImmutableList<string> open)
    {
        var rules = new List<NamedRule>();
        Add(contract.MediaTypes.Count > 0, () => new MediaTypeRule(contract.MediaTypes));
        Add(contract.MinBytes is not null || contract.MaxBytes is not null, () => new SizeRule(contract.MinBytes, contract.MaxBytes));
        Add(contract.Sha256 is not null, () => new ChecksumRule(ContentDigest.Parse(contract.Sha256!)));
        Add(contract.Artifacts.Count > 0, () => new ArtifactsRule(contract.Artifacts));
        Add(contract.Files.Count > 0, () => new FilesRule(contract.Files, registry.Settings));
        Add(contract.Required.Count > 0, () => new RequiredRule(contract.Required));
        Add(contract.Schema is not null, () => new SchemaRule(registry.SchemaOf(contract.Schema!.Value)));
        Add(contract.Expression is not null, () => new ExpressionRule(contract.Expression!));
        Add(contract.Uses is not null, () => new RegisteredRule(registry.Contract(contract.Uses!)));
        foreach (var use in contract.All)
        {
            rules.AddRange(Compile(use, name, open).Rules);
        }

        Add(contract.Any.Count > 0, () => new AnyRule([.. contract.Any.Select((use, index) => Compile(use, $"{name}, choice {index + 1}", open))]));
        Add(contract.Judge is not null, () => new JudgeRule(contract.Judge!, graph.RegisteredNameOf(contract.Judge!.Agent)));
        return rules;

        void Add(bool isSaid, Func<ContractRule> make)
        {
            if (isSaid)
            {
                rules.Add(new NamedRule(name, make()));
            }
        }
    }
}
