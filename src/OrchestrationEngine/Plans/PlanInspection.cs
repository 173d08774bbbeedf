using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>One reading of a plan file from its bytes to a verified plan or the list of everything wrong with it.</summary>
internal static class PlanInspection
{
    public static PlanReadResult Of(ReadOnlyMemory<byte> utf8, PlanReadOptions options)
    {
        var text = utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        var reading = new PlanReading(text, options);
        var plan = Read(reading, text, out var isComplete);
        IReadOnlyList<PlanProblem> found = reading.Problems.Kept;
        var total = reading.Problems.Total;
        IEnumerable<PlanProblem> warnings = reading.Warnings.ToList();
        if (isComplete && options.Verify && plan is not null)
        {
            var findings = PlanVerifier.Collect(plan, options.Limits, registeredAgents: null, hasLostParts: reading.LostParts);
            var verified = findings.Problems;
            warnings = warnings.Concat(PlanLocator.Locate(text, findings.Warnings.ToList(), options.Limits.MaxDepth)).OrderBy(warning => warning.Line).ThenBy(warning => warning.Column);
            var more = FollowUps.Without(found, verified.Kept);
            total += verified.Total - (verified.Kept.Count - more.Count);
            found = [.. found, .. PlanLocator.Locate(text, more, options.Limits.MaxDepth)];
        }

        var inOrder = found.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column).ToList();
        return new PlanReadResult
        {
            Plan = total == 0 ? plan : null,
            PlanId = reading.PlanId,
            Problems = PlanProblemList.Cut(inOrder, total, options.Limits.MaxProblems),
            Warnings = [.. warnings],
        };
    }

    private static OrchestrationPlan? Read(PlanReading reading, ReadOnlyMemory<byte> text, out bool isComplete)
    {
        isComplete = false;
        if (text.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            reading.Problem(PlanProblemKinds.TextEmpty, 0, "The text is empty. A plan is a JSON object with at least 'id' and 'phases'.");
            return null;
        }

        // What is not UTF-8 is read as if the text ended there: the reader itself does not look into strings.
        var invalid = new TextLines(text).FirstInvalid();
        var readable = invalid < 0 ? text.Span : text.Span[..invalid];
        var tokens = new PlanTokens(reading, readable);
        try
        {
            var plan = PlanReader.Read(ref tokens);
            isComplete = invalid < 0;
            if (!isComplete)
            {
                reading.Problem(PlanProblemKinds.NotUtf8, invalid, PlanSyntax.NotUtf8(text.Span, invalid));
            }

            return plan;
        }
        catch (JsonException) when (invalid >= 0)
        {
            reading.Problem(PlanProblemKinds.NotUtf8, invalid, PlanSyntax.NotUtf8(text.Span, invalid));
        }
        catch (JsonException wrong)
        {
            var offset = new TextLines(text).OffsetOf(wrong.LineNumber ?? 0, wrong.BytePositionInLine ?? 0);
            var isTooDeep = tokens.IsAtDepthLimit && offset < text.Length && text.Span[offset] is (byte)'{' or (byte)'[';
            reading.Problem(
                isTooDeep ? PlanProblemKinds.TooDeep : PlanProblemKinds.NotJson,
                offset,
                PlanSyntax.Describe(text.Span, offset, wrong.Message, tokens.IsAtDepthLimit ? reading.Options.Limits.MaxDepth : null));
        }

        return null;
    }
}
