using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Bundles;

/// <summary>A run that ended, with contents: a first attempt that was rejected, a second one that made a report, and a text that only looks like a digest.</summary>
internal sealed class BundledRun
{
    public const string Nothing = "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private BundledRun(InMemoryStateStore store, InMemoryArtifactStore artifacts, StoredContent[] contents)
    {
        (Store, Artifacts, Contents) = (store, artifacts, contents);
        Bundles = new RunBundles(store, artifacts);
    }

    public static RunId Id { get; } = new("run");

    public static BundleKey Key { get; } = BundleKey.FromSecret(Encoding.UTF8.GetBytes("a secret of more than 32 bytes, for tests"));

    public static BundleExportOptions Signed { get; } = new() { Key = Key };

    public static BundleReadOptions Believed { get; } = new() { Keys = [Key] };

    public InMemoryStateStore Store { get; }

    public InMemoryArtifactStore Artifacts { get; }

    public StoredContent[] Contents { get; }

    public RunBundles Bundles { get; }

    public static async Task<BundledRun> CreateAsync(string? key = "key")
    {
        var (store, artifacts) = (new InMemoryStateStore(), new InMemoryArtifactStore());
        var contents = new List<StoredContent>();
        foreach (var text in new[] { "# Report\n", new string('x', 300_000), "{\"coverage\": 0.5}" })
        {
            contents.Add(await artifacts.PutAsync(Id, new MemoryStream(Encoding.UTF8.GetBytes(text)), 1_000_000, Ending));
        }

        var facts = Facts(key, [.. contents]).Select((fact, i) => new RecordedEvent(i + 1, Start.AddSeconds(i), fact)).ToArray();
        var run = new NewRun { Id = Id, PlanId = "plan", PlanVersion = "1", BusinessKey = key, Events = facts.AsMemory(..^1) };
        await store.CreateAsync(run, Ending);
        await store.AppendAsync(new RunAppend(Id, facts.Length - 1, facts.AsMemory(^1..), RunStatus.Succeeded), Ending);
        return new BundledRun(store, artifacts, [.. contents]);
    }

    public async Task<MemoryStream> ExportAsync(BundleExportOptions? options = null)
    {
        var bundle = new MemoryStream();
        await Bundles.ExportAsync(Id, bundle, options ?? Signed, Ending);
        bundle.Position = 0;
        return bundle;
    }

    /// <summary>The parts of a bundle, in their order.</summary>
    public static async Task<List<(string Name, byte[] Content)>> PartsAsync(Stream bundle)
    {
        bundle.Position = 0;
        await using var zip = new ZipArchive(bundle, ZipArchiveMode.Read, leaveOpen: true);
        var parts = new List<(string, byte[])>();
        foreach (var entry in zip.Entries)
        {
            await using var content = await entry.OpenAsync(Ending);
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, Ending);
            parts.Add((entry.FullName, copy.ToArray()));
        }

        return parts;
    }

    /// <summary>A zip file of parts, contents as they are.</summary>
    public static async Task<MemoryStream> ZipAsync(IEnumerable<(string Name, byte[] Content)> parts, CompressionLevel contents = CompressionLevel.NoCompression)
    {
        var stream = new MemoryStream();
        await using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                await using var entry = await zip.CreateEntry(name, name.StartsWith("contents/", StringComparison.Ordinal) ? contents : CompressionLevel.Optimal).OpenAsync(Ending);
                await entry.WriteAsync(content, Ending);
            }
        }

        stream.Position = 0;
        return stream;
    }

    public static string Sha(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static RunEvent[] Facts(string? key, StoredContent[] contents)
    {
        var plan = new PlanBuilder("plan").Version("1").Phase("one", phase => phase.Task("a", "x", task => task.Retry(3))).Build();
        return
        [
            new RunCreated { Plan = plan, Inputs = JsonData.Parse("{}"), BusinessKey = key },
            new RunStarted(),
            new PhaseStarted { Phase = "one" },
            new AttemptStarted { Task = "a", Attempt = 1, Agent = "x" },
            new ArtifactRegistered { Task = "a", Attempt = 1, Agent = "x", Version = 1, Quarantined = true, Artifact = Reference("bad.json", "application/json", contents[2]) },
            new HandoffRejected
            {
                Task = "a",
                Attempt = 1,
                Contract = "tested",
                Violations = [new ContractViolation { Contract = "tested", Rule = "expression", Location = "/coverage", Message = "coverage | is 0.5\n<b>too low</b>" }],
            },
            new AttemptFailed { Task = "a", Attempt = 1, Failure = new Failure(FailureClass.ContractViolation, "coverage") },
            new TaskRetryScheduled { Task = "a", Due = Start.AddSeconds(8) },
            new RunPaused { Reason = "a look at it" },
            new RunResumed { Reason = "go on" },
            new AttemptStarted { Task = "a", Attempt = 2, Agent = "x" },
            new ArtifactRegistered { Task = "a", Attempt = 2, Agent = "x", Version = 1, Artifact = Reference("docs/report.md", "text/markdown", contents[0]) },
            new AttemptSucceeded { Task = "a", Attempt = 2, Output = JsonData.Parse($$"""{"log": "{{contents[1].Digest}}", "image": "{{Nothing}}"}""") },
            new PhaseCompleted { Phase = "one" },
            new RunCompleted { Status = RunStatus.Succeeded },
        ];
    }

    private static ArtifactReference Reference(string name, string mediaType, StoredContent content)
        => new() { Digest = content.Digest, Name = name, MediaType = mediaType, Size = content.Size };
}
