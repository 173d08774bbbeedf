using System.Globalization;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Handoffs;

/// <summary>An agent gives the content a score that is high enough.</summary>
internal sealed class JudgeRule(JudgeDefinition judge, string agent) : ContractRule
{
    private const int MostListed = 20;

    public override bool IsCostly => true;

    public override async ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        if (check.Subject.Handoff is not IHandoffAgents agents)
        {
            throw new NotSupportedException($"The contract '{check.Contract}' has a judge, agent '{agent}'; only the engine can call agents.");
        }

        var answer = await agents.JudgeAsync(agent, judge.Criteria, cancellationToken).ConfigureAwait(false);
        Read(check, answer);
    }

    private void Read(ContractCheck check, JsonData answer)
    {
        using var document = Parse(answer);
        var root = document.RootElement;
        if (!JsonMember.TryGet(root, "score", out var given) || given.ValueKind != JsonValueKind.Number || !given.TryGetDouble(out var score) || !(score >= 0 && score <= 1))
        {
            throw NoVerdict(answer);
        }

        check.Take(score);
        if (score >= judge.Threshold)
        {
            return;
        }

        var reason = JsonMember.TryGet(root, "reason", out var why) ? TextOf(why) : null;
        check.Add(
            "judge",
            reason ?? $"Agent '{agent}' finds it not good enough{(judge.Criteria is null ? "." : $": {judge.Criteria}")}",
            expected: string.Create(CultureInfo.InvariantCulture, $"a score of at least {judge.Threshold}"),
            found: string.Create(CultureInfo.InvariantCulture, $"a score of {score}"));
        if (JsonMember.TryGet(root, "violations", out var violations) && violations.ValueKind == JsonValueKind.Array)
        {
            foreach (var violation in violations.EnumerateArray().Select(TextOf).OfType<string>().Take(MostListed))
            {
                check.Add("judge", violation);
            }
        }
    }

    private JsonDocument Parse(JsonData answer)
    {
        try
        {
            return JsonDocument.Parse(answer.Utf8, new JsonDocumentOptions { MaxDepth = HandoffSettings.MaxNesting });
        }
        catch (JsonException)
        {
            throw NoVerdict(answer);
        }
    }

    // A judge that says nothing of use says nothing about the content either: no violation, and no pass.
    private InvalidDataException NoVerdict(JsonData answer) => new(
        $"Agent '{agent}' was asked to judge, and gave no verdict. Expected {{\"score\": a number from 0 to 1, \"reason\": a text, \"violations\": texts}}, of which the score is needed; found {ViolationList.Cut(answer.ToString(), ViolationList.MaxShown)}.");

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // It has an escape for half of a character.
            return null;
        }
    }
}
