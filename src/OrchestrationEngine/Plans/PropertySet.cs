using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>The properties that one kind of object of a plan may have, at most 64. Immutable.</summary>
internal sealed class PropertySet
{
    private readonly byte[][] _utf8;

    public PropertySet(string subject, string[] required, string[] optional)
    {
        Subject = subject;
        Names = [.. required, .. optional];
        RequiredCount = required.Length;
        _utf8 = [.. Names.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>What the object is, for messages: <c>a task</c>.</summary>
    public string Subject { get; }

    /// <summary>The names, the required ones first.</summary>
    public string[] Names { get; }

    public int RequiredCount { get; }

    /// <summary>The index of the property at which the reader is; -1 when it is not one of these.</summary>
    public int Find(ref readonly Utf8JsonReader reader)
    {
        for (var index = 0; index < _utf8.Length; index++)
        {
            if (reader.ValueTextEquals(_utf8[index]))
            {
                return index;
            }
        }

        return -1;
    }
}
