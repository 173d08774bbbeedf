using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OrchestrationEngine.Artifacts;

/// <summary>
/// The rules for the names of artifacts, documents and files that come from plans, agents and archives: relative, with <c>/</c> between the segments, as
/// <c>src/app.ts</c>, and such that every file system can have a file of that name, and only below the folder that was meant.
/// </summary>
/// <remarks>Names are compared character by character; two that differ by case alone are two names, which not every file system can tell apart.</remarks>
public static class SafeName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>The longest segment, in bytes of UTF-8: what file systems take, and some for an ending.</summary>
    public const int MaxSegmentBytes = 240;

    // Windows takes none of them in a name; ':' also opens a second content of a file there.
    private static readonly SearchValues<char> Refused = SearchValues.Create("\\:*?\"<>|");

    // Devices on Windows, in every folder and with every ending.
    private static readonly HashSet<string> Devices = new(
        [
            "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
            .. "0123456789¹²³".SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" }),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a name is safe.</summary>
    /// <param name="name">The name; null is not.</param>
    public static bool IsSafe([NotNullWhen(true)] string? name) => Problem(name) is null;

    /// <summary>Refuses a name that is not safe.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UnsafePathException">It is not safe; the message says why.</exception>
    public static void Require([NotNull] string? name)
    {
        if (Problem(name) is { } problem)
        {
            throw UnsafePathException.Name(name, problem);
        }

        _ = name ?? throw new ArgumentNullException(nameof(name));
    }

    /// <summary>Says what is wrong with a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The end of a sentence that begins with the name, as <c>has the segment '..'; ...</c>; null where it is safe.</returns>
    public static string? Problem(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "is empty; expected segments with '/' between them";
        }

        if (name.Length > MaxLength)
        {
            return $"has {name.Length} characters; at most {MaxLength} are allowed";
        }

        if (name[0] == '/')
        {
            return "is absolute; expected one that is relative";
        }

        if (CharacterProblem(name) is { } problem)
        {
            return problem;
        }

        foreach (var segment in name.AsSpan().Split('/'))
        {
            if (SegmentProblem(name[segment]) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private static string? CharacterProblem(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var unit = name[i];
            if (char.IsSurrogate(unit))
            {
                if (i + 1 < name.Length && char.IsSurrogatePair(unit, name[i + 1]))
                {
                    i++;
                    continue;
                }

                return $"has half of a surrogate pair at {i}, which is no character";
            }

            if (char.IsControl(unit) || IsInvisibleOrder(unit))
            {
                return $"has the control character U+{(int)unit:X4} at {i}";
            }

            if (Refused.Contains(unit))
            {
                return unit == '\\' ? "has a backslash; segments are divided by '/'" : $"has the character '{unit}', which not every file system takes";
            }
        }

        return null;
    }

    // Line ends, and the marks that have what follows shown in another order: 'x<202E>fdp.exe' is shown as 'xexe.pdf'.
    private static bool IsInvisibleOrder(char unit)
        => unit is '\u2028' or '\u2029' or '\u200E' or '\u200F' or '\uFEFF' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static string? SegmentProblem(string segment)
    {
        if (segment.Length == 0)
        {
            return "has an empty segment";
        }

        if (segment is "." or "..")
        {
            return $"has the segment '{segment}', which is a way and no name";
        }

        if (segment[^1] == '.' || char.IsWhiteSpace(segment[^1]) || char.IsWhiteSpace(segment[0]))
        {
            return $"has the segment '{segment}', which begins with a blank, or ends with one or with a dot; Windows drops those";
        }

        if (Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
        {
            return $"has a segment of more than {MaxSegmentBytes} bytes";
        }

        var dot = segment.IndexOf('.', StringComparison.Ordinal);
        var stem = (dot < 0 ? segment : segment[..dot]).TrimEnd();
        return Devices.Contains(stem) ? $"has the segment '{segment}', which is a device on Windows" : null;
    }
}
