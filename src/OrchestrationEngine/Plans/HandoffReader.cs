using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>What a plan file says about what passes between tasks: handoffs, documents, and results that are taken over.</summary>
internal static class HandoffReader
{
    private static readonly PropertySet HandoffProperties = new("a handoff", ["id", "from", "to"], ["sends", "expectsInReturn", "transforms", "contract"]);

    private static readonly PropertySet PartProperties = new("a part of a handoff", [], ["contract", "critical", "ifMissing", .. ContractReader.Members]);

    private static readonly PropertySet TransformProperties = new("a transformation", [], ["select", "rename", "map", "text", "uses", "agent"]);

    private static readonly PropertySet DocumentProperties = new(
        "a document",
        [],
        ["description", "mediaType", "writers", "readers", "appendOnly", "merge", "escalateTo", "contract", "initial"]);

    private static readonly PropertySet MemoProperties = new("a memo", [], ["maxAge", "key"]);

    public static HandoffDefinition? Handoff(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(HandoffProperties, out var open))
        {
            return null;
        }

        var handoff = new HandoffDefinition { Id = string.Empty, From = string.Empty, To = string.Empty };
        while (tokens.Next(ref open, out var property))
        {
            handoff = property switch
            {
                "id" => handoff with { Id = tokens.Text() ?? string.Empty },
                "from" => handoff with { From = tokens.Text() ?? string.Empty },
                "to" => handoff with { To = tokens.Text() ?? string.Empty },
                "sends" => handoff with { Sends = Parts(ref tokens, "what is sent, by name") },
                "expectsInReturn" => handoff with { ExpectsInReturn = Parts(ref tokens, "what is expected in return, by name") },
                "transforms" => handoff with { Transforms = ValueReader.List(ref tokens, "transformations", Transform) },
                _ => handoff with { Contract = ContractReader.Use(ref tokens) },
            };
        }

        return handoff;
    }

    /// <summary>The documents of the plan, by name.</summary>
    public static DocumentDefinition[] Documents(ref PlanTokens tokens)
    {
        if (!tokens.TryEnterMap("the documents of the plan, by name", out var names))
        {
            return [];
        }

        var documents = new List<DocumentDefinition>();
        while (tokens.NextName(names, out var name))
        {
            documents.Add(Document(ref tokens, name));
        }

        return [.. documents];
    }

    /// <summary>How results are taken over: <c>true</c>, or an object.</summary>
    public static MemoDefinition? Memo(ref PlanTokens tokens)
    {
        if (tokens.Kind is JsonTokenType.True or JsonTokenType.False)
        {
            return tokens.Flag() ? new MemoDefinition() : null;
        }

        if (tokens.Kind != JsonTokenType.StartObject)
        {
            tokens.Unexpected("true, false or an object (a memo)");
            return null;
        }

        tokens.TryEnter(MemoProperties, out var open);
        var memo = new MemoDefinition();
        while (tokens.Next(ref open, out var property))
        {
            memo = property == "maxAge"
                ? memo with { MaxAge = ValueReader.Duration(ref tokens) }
                : memo with { Key = ExpressionReader.Data(ref tokens) };
        }

        return memo;
    }

    private static HandoffPart[] Parts(ref PlanTokens tokens, string subject)
    {
        if (!tokens.TryEnterMap(subject, out var names))
        {
            return [];
        }

        var parts = new List<HandoffPart>();
        while (tokens.NextName(names, out var name))
        {
            parts.Add(Part(ref tokens, name));
        }

        return [.. parts];
    }

    private static HandoffPart Part(ref PlanTokens tokens, string name)
    {
        var part = new HandoffPart { Name = name };
        if (tokens.Kind == JsonTokenType.String)
        {
            return part with { Contract = ContractReader.Use(ref tokens) };
        }

        if (tokens.Kind != JsonTokenType.StartObject)
        {
            tokens.Unexpected("the name of a contract or an object (a part of a handoff)");
            return part;
        }

        tokens.TryEnter(PartProperties, out var open);
        var start = tokens.Position;
        ContractDefinition? standing = null;
        while (tokens.Next(ref open, out var property))
        {
            switch (property)
            {
                case "contract":
                    part = part with { Contract = tokens.Text("the name of a contract; what else is asked for stands beside it, without 'contract'") is { } used ? new ContractUse { Name = used } : null };
                    break;
                case "critical":
                    part = part with { Critical = tokens.Flag() };
                    break;
                case "ifMissing":
                    part = part with { IfMissing = ValueReader.Word(ref tokens, OnMissing.Retry) };
                    break;
                case "description":
                    part = part with { Description = tokens.Text() };
                    break;
                default:
                    standing = ContractReader.Member(ref tokens, property, standing ?? new ContractDefinition());
                    break;
            }
        }

        if (standing is not null && part.Contract is not null)
        {
            tokens.Reading.Problem(PlanProblemKinds.UnclearForm, start, "A part with 'contract' has nothing else that must hold; to have both, write the name into 'all'.");
        }

        return standing is null ? part : part with { Contract = new ContractUse { Inline = standing } };
    }

    private static TransformDefinition? Transform(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(TransformProperties, out var open))
        {
            return null;
        }

        var start = tokens.Position;
        var transform = new TransformDefinition();
        var given = 0;
        while (tokens.Next(ref open, out var property))
        {
            given++;
            transform = property switch
            {
                "select" => transform with { Select = ValueReader.Texts(ref tokens, "the names of members") },
                "rename" => transform with { Rename = Names(ref tokens) },
                "map" => transform with { Map = ExpressionReader.Data(ref tokens) },
                "text" => transform with { Text = ExpressionReader.Template(ref tokens, "a text, with templates or not") },
                "uses" => transform with { Uses = tokens.Text() },
                _ => transform with { Agent = tokens.Text() },
            };
        }

        if (given > 1)
        {
            tokens.Reading.Problem(PlanProblemKinds.UnclearForm, start, "A transformation is one step; write several, one after the other.");
        }

        return transform;
    }

    private static KeyValuePair<string, string>[] Names(ref PlanTokens tokens)
    {
        if (!tokens.TryEnterMap("new names of members, by their old ones", out var names))
        {
            return [];
        }

        var renamed = new List<KeyValuePair<string, string>>();
        while (tokens.NextName(names, out var name))
        {
            renamed.Add(new(name, tokens.Text() ?? string.Empty));
        }

        return [.. renamed];
    }

    private static DocumentDefinition Document(ref PlanTokens tokens, string name)
    {
        var document = new DocumentDefinition { Name = name };
        if (!tokens.TryEnter(DocumentProperties, out var open))
        {
            return document;
        }

        while (tokens.Next(ref open, out var property))
        {
            document = property switch
            {
                "description" => document with { Description = tokens.Text() },
                "mediaType" => document with { MediaType = tokens.Text() },
                "writers" => document with { Writers = ValueReader.Texts(ref tokens, "tasks and agents") },
                "readers" => document with { Readers = ValueReader.Texts(ref tokens, "tasks and agents") },
                "appendOnly" => document with { AppendOnly = tokens.Flag() },
                "merge" => document with { Merge = ValueReader.Word(ref tokens, DocumentMerge.Refuse) },
                "escalateTo" => document with { EscalateTo = tokens.Text() },
                "contract" => document with { Contract = ContractReader.Use(ref tokens) },
                _ => document with { Initial = tokens.Text() },
            };
        }

        return document;
    }
}
