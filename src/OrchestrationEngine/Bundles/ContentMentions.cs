using System.Text;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Bundles;

/// <summary>Finds the contents that a journal names: whatever says <c>sha256:</c> and 64 hexadecimal digits, wherever it stands.</summary>
internal static class ContentMentions
{
    private const int HexLength = 64;

    /// <summary>Adds those of one payload.</summary>
    public static void Collect(ReadOnlySpan<byte> payload, SortedSet<string> found)
    {
        for (int at; (at = payload.IndexOf("sha256:"u8)) >= 0;)
        {
            payload = payload[(at + ContentDigest.Prefix.Length)..];
            if (payload.Length >= HexLength && ContentDigest.TryParse(Encoding.Latin1.GetString(payload[..HexLength]), out var digest))
            {
                found.Add(digest.Hex);
            }
        }
    }
}
