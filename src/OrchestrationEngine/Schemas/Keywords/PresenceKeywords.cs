using System.Buffers;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary><c>required</c>.</summary>
internal sealed class RequiredKeyword(SchemaNode node, IReadOnlyList<string> names, IReadOnlyList<byte[]> bytes) : Keyword(node, "required")
{
    private readonly PresenceTable _table = new(names, bytes);

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.Object || _table.HasAll(instance.Element))
        {
            return true;
        }

        if (context.IsCollecting)
        {
            context.Report(this, _table.Complain(instance.Element, null));
        }

        return false;
    }
}

/// <summary><c>dependentRequired</c>, and the lists of names in <c>dependencies</c>.</summary>
internal sealed class DependentRequiredKeyword(SchemaNode node, string name, IReadOnlyList<(string Trigger, byte[] Bytes, PresenceTable Required)> rules) : Keyword(node, name)
{
    private readonly NameTable _triggers = new([.. rules.Select(rule => rule.Bytes)]);
    private readonly PresenceTable[] _required = [.. rules.Select(rule => rule.Required)];

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.Object)
        {
            return true;
        }

        var isValid = true;
        foreach (var member in instance.Element.EnumerateObject())
        {
            var rule = _triggers.Find(JsonText.Raw(member));
            if (rule < 0)
            {
                continue;
            }

            if (!context.TryStep(instance.Element.GetPropertyCount() >> 4))
            {
                return false;
            }

            if (_required[rule].HasAll(instance.Element))
            {
                continue;
            }

            isValid = false;
            if (!context.IsCollecting)
            {
                break;
            }

            context.Report(this, _required[rule].Complain(instance.Element, rules[rule].Trigger));
        }

        return isValid;
    }
}

/// <summary>Names of which an object has to have all.</summary>
internal sealed class PresenceTable(IReadOnlyList<string> names, IReadOnlyList<byte[]> bytes)
{
    private const int OnStack = 4;
    private readonly NameTable _table = new(bytes);

    public bool HasAll(JsonElement value)
    {
        if (_table.Count == 0)
        {
            return true;
        }

        if (value.GetPropertyCount() < _table.Count)
        {
            return false;
        }

        var words = (_table.Count + 63) / 64;
        ulong[]? rented = null;
        var seen = words <= OnStack ? stackalloc ulong[OnStack] : rented = ArrayPool<ulong>.Shared.Rent(words);
        seen.Clear();
        var missing = CountMissing(value, seen);
        if (rented is not null)
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }

        return missing == 0;
    }

    public string Complain(JsonElement value, string? trigger)
    {
        var seen = new ulong[(_table.Count + 63) / 64];
        CountMissing(value, seen);
        var missing = names.Where((_, index) => (seen[index >> 6] & (1UL << (index & 63))) == 0).ToList();
        var present = value.EnumerateObject().Take(1000).Select(member => JsonText.ToText(JsonText.Raw(member))).Except(names).ToList();
        var slips = missing.Select(name => (Name: name, Nearest: NearName.Find(name, present)))
            .Where(pair => pair.Nearest is not null)
            .Select(pair => $"{Shown.Name(pair.Nearest!)} instead of {Shown.Name(pair.Name)}")
            .ToList();
        var text = missing.Count == 1 ? $"The required property {Shown.Name(missing[0])} is missing." : $"Required properties are missing: {Shown.Names(missing)}.";
        var reason = trigger is null ? string.Empty : $" {(missing.Count == 1 ? "It has" : "They have")} to be there when {Shown.Name(trigger)} is.";
        return text + reason + (slips.Count == 0 ? string.Empty : $" There is {Shown.List(slips)}; is that a slip?");
    }

    private int CountMissing(JsonElement value, Span<ulong> seen)
    {
        var missing = _table.Count;
        foreach (var member in value.EnumerateObject())
        {
            var found = _table.Find(JsonText.Raw(member));
            if (found >= 0 && (seen[found >> 6] & (1UL << (found & 63))) == 0)
            {
                seen[found >> 6] |= 1UL << (found & 63);
                missing--;
            }
        }

        return missing;
    }
}
