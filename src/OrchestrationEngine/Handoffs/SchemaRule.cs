using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Handoffs;

/// <summary>The content keeps to a JSON Schema.</summary>
internal sealed class SchemaRule(JsonSchema schema) : ContractRule
{
    private const string Expected = "Expected ";
    private const string Found = "; found ";

    public override async ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        if (!await check.CanLookInsideAsync(cancellationToken).ConfigureAwait(false) || schema.IsValid(check.Content.Root))
        {
            return;
        }

        foreach (var violation in schema.Validate(check.Content.Root).Violations)
        {
            var (expected, found) = Parts(violation.Message);
            check.Add(violation.Keyword.Length == 0 ? "schema" : "schema/" + violation.Keyword, violation.Message, violation.InstanceLocation, expected, found);
        }
    }

    // The messages of schemas are of one form: what was expected, what was found, and sometimes what was probably meant.
    private static (string? Expected, string? Found) Parts(string message)
    {
        var at = message.IndexOf(Found, StringComparison.Ordinal);
        if (at < 0 || !message.StartsWith(Expected, StringComparison.Ordinal))
        {
            return (null, null);
        }

        var found = message[(at + Found.Length)..];
        var end = found.LastIndexOf(". Did you mean ", StringComparison.Ordinal);
        return (message[Expected.Length..at], end < 0 ? found.TrimEnd('.') : found[..end]);
    }
}
