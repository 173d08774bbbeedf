using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Handoffs;

/// <summary>Members are there and not null, with dots between the names of nested ones.</summary>
internal sealed class RequiredRule(IEnumerable<string> members) : ContractRule
{
    private readonly string[][] _paths = [.. members.Select(member => member.Split('.'))];

    public override async ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        if (!await check.CanLookInsideAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        foreach (var path in _paths)
        {
            Check(check, path);
        }
    }

    private static void Check(ContractCheck check, string[] path)
    {
        var (value, pointer) = (check.Content.Root, "");
        foreach (var name in path)
        {
            if (!JsonMember.TryGet(value, name, out var member))
            {
                var found = value.ValueKind == JsonValueKind.Object ? "nothing" : Shown.Value(value);
                check.Add("required", $"The member '{string.Join('.', path)}' is missing.", pointer, $"a member {Shown.Name(name)}", found);
                return;
            }

            (value, pointer) = (member, JsonPointers.Append(pointer, name));
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            check.Add("required", $"The member '{string.Join('.', path)}' is null.", pointer, "a value", "null");
        }
    }
}
