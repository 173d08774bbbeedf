using System.Text;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>Makes what an agent left in <c>completed</c> or <c>failed</c> into the outcome of an attempt. Believes nothing of it.</summary>
internal static class FolderAnswer
{
    private const int LongestMessage = 2000;
    private const int MostWarnings = 20;
    private static readonly string[] WarningMembers = ["warnings", "errors"];

    /// <summary>Reads an answer.</summary>
    /// <param name="bytes">The file; kept by the result.</param>
    /// <param name="id">The request that it must be for.</param>
    /// <param name="isFailed">Whether it is from <c>failed</c>.</param>
    /// <param name="what">The file, as the beginning of a sentence.</param>
    /// <param name="warn">Told what the agent warns of.</param>
    /// <param name="unfinished">What keeps it from being read, where it may only not be written to its end yet; otherwise null.</param>
    public static AgentResult Read(ReadOnlyMemory<byte> bytes, string id, bool isFailed, string what, Action<string> warn, out string? unfinished)
    {
        var read = ProcessOutput.FromJson(bytes, what, "The agent writes its answer under another name and moves it here when it is whole.");
        unfinished = read.IsSuccess ? null : read.Message;
        if (!read.IsSuccess)
        {
            return read;
        }

        var answer = read.Output.ToElement();
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return Unusable($"{what} is of kind {answer.ValueKind}; expected an object with 'handoff_id' and {(isFailed ? "'error'" : "'output'")}.");
        }

        if (Text(answer, "handoff_id") is not { } found || found != id)
        {
            return Unusable($"{what} is for handoff '{Printable(Text(answer, "handoff_id") ?? "")}'; expected '{id}'. The agent copies the 'handoff_id' of the request into its answer.");
        }

        foreach (var warning in Warnings(answer))
        {
            warn(warning);
        }

        return isFailed || Text(answer, "status") == "failed" ? Failure(answer, what) : Success(answer, what);
    }

    private static AgentResult Success(JsonElement answer, string what)
    {
        if (answer.TryGetProperty("validation", out var validation) && validation.ValueKind == JsonValueKind.Object && (IsFalse(validation, "valid") || IsFalse(validation, "is_valid")))
        {
            return Unusable($"{what} says of itself that its output is not valid: {Printable(validation.GetRawText())}");
        }

        return answer.TryGetProperty("output", out var output)
            ? AgentResult.Succeeded(JsonData.Parse(Encoding.UTF8.GetBytes(output.GetRawText())))
            : Unusable($"{what} has no 'output'. An agent that hands over nothing says 'output': null.");
    }

    private static AgentResult Failure(JsonElement answer, string what)
    {
        var error = answer.TryGetProperty("error", out var member) ? member : default;
        var (code, message, severity) = error.ValueKind switch
        {
            JsonValueKind.Object => (Text(error, "code"), Text(error, "message"), Text(error, "severity")),
            JsonValueKind.String => (null, error.GetString(), null),
            _ => (null, null, null),
        };
        var said = message is { Length: > 0 } ? Printable(message) : "It gives no message.";
        var mark = string.Join(", ", new[] { code, severity }.Where(static text => text is { Length: > 0 }).Select(static text => Printable(text!)));
        return AgentResult.Failed(ClassOf(code), $"{what}{(mark.Length == 0 ? "" : $" ({mark})")}: {said}", retryable: !IsFalse(answer, "retry_available"));
    }

    // Agents have codes of their own; those that say what the engine has a word for are taken at it.
    private static FailureClass ClassOf(string? code)
    {
        var word = string.Concat((code ?? "").Where(char.IsAsciiLetter));
        return word.Length > 0 && Enum.TryParse<FailureClass>(word, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known
            : word.StartsWith("RateLimit", StringComparison.OrdinalIgnoreCase) ? FailureClass.RateLimited
            : word.StartsWith("Timeout", StringComparison.OrdinalIgnoreCase) ? FailureClass.Timeout
            : FailureClass.Unknown;
    }

    private static IEnumerable<string> Warnings(JsonElement answer)
        => WarningMembers
            .Select(name => answer.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToList() : [])
            .SelectMany(static list => list)
            .Take(MostWarnings)
            .Select(static item => Printable(item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText()));

    private static string? Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static bool IsFalse(JsonElement parent, string name) => parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.False;

    private static string Printable(string text) => PrintableText.From(Encoding.UTF8.GetBytes(text.Length <= LongestMessage ? text : text[..LongestMessage] + "…"));

    private static AgentResult Unusable(string message) => AgentResult.Failed(FailureClass.InvalidOutput, message);
}
