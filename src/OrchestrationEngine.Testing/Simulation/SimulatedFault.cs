using System.Globalization;

namespace OrchestrationEngine.Testing;

/// <summary>Something that goes wrong at a time of a simulation.</summary>
/// <param name="Kind">What.</param>
/// <param name="Node">On which node, from 0; <see cref="AllNodes"/> for all.</param>
/// <param name="At">When it begins, from the beginning of the simulation.</param>
/// <param name="Duration">How long it lasts.</param>
/// <param name="Amount">How much; what that means depends on the kind.</param>
public readonly record struct SimulatedFault(SimulatedFaultKind Kind, int Node, TimeSpan At, TimeSpan Duration, int Amount = 0)
{
    /// <summary>In place of a node: all of them.</summary>
    public const int AllNodes = -1;

    /// <summary>When it ends.</summary>
    public TimeSpan End => At + Duration;

    /// <summary>Reads faults from the text that <see cref="Format"/> makes.</summary>
    /// <param name="text">The text; empty for none.</param>
    /// <exception cref="FormatException">The text is not one of faults.</exception>
    public static IReadOnlyList<SimulatedFault> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(One)];
    }

    /// <summary>Writes faults as one text, which <see cref="Parse"/> reads.</summary>
    /// <param name="faults">The faults.</param>
    public static string Format(IEnumerable<SimulatedFault> faults) => string.Join(',', faults);

    /// <summary>The fault as <c>kind:node:at:duration:amount</c>, times in milliseconds.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Node}:{(long)At.TotalMilliseconds}:{(long)Duration.TotalMilliseconds}:{Amount}");

    private static SimulatedFault One(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 5
            && Enum.TryParse<SimulatedFaultKind>(parts[0], ignoreCase: true, out var kind)
            && Enum.IsDefined(kind)
            && int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var node)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var duration)
            && int.TryParse(parts[4], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
                ? new SimulatedFault(kind, node, TimeSpan.FromMilliseconds(at), TimeSpan.FromMilliseconds(duration), amount)
                : throw new FormatException($"'{text}' is not a fault; expected kind:node:at:duration:amount with times in milliseconds, such as Crash:0:1500:3000:0. Kinds are: {string.Join(", ", Enum.GetNames<SimulatedFaultKind>())}.");
    }
}
