namespace RepositoryReview.Sources;

/// <summary>Tells comment lines from code, well enough to count by.</summary>
internal static class Comments
{
    private static readonly HashSet<string> WithHash = new(StringComparer.Ordinal) { "Python", "Ruby", "Shell", "PowerShell", "Perl", "R", "Elixir", "Make", "Dockerfile", "YAML", "TOML", "Terraform" };
    private static readonly HashSet<string> WithDashes = new(StringComparer.Ordinal) { "SQL", "Lua", "Haskell" };

    /// <summary>Whether a trimmed line is only a comment.</summary>
    /// <param name="line">The line.</param>
    /// <param name="language">Its language.</param>
    /// <param name="inBlock">Whether a block comment is open; kept from line to line.</param>
    public static bool IsComment(ReadOnlySpan<char> line, string language, ref bool inBlock)
    {
        if (inBlock)
        {
            inBlock = !line.Contains("*/", StringComparison.Ordinal);
            return true;
        }

        if (WithHash.Contains(language))
        {
            return line[0] == '#';
        }

        if (WithDashes.Contains(language) && line.StartsWith("--"))
        {
            return true;
        }

        if (line.StartsWith("//") || (language == "Visual Basic" && line[0] == '\''))
        {
            return true;
        }

        if (line.StartsWith("/*"))
        {
            var end = line.IndexOf("*/", StringComparison.Ordinal);
            inBlock = end < 0;
            return inBlock || end + 2 == line.Length;
        }

        return false;
    }
}
