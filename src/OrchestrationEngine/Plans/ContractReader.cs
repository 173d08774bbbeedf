using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>The contracts of a plan file: those with a name, and where they are used.</summary>
internal static class ContractReader
{
    public static readonly string[] Members =
        ["description", "uses", "schema", "required", "mediaTypes", "minBytes", "maxBytes", "sha256", "artifacts", "files", "expression", "judge", "all", "any"];

    private static readonly PropertySet ContractProperties = new("a contract", [], Members);
    private static readonly PropertySet JudgeProperties = new("a judge", ["agent"], ["criteria", "threshold"]);

    /// <summary>The contracts of the plan, by name.</summary>
    public static PlanContract[] Named(ref PlanTokens tokens)
    {
        if (!tokens.TryEnterMap("the contracts of the plan, by name", out var names))
        {
            return [];
        }

        var contracts = new List<PlanContract>();
        while (tokens.NextName(names, out var name))
        {
            contracts.Add(new PlanContract { Name = name, Contract = Standing(ref tokens, "an object (a contract) or a list of contracts that must all hold")! });
        }

        return [.. contracts];
    }

    /// <summary>A contract where it is used: its name, the contract itself, or a list of both of which all must hold.</summary>
    public static ContractUse? Use(ref PlanTokens tokens)
    {
        const string Expected = "the name of a contract, an object (a contract) or a list of both that must all hold";
        return tokens.Kind == JsonTokenType.String ? new ContractUse { Name = tokens.Text() }
            : Standing(ref tokens, Expected) is { } contract ? new ContractUse { Inline = contract }
            : null;
    }

    /// <summary>Reads one member of a contract, of those in <see cref="Members"/>.</summary>
    public static ContractDefinition Member(ref PlanTokens tokens, string property, ContractDefinition contract) => property switch
    {
        "description" => contract with { Description = tokens.Text() },
        "uses" => contract with { Uses = tokens.Text() },
        "schema" => contract with { Schema = Schema(ref tokens) },
        "required" => contract with { Required = ValueReader.Texts(ref tokens, "the names of members") },
        "mediaTypes" => contract with { MediaTypes = ValueReader.Texts(ref tokens, "media types") },
        "minBytes" => contract with { MinBytes = tokens.LongNumber(0) },
        "maxBytes" => contract with { MaxBytes = tokens.LongNumber(0) },
        "sha256" => contract with { Sha256 = tokens.Text() },
        "artifacts" => contract with { Artifacts = ValueReader.Texts(ref tokens, "patterns for the names of artifacts") },
        "files" => contract with { Files = ValueReader.Texts(ref tokens, "patterns for the names of files") },
        "expression" => contract with { Expression = ExpressionReader.Condition(ref tokens) },
        "judge" => contract with { Judge = Judge(ref tokens) },
        "all" => contract with { All = Uses(ref tokens, "the contracts that must all hold") },
        "any" => contract with { Any = Uses(ref tokens, "the contracts of which one must hold") },
        _ => throw new NotSupportedException($"The reader of contracts does not know '{property}'."),
    };

    private static ContractDefinition? Standing(ref PlanTokens tokens, string expected)
    {
        if (tokens.Kind == JsonTokenType.StartArray)
        {
            return new ContractDefinition { All = Uses(ref tokens, "contracts that must all hold") };
        }

        if (tokens.Kind != JsonTokenType.StartObject)
        {
            tokens.Unexpected(expected);
            return null;
        }

        tokens.TryEnter(ContractProperties, out var open);
        var contract = new ContractDefinition();
        while (tokens.Next(ref open, out var property))
        {
            contract = Member(ref tokens, property, contract);
        }

        return contract;
    }

    private static ContractUse[] Uses(ref PlanTokens tokens, string subject)
    {
        if (!tokens.TryEnterList(subject))
        {
            return [];
        }

        var uses = new List<ContractUse>();
        for (var count = 0; tokens.NextItem(ref count);)
        {
            uses.Add(Use(ref tokens)!);
        }

        return [.. uses];
    }

    private static JudgeDefinition? Judge(ref PlanTokens tokens)
    {
        if (tokens.Kind == JsonTokenType.String)
        {
            return new JudgeDefinition { Agent = tokens.Text() ?? string.Empty };
        }

        if (tokens.Kind != JsonTokenType.StartObject)
        {
            tokens.Unexpected("the name of an agent or an object (a judge)");
            return null;
        }

        tokens.TryEnter(JudgeProperties, out var open);
        var judge = new JudgeDefinition { Agent = string.Empty };
        while (tokens.Next(ref open, out var property))
        {
            judge = property switch
            {
                "agent" => judge with { Agent = tokens.Text() ?? string.Empty },
                "criteria" => judge with { Criteria = tokens.Text() },
                _ => judge with { Threshold = tokens.Number(judge.Threshold) },
            };
        }

        return judge;
    }

    // A registered schema is named by its URI.
    private static JsonData? Schema(ref PlanTokens tokens)
        => tokens.Kind == JsonTokenType.String
            ? tokens.Text() is { } uri ? JsonData.String(uri) : null
            : ValueReader.Schema(ref tokens, "an object (a JSON Schema), true, false or the URI of a registered schema");
}
