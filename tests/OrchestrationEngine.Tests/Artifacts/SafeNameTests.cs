using OrchestrationEngine.Artifacts;

namespace OrchestrationEngine.Tests.Artifacts;

public sealed class SafeNameTests
{
    [Theory]
    [InlineData("report.md")]
    [InlineData("src/app.ts")]
    [InlineData("a/b/c/d")]
    [InlineData(".gitignore")]
    [InlineData("..hidden/...x")]
    [InlineData("Übersicht/日本語 😀.md")]
    [InlineData("console.log")]
    [InlineData("com10")]
    [InlineData("a b")]
    [InlineData("-")]
    public void A_relative_name_is_safe(string name)
    {
        Assert.Null(SafeName.Problem(name));
        SafeName.Require(name);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("/etc/passwd", "absolute")]
    [InlineData("//host/share", "absolute")]
    [InlineData("..", "'..'")]
    [InlineData("../x", "'..'")]
    [InlineData("a/../../x", "'..'")]
    [InlineData("a/./b", "'.'")]
    [InlineData("a//b", "empty segment")]
    [InlineData("a/", "empty segment")]
    [InlineData("a\\b", "backslash")]
    [InlineData("..\\x", "backslash")]
    [InlineData("C:/x", "':'")]
    [InlineData("file.txt:stream", "':'")]
    [InlineData("a?", "'?'")]
    [InlineData("a\0b", "U+0000")]
    [InlineData("a\nb", "U+000A")]
    [InlineData("a\u007Fb", "U+007F")]
    [InlineData("a\u0085b", "U+0085")]
    [InlineData("x\u202Efdp.exe", "U+202E")]
    [InlineData("CON", "device")]
    [InlineData("con.txt", "device")]
    [InlineData("a/nul/b", "device")]
    [InlineData("Aux .tar.gz", "device")]
    [InlineData("COM1", "device")]
    [InlineData("lpt9.log", "device")]
    [InlineData("COM²", "device")]
    [InlineData("conin$", "device")]
    [InlineData("a.", "dot")]
    [InlineData("a /b", "blank")]
    [InlineData(" a", "blank")]
    [InlineData("a\u00A0", "blank")]
    public void Whatever_could_leave_its_folder_or_is_no_file_name_somewhere_is_refused(string name, string why)
    {
        Assert.Contains(why, SafeName.Problem(name), StringComparison.Ordinal);
        var e = Assert.Throws<UnsafePathException>(() => SafeName.Require(name));
        Assert.Equal(name, e.UnsafeName);
        Assert.DoesNotContain(e.Message, char.IsControl);
    }

    [Fact]
    public void Halves_of_pairs_and_what_is_too_long_are_refused()
    {
        Assert.Contains("half of a surrogate pair", SafeName.Problem("a\uD83D"), StringComparison.Ordinal);
        Assert.Contains("half of a surrogate pair", SafeName.Problem("\uDE00b"), StringComparison.Ordinal);
        Assert.Contains("240 bytes", SafeName.Problem(new string('ü', 121)), StringComparison.Ordinal);
        Assert.Null(SafeName.Problem(new string('ü', 120)));
        Assert.Contains("1025 characters", SafeName.Problem(string.Concat(Enumerable.Repeat("abcd/", 205))), StringComparison.Ordinal);
        Assert.Throws<UnsafePathException>(() => SafeName.Require(null));
    }

    [Fact]
    public void A_safe_name_never_leaves_a_folder_whatever_the_system_makes_of_it()
    {
        var random = new Random(5);
        string[] parts = ["..", ".", "/", "\\", "a", "b.md", "CON", " ", ":", "~", "$HOME", "%2e%2e", "...", "\t", "é"];
        for (var i = 0; i < 50_000; i++)
        {
            var name = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => parts[random.Next(parts.Length)]));
            if (SafeName.IsSafe(name))
            {
                Assert.StartsWith("/base/", Path.GetFullPath(name, "/base"), StringComparison.Ordinal);
                Assert.Equal(name, Path.GetFullPath(name, "/base")["/base/".Length..]);
            }
        }
    }
}
