using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The part of <see cref="RunStateCodec"/> that is about handoffs.</summary>
internal static class HandoffCodec
{
    public static void Write(RunState state, StateWriter writer)
    {
        writer.Count(state.Handoffs.Feedback.Count);
        foreach (var (task, feedback) in state.Handoffs.Feedback.OrderBy(static pair => pair.Key))
        {
            writer.Count(task);
            writer.Count(feedback.Attempt);
            writer.Count(feedback.Violations.Count);
            foreach (var violation in feedback.Violations)
            {
                writer.Text(violation.Contract);
                writer.Text(violation.Rule);
                writer.Text(violation.Location);
                writer.Text(violation.Message);
                writer.Text(violation.Expected);
                writer.Text(violation.Found);
            }
        }

        writer.Count(state.Handoffs.Asked.Count);
        foreach (var (task, open) in state.Handoffs.Asked.OrderBy(static pair => pair.Key))
        {
            writer.Count(task);
            writer.Ticks(open.Since);
            writer.Bytes(Json(open.Fact));
        }

        var sent = state.Handoffs.Sent.OrderBy(static each => (each.From, each.To)).ToList();
        writer.Count(sent.Count);
        foreach (var (from, to, value) in sent)
        {
            writer.Count(from);
            writer.Count(to);
            writer.Bytes(value.Utf8.Span);
        }
    }

    public static void Read(RunState state, ref StateReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var (task, attempt) = (SlotCodec.Known(state, reader.Count()), reader.Count());
            var violations = new List<ContractViolation>();
            for (var count = reader.Count(); count > 0; count--)
            {
                violations.Add(new ContractViolation
                {
                    Contract = reader.RequiredText(),
                    Rule = reader.RequiredText(),
                    Location = reader.RequiredText(),
                    Message = reader.RequiredText(),
                    Expected = reader.Text(),
                    Found = reader.Text(),
                });
            }

            state.Handoffs.Feedback[task] = new HandoffFeedback(attempt, violations);
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            var (task, since) = (SlotCodec.Known(state, reader.Count()), reader.Ticks());
            state.Handoffs.Asked[task] = new OpenHandoff(Question(reader.Bytes()), since);
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            var (from, to) = (SlotCodec.Known(state, reader.Count()), SlotCodec.Known(state, reader.Count()));
            state.Handoffs.Send(from, to, JsonData.Trusted(reader.Bytes()));
        }
    }

    public static long EstimatedBytes(RunState state)
        => state.Handoffs.Feedback.Values.Sum(static feedback => 16L + feedback.Violations.Sum(static each => 32L + (2 * (each.ToString().Length + each.Rule.Length + (each.Expected?.Length ?? 0) + (each.Found?.Length ?? 0)))))
            + state.Handoffs.Asked.Values.Sum(static open => 1024L + open.Fact.Output.Length)
            + state.Handoffs.Sent.Sum(static sent => 16L + sent.Value.Length);

    private static ReadOnlySpan<byte> Json(HandoffAsked fact)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            RunEventJson.Write(fact, writer);
        }

        return buffer.WrittenSpan;
    }

    private static HandoffAsked Question(ReadOnlyMemory<byte> json)
    {
        try
        {
            return (HandoffAsked)RunEventJson.Read("handoff.asked", 1, json);
        }
        catch (JournalFormatException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
