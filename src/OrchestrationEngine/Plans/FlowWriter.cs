using System.Text.Json;
using static OrchestrationEngine.Plans.PlanParts;

namespace OrchestrationEngine.Plans;

/// <summary>Writes what few tasks and phases say: what they wait for, when, how often and with what they run.</summary>
internal static class FlowWriter
{
    /// <summary>Writes how a task is done, where no agent does it.</summary>
    public static void WriteKind(Utf8JsonWriter writer, TaskDefinition task)
    {
        WriteWait(writer, task.Wait);
        WriteSubPlan(writer, task.SubPlan);
        if (task.End is { Reason: null } end)
        {
            writer.WriteString("end", WordTable<EndStatus>.Word(end.Status));
        }
        else if (task.End is { } explained)
        {
            writer.WriteStartObject("end");
            writer.WriteString("status", WordTable<EndStatus>.Word(explained.Status));
            WriteText(writer, "reason", explained.Reason.Text);
            writer.WriteEndObject();
        }
    }

    public static void Write(Utf8JsonWriter writer, TaskDefinition task)
    {
        WriteJoin(writer, task.Join);
        WriteText(writer, "when", task.When?.Text);
        WriteSkip(writer, task.SkipWhen);
        WriteText(writer, "choice", task.Choice);
        WriteRepeat(writer, task.Repeat);
        WriteForEach(writer, task.ForEach);
        WriteText(writer, "guard", task.Guard?.Text);
        WriteDuration(writer, "guardTimeout", task.GuardTimeout);
        WriteSome(writer, "locks", task.Locks);
        if (task.Resources.Count > 0)
        {
            writer.WriteStartObject("resources");
            foreach (var use in task.Resources)
            {
                writer.WriteNumber(use.Name, use.Weight);
            }

            writer.WriteEndObject();
        }

        WriteSome(writer, "reads", task.Reads);
        WriteSome(writer, "writes", task.Writes);
        WriteSome(writer, "exclusive", task.Exclusive);
        WriteWord(writer, "criticality", task.Criticality, TaskCriticality.Normal);
        WriteSome(writer, "tags", task.Tags);
        HandoffWriter.Write(writer, task);
        WriteDuration(writer, "estimateP90", task.EstimateP90);
        if (task.EstimatedTokens is { } tokens)
        {
            writer.WriteNumber("estimatedTokens", tokens);
        }

        if (task.EstimatedCost is { } cost)
        {
            writer.WriteNumber("estimatedCost", cost);
        }
    }

    public static void WriteSkip(Utf8JsonWriter writer, SkipCondition? skip)
    {
        if (skip is { Reason: { } reason })
        {
            writer.WriteStartObject("skipWhen");
            writer.WriteString("condition", skip.Condition.Text);
            writer.WriteString("reason", reason);
            writer.WriteEndObject();
        }
        else
        {
            WriteText(writer, "skipWhen", skip?.Condition.Text);
        }
    }

    public static void WriteRepeat(Utf8JsonWriter writer, RepeatDefinition? repeat)
    {
        if (repeat is not null)
        {
            writer.WriteStartObject("repeat");
            writer.WriteString("until", repeat.Until.Text);
            writer.WriteNumber("max", repeat.Max);
            WriteDuration(writer, "delay", repeat.Delay);
            WriteWord(writer, "onExhausted", repeat.OnExhausted, ExhaustedLoop.Fail);
            writer.WriteEndObject();
        }
    }

    private static void WriteJoin(Utf8JsonWriter writer, JoinDefinition join)
    {
        if (join.Kind is not (JoinKind.AtLeast or JoinKind.Until))
        {
            // One that cancels the rest has a word of its own.
            WriteWord(writer, "join", join is { Kind: JoinKind.Any, CancelRest: true } ? JoinKind.First : join.Kind, JoinKind.All);
            return;
        }

        writer.WriteStartObject("join");
        if (join.Kind == JoinKind.AtLeast)
        {
            writer.WriteNumber("atLeast", join.Count);
        }

        WriteText(writer, "until", join.Condition?.Text);
        if (join.CancelRest)
        {
            writer.WriteBoolean("cancelRest", true);
        }

        writer.WriteEndObject();
    }

    private static void WriteForEach(Utf8JsonWriter writer, ForEachDefinition? forEach)
    {
        if (forEach is null)
        {
            return;
        }

        if (forEach is { MaxParallel: null, Join.Kind: JoinKind.All, ContinueOnError: false, Open: false })
        {
            WriteExpression(writer, "forEach", forEach.Items);
            return;
        }

        writer.WriteStartObject("forEach");
        WriteExpression(writer, "items", forEach.Items);
        if (forEach.MaxParallel is { } parallel)
        {
            writer.WriteNumber("maxParallel", parallel);
        }

        WriteJoin(writer, forEach.Join);
        if (forEach.ContinueOnError)
        {
            writer.WriteBoolean("continueOnError", true);
        }

        if (forEach.Open)
        {
            writer.WriteBoolean("open", true);
        }

        writer.WriteEndObject();
    }

    private static void WriteWait(Utf8JsonWriter writer, WaitDefinition? wait)
    {
        if (wait is null)
        {
            return;
        }

        writer.WriteStartObject("wait");
        if (wait.IsChoice)
        {
            writer.WriteStartObject("firstOf");
            foreach (var branch in wait.Branches)
            {
                writer.WriteStartObject(branch.Name);
                WriteBranch(writer, branch);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }
        else
        {
            WriteBranch(writer, wait.Branches[0]);
        }

        writer.WriteEndObject();
    }

    private static void WriteBranch(Utf8JsonWriter writer, WaitBranch branch)
    {
        WriteDuration(writer, "after", branch.After);
        WriteText(writer, "at", branch.At?.Text);
        WriteText(writer, "signal", branch.Signal?.Text);
        WriteWord(writer, "mode", branch.Mode, SignalMode.Persistent);
        WriteText(writer, "where", branch.Where?.Text);
    }

    private static void WriteSubPlan(Utf8JsonWriter writer, SubPlanDefinition? plan)
    {
        if (plan is null)
        {
            return;
        }

        writer.WriteStartObject("plan");
        WriteText(writer, "id", plan.Id);
        WriteText(writer, "version", plan.Version);
        if (plan.Inline is not null)
        {
            writer.WritePropertyName("inline");
            PlanWriter.Write(plan.Inline, writer);
        }

        if (plan.MaxDepth is { } depth)
        {
            writer.WriteNumber("maxDepth", depth);
        }

        writer.WriteEndObject();
    }
}
