using System.Text.Json;
using static OrchestrationEngine.Plans.PlanParts;

namespace OrchestrationEngine.Plans;

/// <summary>Writes contracts, handoffs and documents, leaving out what is at its default.</summary>
internal static class HandoffWriter
{
    /// <summary>What a plan says outside its phases.</summary>
    public static void Write(Utf8JsonWriter writer, OrchestrationPlan plan)
    {
        WriteMap(writer, "contracts", plan.Contracts, contract => contract.Name, contract => WriteContract(writer, contract.Contract));
        WriteList(writer, "handoffs", plan.Handoffs, WriteHandoff);
        WriteMap(writer, "workspace", plan.Workspace, document => document.Name, document => WriteDocument(writer, document));
    }

    /// <summary>What a task says.</summary>
    public static void Write(Utf8JsonWriter writer, TaskDefinition task)
    {
        WriteUse(writer, "contract", task.Contract);
        WriteWord(writer, "onViolation", task.OnViolation, OnViolation.Quarantine);
        if (task.Memo is not { } memo)
        {
            return;
        }

        if (memo is { MaxAge: null, Key: null })
        {
            writer.WriteBoolean("memo", true);
            return;
        }

        writer.WriteStartObject("memo");
        WriteDuration(writer, "maxAge", memo.MaxAge);
        WriteTemplate(writer, "key", memo.Key);
        writer.WriteEndObject();
    }

    private static void WriteMap<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Func<T, string> nameOf, Action<T> write)
    {
        if (items.Count > 0)
        {
            writer.WriteStartObject(name);
            foreach (var item in items)
            {
                writer.WritePropertyName(nameOf(item));
                write(item);
            }

            writer.WriteEndObject();
        }
    }

    private static void WriteUse(Utf8JsonWriter writer, string name, ContractUse? use)
    {
        if (use is not null)
        {
            writer.WritePropertyName(name);
            WriteUse(writer, use);
        }
    }

    private static void WriteUse(Utf8JsonWriter writer, ContractUse use)
    {
        if (use.Name is { } name)
        {
            writer.WriteStringValue(name);
        }
        else
        {
            WriteContract(writer, use.Inline!);
        }
    }

    // One that is nothing but others of which all must hold is their list.
    private static void WriteContract(Utf8JsonWriter writer, ContractDefinition contract)
    {
        if (ContractPlaces.IsList(contract))
        {
            writer.WriteStartArray();
            foreach (var use in contract.All)
            {
                WriteUse(writer, use);
            }

            writer.WriteEndArray();
            return;
        }

        writer.WriteStartObject();
        WriteText(writer, "description", contract.Description);
        WriteMembers(writer, contract);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ContractDefinition contract)
    {
        WriteText(writer, "uses", contract.Uses);
        if (contract.Schema is { } schema)
        {
            writer.WritePropertyName("schema");
            writer.WriteRawValue(schema.Utf8.Span, skipInputValidation: true);
        }

        WriteSome(writer, "required", contract.Required);
        WriteSome(writer, "mediaTypes", contract.MediaTypes);
        WriteNumber(writer, "minBytes", contract.MinBytes);
        WriteNumber(writer, "maxBytes", contract.MaxBytes);
        WriteText(writer, "sha256", contract.Sha256);
        WriteSome(writer, "artifacts", contract.Artifacts);
        WriteSome(writer, "files", contract.Files);
        WriteText(writer, "expression", contract.Expression?.Text);
        WriteJudge(writer, contract.Judge);
        WriteList(writer, "all", contract.All, WriteUse);
        WriteList(writer, "any", contract.Any, WriteUse);
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void WriteJudge(Utf8JsonWriter writer, JudgeDefinition? judge)
    {
        if (judge is null)
        {
            return;
        }

        writer.WriteStartObject("judge");
        writer.WriteString("agent", judge.Agent);
        WriteText(writer, "criteria", judge.Criteria);
        if (!judge.Threshold.Equals(0.5))
        {
            writer.WriteNumber("threshold", judge.Threshold);
        }

        writer.WriteEndObject();
    }

    private static void WriteHandoff(Utf8JsonWriter writer, HandoffDefinition handoff)
    {
        writer.WriteStartObject();
        writer.WriteString("id", handoff.Id);
        writer.WriteString("from", handoff.From);
        writer.WriteString("to", handoff.To);
        WriteMap(writer, "sends", handoff.Sends, part => part.Name, part => WritePart(writer, part));
        WriteMap(writer, "expectsInReturn", handoff.ExpectsInReturn, part => part.Name, part => WritePart(writer, part));
        WriteList(writer, "transforms", handoff.Transforms, WriteTransform);
        WriteUse(writer, "contract", handoff.Contract);
        writer.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter writer, HandoffPart part)
    {
        writer.WriteStartObject();
        WriteText(writer, "description", part.Description);
        WriteText(writer, "contract", part.Contract?.Name);
        if (part.Contract?.Inline is { } contract)
        {
            WriteMembers(writer, contract);
        }

        if (!part.Critical)
        {
            writer.WriteBoolean("critical", false);
        }

        WriteWord(writer, "ifMissing", part.IfMissing, OnMissing.Retry);
        writer.WriteEndObject();
    }

    private static void WriteTransform(Utf8JsonWriter writer, TransformDefinition transform)
    {
        writer.WriteStartObject();
        WriteSome(writer, "select", transform.Select);
        WriteMap(writer, "rename", transform.Rename, name => name.Key, name => writer.WriteStringValue(name.Value));
        WriteTemplate(writer, "map", transform.Map);
        WriteText(writer, "text", transform.Text?.Text);
        WriteText(writer, "uses", transform.Uses);
        WriteText(writer, "agent", transform.Agent);
        writer.WriteEndObject();
    }

    private static void WriteDocument(Utf8JsonWriter writer, DocumentDefinition document)
    {
        writer.WriteStartObject();
        WriteText(writer, "description", document.Description);
        WriteText(writer, "mediaType", document.MediaType);
        WriteSome(writer, "writers", document.Writers);
        WriteSome(writer, "readers", document.Readers);
        if (document.AppendOnly)
        {
            writer.WriteBoolean("appendOnly", true);
        }

        WriteWord(writer, "merge", document.Merge, DocumentMerge.Refuse);
        WriteText(writer, "escalateTo", document.EscalateTo);
        WriteUse(writer, "contract", document.Contract);
        WriteText(writer, "initial", document.Initial);
        writer.WriteEndObject();
    }

    private static void WriteTemplate(Utf8JsonWriter writer, string name, DataTemplate? template)
    {
        if (template is not null)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(template.Source.Utf8.Span, skipInputValidation: true);
        }
    }
}
