using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using static OrchestrationEngine.Tests.Handoffs.Contracts;

namespace OrchestrationEngine.Tests.Handoffs;

public sealed class FilesContractTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handoff-files-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("src/app.ts", true)]
    [InlineData("src/*.ts", true)]
    [InlineData("**/*.ts", true)]
    [InlineData("**", true)]
    [InlineData("src/**/deep.md", true)]
    [InlineData("**/inner/**", true)]
    [InlineData("src/", true)]
    [InlineData("src/in*/", true)]
    [InlineData("**/inner/", true)]
    [InlineData("src", false)]
    [InlineData("src/app.ts/", false)]
    [InlineData("*.ts", false)]
    [InlineData("src/**/none", false)]
    [InlineData("none/**", false)]
    public async Task Files_and_folders_are_there_by_patterns(string pattern, bool isThere)
    {
        Directory.CreateDirectory(At("src/inner"));
        await File.WriteAllTextAsync(At("src/app.ts"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(At("src/inner/deep.md"), "", TestContext.Current.CancellationToken);
        var violations = await Check(new() { Files = [pattern] }, GivenHandoff.Of("null"), RegistryOf(new HandoffSettings(_folder.FullName)));
        Assert.Equal(isThere, violations.Count == 0);
        Assert.All(violations, violation => Assert.Equal(("files", pattern), (violation.Rule, violation.Expected)));
    }

    [Theory]
    [InlineData("out/secret.txt")]
    [InlineData("out/*")]
    [InlineData("**/secret.txt")]
    [InlineData("leak.txt")]
    public async Task A_link_is_not_followed(string pattern)
    {
        var outside = Directory.CreateTempSubdirectory("handoff-outside-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(outside.FullName, "secret.txt"), "", TestContext.Current.CancellationToken);
            Directory.CreateSymbolicLink(At("out"), outside.FullName);
            File.CreateSymbolicLink(At("leak.txt"), Path.Combine(outside.FullName, "secret.txt"));
            var violation = Assert.Single(await Check(new() { Files = [pattern] }, GivenHandoff.Of("null"), RegistryOf(new HandoffSettings(_folder.FullName))));
            Assert.Contains("which is a link", violation.Message, StringComparison.Ordinal);
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("../*")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    public void A_pattern_that_leaves_the_folder_is_refused_even_where_nobody_verified_the_plan(string pattern)
        => Assert.Throws<ArgumentException>(() => Compile(new() { Files = [pattern] }, RegistryOf(new HandoffSettings(_folder.FullName))));

    [Fact]
    public async Task Without_a_folder_for_files_the_check_says_what_to_set()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Check(new() { Files = ["a"] }, GivenHandoff.Of("null")));
        Assert.Contains("OrchestrationOptions.HandoffFiles", error.Message, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
