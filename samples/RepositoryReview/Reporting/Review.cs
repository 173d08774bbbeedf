using System.Text.Json.Serialization;
using RepositoryReview.Analyses;

namespace RepositoryReview.Reporting;

/// <summary>How much a finding matters, the most first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
internal enum Severity
{
    [JsonStringEnumMemberName("high")]
    High,

    [JsonStringEnumMemberName("medium")]
    Medium,

    [JsonStringEnumMemberName("low")]
    Low,
}

/// <summary>Something that the owner of the repository should know, what it means, and what to do.</summary>
internal sealed record Finding(Severity Severity, string Area, string Title, string Advice)
{
    private const int MaxPlaces = 8;

    /// <summary>Where, as paths with lines where there are some.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    /// <summary>How many places there are besides.</summary>
    public int MorePlaces { get; init; }

    /// <summary>The same with the first of its places.</summary>
    /// <param name="places">The places.</param>
    /// <param name="total">How many there are, where they are not all listed.</param>
    public Finding At(IEnumerable<string> places, int? total = null)
    {
        var all = places.ToArray();
        var shown = all.Take(MaxPlaces).ToArray();
        return this with { Places = shown, MorePlaces = (total ?? all.Length) - shown.Length };
    }
}

/// <summary>A part of the review that was left out or failed, and why.</summary>
internal sealed record MissingPart(string Part, string Reason);

/// <summary>When the review was made: the only part of it that differs from one review of the same files to the next.</summary>
internal sealed record ReviewTimes(DateTimeOffset Started, DateTimeOffset Assessed);

/// <summary>What all analyses made, as far as they ran. Each is missing where its phase was skipped or it failed.</summary>
internal sealed record Analyzed(
    Location Location,
    FileSummary Files,
    Basics Basics,
    Timeline? Timeline,
    ProjectGraph? Projects,
    PackageReport? Packages,
    DatabaseReport? Database,
    ContainerReport? Containers,
    DeliveryReport? Delivery,
    FrontendReport? Frontend,
    SizeReport? Size,
    MarkerReport? Markers,
    TestReport? Tests,
    DuplicationReport? Duplication,
    HotspotReport? Hotspots);

/// <summary>The list of files in short.</summary>
internal sealed record FileSummary(int Files, long Bytes, int Links, string Source);

/// <summary>The review, ready to be written.</summary>
internal sealed record Review(
    string Repository,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<string> GoodOrder,
    IReadOnlyList<MissingPart> Skipped,
    IReadOnlyList<MissingPart> Failed,
    IReadOnlyList<string> Limits,
    Analyzed Analyzed,
    ReviewTimes Times);
