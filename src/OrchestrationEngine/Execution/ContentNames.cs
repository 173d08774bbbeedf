using OrchestrationEngine.Artifacts;

namespace OrchestrationEngine.Execution;

/// <summary>What contents are called that nobody gave a name: after their task, whose id may be anything.</summary>
internal static class ContentNames
{
    /// <summary>An output as a whole: <c>TASK/output.json</c>.</summary>
    public static string OfOutput(string task) => Safe(task) + "/output.json";

    /// <summary>A member of an output: <c>TASK/output/MEMBER.json</c>.</summary>
    public static string OfMember(string task, string member) => $"{Safe(task)}/output/{Safe(member)}.json";

    /// <summary>The task, or the item of one, that an attempt is about.</summary>
    public static string Of(string task, int? item) => item is { } index ? FormattableString.Invariant($"{task}[{index}]") : task;

    private static string Safe(string text)
    {
        if (text.Length <= 100 && !text.Contains('/', StringComparison.Ordinal) && SafeName.IsSafe(text))
        {
            return text;
        }

        var safe = string.Concat(text.Take(60).Select(static sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' ? sign : '_'));
        return SafeName.IsSafe(safe) ? safe : "_" + safe;
    }
}
