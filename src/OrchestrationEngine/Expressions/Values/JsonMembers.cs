using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// The members of an object in a document. A repeated name counts once, with its last value. A name may hold an escape for half of a surrogate
/// pair, which makes the document throw when it is read or compared; that is turned into an answer here.
/// </summary>
internal static class JsonMembers
{
    public static bool TryGet(JsonElement json, string name, out JsonElement value)
    {
        try
        {
            return json.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // Such a document is treated as one without the member.
            value = default;
            return false;
        }
    }

    /// <summary>Reads all members, in the order of their first mention.</summary>
    public static bool TryRead(JsonElement json, Evaluation evaluation, out OrderedDictionary<string, JsonElement> members, out ExpressionValue problem)
    {
        members = new(StringComparer.Ordinal);
        problem = default;
        try
        {
            foreach (var member in json.EnumerateObject())
            {
                if (!evaluation.TryMakeText(JsonMarshal.GetRawUtf8PropertyName(member).Length))
                {
                    problem = evaluation.Exhausted;
                    return false;
                }

                members[member.Name] = member.Value;
            }

            return true;
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            problem = ExpressionValue.Failed($"The name of a member is not valid text: {e.Message}");
            return false;
        }
    }
}
