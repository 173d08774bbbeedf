using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Tests.Retention;

namespace OrchestrationEngine.Tests.Artifacts;

public sealed class SafePathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;
    private readonly string _outside;
    private readonly SafePath _safe;

    public SafePathTests()
    {
        _root = Directory.CreateDirectory(Path.Combine(_folder.Path, "root")).FullName;
        _outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "root-2")).FullName;
        File.WriteAllText(Path.Combine(_outside, "secret"), "secret");
        _safe = new SafePath(_root);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void A_name_stands_for_a_file_below_the_folder()
    {
        Assert.Equal(Path.Combine(_root, "a", "b.md"), _safe.Resolve("a/b.md"));
        File.WriteAllText(Path.Combine(_root, "x"), "text");
        using var stream = _safe.OpenRead("x");
        Assert.Equal("text", new StreamReader(stream).ReadToEnd());
        Assert.Throws<UnsafePathException>(() => _safe.Resolve("../root-2/secret"));
        Assert.Throws<UnsafePathException>(() => _safe.OpenRead(Path.Combine(_outside, "secret")));
    }

    [Theory]
    [InlineData("../root-2/secret")]
    [InlineData("/etc/hostname")]
    [InlineData("a/../../root-2/secret")]
    public void A_link_that_leads_out_of_the_folder_is_refused_whether_it_is_the_file_or_on_the_way(string target)
    {
        Directory.CreateDirectory(Path.Combine(_root, "a"));
        File.CreateSymbolicLink(Path.Combine(_root, "link"), target);
        var e = Assert.Throws<UnsafePathException>(() => _safe.OpenRead("link"));
        Assert.Contains($"is a link to '{target}'", e.Message, StringComparison.Ordinal);
        Assert.Throws<UnsafePathException>(() => _safe.CreateNew("link"));
        Assert.Throws<UnsafePathException>(() => _safe.Resolve("link/new"));
        Assert.Equal("secret", File.ReadAllText(Path.Combine(_outside, "secret")));
    }

    [Fact]
    public void A_linked_folder_that_leads_out_of_the_folder_is_refused_for_what_does_not_exist_yet_too()
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "folder"), _outside);
        Assert.Throws<UnsafePathException>(() => _safe.OpenRead("folder/secret"));
        Assert.Throws<UnsafePathException>(() => _safe.CreateNew("folder/new/file"));
        Assert.Throws<UnsafePathException>(() => _safe.Resolve("folder"));
        Assert.False(Directory.Exists(Path.Combine(_outside, "new")));
    }

    [Fact]
    public void A_link_to_a_link_is_followed_to_its_end_and_a_circle_is_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "a"), "b");
        File.CreateSymbolicLink(Path.Combine(_root, "b"), Path.Combine(_outside, "secret"));
        Assert.Throws<UnsafePathException>(() => _safe.OpenRead("a"));
        File.CreateSymbolicLink(Path.Combine(_root, "c"), "d");
        File.CreateSymbolicLink(Path.Combine(_root, "d"), "c");
        var e = Assert.Throws<UnsafePathException>(() => _safe.OpenRead("c"));
        Assert.Contains("leads back to itself", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_stays_in_the_folder_is_followed_and_so_is_one_to_the_folder_itself()
    {
        File.WriteAllText(Path.Combine(_root, "file"), "text");
        Directory.CreateDirectory(Path.Combine(_root, "a"));
        File.CreateSymbolicLink(Path.Combine(_root, "a", "link"), "../file");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "entry"), _root);
        using var stream = new SafePath(Path.Combine(_folder.Path, "entry")).OpenRead("a/link");
        Assert.Equal("text", new StreamReader(stream).ReadToEnd());
    }

    [Fact]
    public async Task A_file_is_replaced_in_one_step_and_a_link_in_its_place_is_not_followed()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "link"), Path.Combine(_outside, "secret"));
        foreach (var name in new[] { "link", "new/folder/file" })
        {
            await _safe.ReplaceAsync(name, stream => stream.WriteAsync("new"u8.ToArray(), Ct).AsTask(), Ct);
            Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(_root, name), Ct));
        }

        Assert.Equal("secret", await File.ReadAllTextAsync(Path.Combine(_outside, "secret"), Ct));
        Assert.Null(new FileInfo(Path.Combine(_root, "link")).LinkTarget);
    }

    [Fact]
    public async Task A_replacement_that_fails_leaves_what_was_there_and_nothing_beside_it()
    {
        await _safe.ReplaceAsync("file", stream => stream.WriteAsync("old"u8.ToArray(), Ct).AsTask(), Ct);
        await Assert.ThrowsAsync<InvalidDataException>(() => _safe.ReplaceAsync(
            "file",
            async stream =>
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes("half"), Ct);
                throw new InvalidDataException();
            },
            Ct));
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(_root, "file"), Ct));
        Assert.Equal([Path.Combine(_root, "file")], Directory.GetFileSystemEntries(_root));
    }

    public void Dispose() => _folder.Dispose();
}
