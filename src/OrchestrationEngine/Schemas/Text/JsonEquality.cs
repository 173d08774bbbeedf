using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Equality as JSON Schema has it: numbers by value, texts by characters, objects without regard to order. Within the limits of a check.</summary>
internal static class JsonEquality
{
    public static bool AreEqual(ValidationContext context, JsonElement left, JsonElement right)
    {
        if (left.ValueKind != right.ValueKind || !context.TryStep())
        {
            return false;
        }

        switch (left.ValueKind)
        {
            case JsonValueKind.Number:
                return new JsonNumber(left).CompareTo(new JsonNumber(right)) == 0;
            case JsonValueKind.String:
                return JsonText.AreEqual(JsonText.Raw(left), JsonText.Raw(right));
            case JsonValueKind.Array:
                return left.GetArrayLength() == right.GetArrayLength() && HasStack(context) && ItemsAreEqual(context, left, right);
            case JsonValueKind.Object:
                return left.GetPropertyCount() == right.GetPropertyCount() && HasStack(context) && MembersAreEqual(context, left, right);
            default:
                return true;
        }
    }

    /// <summary>A hash that equal values share.</summary>
    public static int Hash(ValidationContext context, JsonElement value)
    {
        if (!context.TryStep())
        {
            return 0;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                return new JsonNumber(value).Hash();
            case JsonValueKind.String:
                return JsonText.Hash(JsonText.Raw(value));
            case JsonValueKind.Array when HasStack(context):
                var hash = default(HashCode);
                foreach (var item in value.EnumerateArray())
                {
                    hash.Add(Hash(context, item));
                }

                return hash.ToHashCode();
            case JsonValueKind.Object when HasStack(context):
                var sum = 17;
                foreach (var member in value.EnumerateObject())
                {
                    sum += HashCode.Combine(JsonText.Hash(JsonText.Raw(member)), Hash(context, member.Value));
                }

                return sum;
            default:
                return (int)value.ValueKind;
        }
    }

    private static bool ItemsAreEqual(ValidationContext context, JsonElement left, JsonElement right)
    {
        var others = right.EnumerateArray();
        foreach (var item in left.EnumerateArray())
        {
            if (!others.MoveNext() || !AreEqual(context, item, others.Current))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MembersAreEqual(ValidationContext context, JsonElement left, JsonElement right)
    {
        // Mostly the members come in the same order; then each is found at once.
        var others = right.EnumerateObject();
        foreach (var member in left.EnumerateObject())
        {
            if (others.MoveNext() && JsonText.AreEqual(JsonText.Raw(member), JsonText.Raw(others.Current)))
            {
                if (!AreEqual(context, member.Value, others.Current.Value))
                {
                    return false;
                }
            }
            else if (!TryFind(context, right, member, out var other) || !AreEqual(context, member.Value, other))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryFind(ValidationContext context, JsonElement value, JsonProperty wanted, out JsonElement found)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (!context.TryStep())
            {
                break;
            }

            if (JsonText.AreEqual(JsonText.Raw(member), JsonText.Raw(wanted)))
            {
                found = member.Value;
                return true;
            }
        }

        found = default;
        return false;
    }

    private static bool HasStack(ValidationContext context)
    {
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return true;
        }

        context.Stop("The check was ended: a value that has to be compared is nested too deep.");
        return false;
    }
}
