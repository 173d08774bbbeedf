using System.Buffers;
using System.Text;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>Finds digests in a text, wherever they stand and whatever stands before them.</summary>
internal static class DigestScan
{
    private const int Length = 64;
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Takes the digests that are named in a text from those that are looked for.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="wanted">Those that are looked for; the ones that are found are removed.</param>
    /// <param name="found">Gets them.</param>
    /// <remarks>Each group of exactly 64 hexadecimal digits is taken for one: to keep what is not needed costs some space, to remove what is needed costs a run.</remarks>
    public static void Take(ReadOnlySpan<byte> utf8, HashSet<ContentDigest> wanted, List<ContentDigest> found)
    {
        while (utf8.Length >= Length && wanted.Count > 0)
        {
            // From behind: where the last of 64 is no digit, none of them begins a digest.
            var other = utf8[..Length].LastIndexOfAnyExcept(HexDigits);
            if (other >= 0)
            {
                utf8 = utf8[(other + 1)..];
                continue;
            }

            var end = utf8.IndexOfAnyExcept(HexDigits);
            var count = end < 0 ? utf8.Length : end;
            if (count == Length && ContentDigest.TryParse(Encoding.ASCII.GetString(utf8[..Length]), out var digest) && wanted.Remove(digest))
            {
                found.Add(digest);
            }

            utf8 = utf8[count..];
        }
    }
}
