using System.Text.Json.Nodes;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Scenarios.RepositoryReview;

public sealed class RepositoryReviewTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repository_is_reviewed()
    {
        Assert.SkipUnless(ReviewedRepository.IsGitThere, "The git program is not there.");
        using var repository = ReviewedRepository.WithHistory();
        var output = repository.Output("review");

        using var review = await ReviewProcess.RunAsync(repository.Root, "--output", output);

        Assert.True(review.ExitCode == 0, review.Output + review.Errors);
        var content = ReviewJournal.ReadReview(output);
        Assert.Equal("shop", (string?)content["repository"]);
        var analyzed = content["analyzed"]!;
        Assert.Equal(4, (int)analyzed["timeline"]!["commits"]!);
        Assert.Equal(["Ada", "Grace"], Texts(analyzed["timeline"]!["authors"]!, "name"));
        Assert.Equal(["2024-01", "2024-02", "2024-03", "2024-04"], Texts(analyzed["timeline"]!["months"]!, "name"));
        Assert.Equal(["src/Shop/Cart.cs"], Texts(analyzed["hotspots"]!["files"]!, "path"));
        Assert.Equal(["discounts"], Texts(analyzed["markers"]!["toDos"]!, "text"));
        Assert.Equal(["src/Shop/Shop.csproj", "tests/Shop.Tests/Shop.Tests.csproj"], Texts(analyzed["projects"]!["projects"]!, "path"));
        Assert.Equal(["orders"], analyzed["database"]!["tables"]!.AsArray().Select(table => (string?)table));
        Assert.Equal(1, (int)analyzed["tests"]!["tests"]!);
        Assert.Contains("1 package in more than one version", Texts(content["findings"]!, "title"));
        Assert.Equal(["Containers", "Delivery", "Front end"], Texts(content["skipped"]!, "part"));
        Assert.Equal("no Dockerfile and no compose file", (string?)content["skipped"]![0]!["reason"]);
        Assert.Contains("containers: skipped, no Dockerfile and no compose file", review.Output, StringComparison.Ordinal);

        var markdown = await File.ReadAllTextAsync(Path.Combine(output, "review.md"), Cancellation);
        Assert.StartsWith("# Review of shop\n", markdown, StringComparison.Ordinal);
        Assert.Contains("`src/Shop/Cart.cs:5`", markdown, StringComparison.Ordinal);
        var journal = await ReviewJournal.ReadAsync(output, Cancellation);
        journal.AssertEverythingHappenedOnce();
        var plan = Assert.IsType<RunCreated>(journal.Events[0].Event).Plan;
        Assert.Equal((16, 4), (plan.Phases.Count, plan.Tiers.Count));
    }

    [Fact]
    public async Task A_folder_without_git_is_reviewed_without_its_history()
    {
        using var repository = ReviewedRepository.Plain();
        var output = repository.Output("review");

        using var review = await ReviewProcess.RunAsync(repository.Root, "--output", output);

        Assert.True(review.ExitCode == 0, review.Output + review.Errors);
        var content = ReviewJournal.ReadReview(output);
        Assert.Null(content["analyzed"]!["timeline"]);
        Assert.Contains("it is not a git repository", Texts(content["skipped"]!, "reason"));
        Assert.Equal(["discounts"], Texts(content["analyzed"]!["markers"]!["toDos"]!, "text"));
        var journal = await ReviewJournal.ReadAsync(output, Cancellation);
        journal.AssertEverythingHappenedOnce();
        Assert.Contains(journal.Events, recorded => recorded.Event is PhaseSkipped { Phase: "history" });
    }

    [Fact]
    public async Task A_review_in_the_repository_does_not_see_itself()
    {
        using var repository = ReviewedRepository.Plain();
        using var first = await ReviewProcess.RunAsync(repository.Root);
        var before = ReviewJournal.ReadReview(Path.Combine(repository.Root, ".review"));

        using var second = await ReviewProcess.RunAsync(repository.Root);

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        AssertEqual(before, ReviewJournal.ReadReview(Path.Combine(repository.Root, ".review")));
    }

    [Fact]
    public async Task A_review_that_has_ended_is_not_made_again()
    {
        using var repository = ReviewedRepository.Plain();
        using var none = await ReviewProcess.RunAsync(repository.Root, "--resume");
        using var first = await ReviewProcess.RunAsync(repository.Root);

        using var again = await ReviewProcess.RunAsync(repository.Root, "--resume");

        Assert.Equal((2, 0, 0), (none.ExitCode, first.ExitCode, again.ExitCode));
        Assert.Contains("There is no review in", none.Errors, StringComparison.Ordinal);
        Assert.StartsWith("This review had already ended", again.Output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(".review", "review.md"), again.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no option --bogus.", "--bogus")]
    [InlineData("--output needs a value.", "--output")]
    [InlineData("'soon' is no delay", "--delay", "soon")]
    [InlineData("There is no directory 'nowhere'.", "nowhere")]
    [InlineData("Only one repository", "one", "two")]
    public async Task Arguments_without_sense_are_refused(string problem, params string[] arguments)
    {
        using var repository = ReviewedRepository.Plain();

        using var review = await ReviewProcess.RunAsync(repository.Root, arguments);

        Assert.Equal(2, review.ExitCode);
        Assert.StartsWith(problem, review.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(repository.Root, ".review")));
    }

    internal static void AssertEqual(JsonObject expected, JsonObject actual) => Assert.Equal(expected.ToJsonString(), actual.ToJsonString());

    private static IEnumerable<string?> Texts(JsonNode list, string property) => list.AsArray().Select(item => (string?)item![property]);
}
