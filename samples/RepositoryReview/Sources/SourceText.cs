using System.Text;

namespace RepositoryReview.Sources;

/// <summary>The text of one file, as much of it as a review reads.</summary>
internal sealed record SourceText(string Text, bool IsCut)
{
    /// <summary>No more than this is read of one file.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int SniffedBytes = 8000;
    private const int MaxLineLength = 2000;

    /// <summary>Reads a file; null when it is gone, not readable or not text. Bytes that are not UTF-8 become replacement characters.</summary>
    public static SourceText? Read(string root, string path)
    {
        byte[] bytes;
        bool isCut;
        try
        {
            using var stream = new FileStream(Path.Combine(root, path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            isCut = stream.Length > MaxBytes;
            bytes = new byte[Math.Min(stream.Length, MaxBytes)];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            bytes = read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        if (bytes.AsSpan().StartsWith(Encoding.Unicode.Preamble))
        {
            return new(Encoding.Unicode.GetString(bytes.AsSpan(2)), isCut);
        }

        return bytes.AsSpan(0, Math.Min(bytes.Length, SniffedBytes)).Contains((byte)0)
            ? null
            : new(Encoding.UTF8.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes), isCut);
    }

    /// <summary>The first line of a file, if it is short; empty when there is none to read.</summary>
    public static string FirstLine(string root, string path)
    {
        try
        {
            Span<byte> bytes = stackalloc byte[80];
            using var stream = new FileStream(Path.Combine(root, path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            var read = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            return read.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end ? Encoding.UTF8.GetString(read[..end]) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>The lines with their numbers, from 1. Of a very long line only the beginning: it is no text of people, and patterns are slow on it.</summary>
    public IEnumerable<(int Number, string Line)> Lines()
    {
        using var reader = new StringReader(Text);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            yield return (number, line.Length <= MaxLineLength ? line : line[..MaxLineLength]);
        }
    }
}
