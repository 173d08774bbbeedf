using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What becomes of a run's inputs when it goes on by another version of its plan: it keeps those that it has, and new ones get their defaults.</summary>
internal static class MoveInputs
{
    public static void Judge(RunState state, OrchestrationPlan plan, List<MoveReason> reasons)
    {
        var values = new Dictionary<string, JsonData>(StringComparer.Ordinal);
        foreach (var member in state.Inputs.ToElement().EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null)
            {
                values[member.Name] = JsonData.From(member.Value);
            }
        }

        var known = plan.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in values.Keys.Where(name => !known.Contains(name)).ToList())
        {
            values.Remove(gone);
            reasons.Add(new MoveReason(MoveOutcome.Safe, "", gone, $"The new plan takes no input '{gone}'; the run keeps its value, which nothing reads any more."));
        }

        // What the run was not given is null there.
        foreach (var problem in PlanVerifier.VerifyInputs(plan, values))
        {
            MoveRules.Impossible(reasons, problem.Pointer, problem.Name, $"{problem.Message} The run was started without it.");
        }
    }

    /// <summary>The run's inputs with those that only the new plan has; null where there are none.</summary>
    public static JsonData? Added(RunState state, OrchestrationPlan plan)
    {
        var own = state.Inputs.ToElement();
        var added = plan.Inputs.Where(input => !own.TryGetProperty(input.Name, out _)).ToList();
        if (added.Count == 0)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            foreach (var member in own.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                writer.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
            }

            foreach (var input in added)
            {
                writer.WritePropertyName(input.Name);
                writer.WriteRawValue((input.Default ?? JsonData.Null).Utf8.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }
}
