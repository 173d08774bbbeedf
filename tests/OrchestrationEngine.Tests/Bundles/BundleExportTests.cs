using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Tests.Retention;
using static OrchestrationEngine.Tests.Bundles.BundledRun;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Bundles;

public sealed class BundleExportTests
{
    [Fact]
    public async Task A_bundle_has_the_plan_the_journal_the_report_and_every_content_that_the_journal_names()
    {
        var run = await CreateAsync();
        using var bundle = await run.ExportAsync();
        var parts = await PartsAsync(bundle);
        var contents = run.Contents.Select(content => $"contents/{content.Digest.Hex}").Order(StringComparer.Ordinal);
        Assert.Equal(["journal.jsonl", "plan.json", "report.md", .. contents, "manifest.json", "signature.json"], parts.Select(part => part.Name));
        Assert.All(parts.Where(part => part.Name.StartsWith("contents/", StringComparison.Ordinal)), part => Assert.Equal(part.Name["contents/".Length..], Sha(part.Content)));

        var archive = await run.Bundles.VerifyAsync(bundle, Believed, Ending);
        Assert.Equal((Id, RunStatus.Succeeded, Key.Id), (archive.Run, archive.Status, archive.SignedBy));
        Assert.Equal(run.Contents.OrderBy(content => content.Digest.Hex, StringComparer.Ordinal), archive.Contents);
        Assert.Equal([ContentDigest.Parse(Nothing)], archive.MissingContents);
    }

    [Fact]
    public async Task The_same_run_gives_the_same_bytes_wherever_they_go_but_for_the_random_part_of_ecdsa()
    {
        var run = await CreateAsync();
        Assert.Equal((await run.ExportAsync()).ToArray(), (await run.ExportAsync()).ToArray());

        using var folder = new TemporaryFolder();
        await using (var file = File.Create(Path.Combine(folder.Path, "a.zip")))
        {
            await run.Bundles.ExportAsync(Id, file, Signed, Ending);
        }

        Assert.Equal((await run.ExportAsync()).ToArray(), await File.ReadAllBytesAsync(Path.Combine(folder.Path, "a.zip"), Ending));

        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new BundleExportOptions { Key = BundleKey.FromPem(pair.ExportPkcs8PrivateKeyPem()) };
        var (first, second) = (await PartsAsync(await run.ExportAsync(options)), await PartsAsync(await run.ExportAsync(options)));
        Assert.Equal(["signature.json"], first.Zip(second).Where(pair => !pair.First.Content.SequenceEqual(pair.Second.Content)).Select(pair => pair.First.Name));
    }

    [Fact]
    public async Task A_signature_by_the_private_key_is_verified_with_the_public_key_by_anybody()
    {
        var run = await CreateAsync();
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (mine, theirs) = (BundleKey.FromPem(pair.ExportPkcs8PrivateKeyPem()), BundleKey.FromPem(pair.ExportSubjectPublicKeyInfoPem()));
        Assert.Equal((true, false, mine.Id), (mine.CanSign, theirs.CanSign, theirs.Id));
        using var bundle = await run.ExportAsync(new BundleExportOptions { Key = mine });
        var archive = await new RunBundles(new InMemoryStateStore(), null).VerifyAsync(bundle, new BundleReadOptions { Keys = [theirs] }, Ending);
        Assert.Equal(theirs.Id, archive.SignedBy);

        // Without this library: the signature is one over the bytes of the manifest, as openssl dgst -sha256 -verify takes it.
        var parts = (await PartsAsync(bundle)).ToDictionary(part => part.Name, part => part.Content);
        var signature = JsonDocument.Parse(parts["signature.json"]).RootElement.GetProperty("signature").GetBytesFromBase64();
        Assert.True(pair.VerifyData(parts["manifest.json"], signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public async Task Only_signed_bundles_are_written_and_read_unless_somebody_says_otherwise()
    {
        var run = await CreateAsync();
        await RefusedAsync("There is no Key to sign the bundle with", () => run.ExportAsync(new BundleExportOptions()));
        await RefusedAsync("Key and LeaveUnsigned are both set", () => run.ExportAsync(new BundleExportOptions { Key = Key, LeaveUnsigned = true }));
        using var bundle = await run.ExportAsync(new BundleExportOptions { LeaveUnsigned = true });
        await RefusedAsync("There are no Keys to verify the bundle with", () => run.Bundles.VerifyAsync(bundle, new BundleReadOptions(), Ending));
        var error = await Assert.ThrowsAsync<RunArchiveException>(() => run.Bundles.VerifyAsync(bundle, Believed, Ending));
        Assert.Contains("It is not signed, and only signed bundles are believed here", error.Message, StringComparison.Ordinal);
        Assert.Null((await run.Bundles.VerifyAsync(bundle, new BundleReadOptions { AllowUnsigned = true }, Ending)).SignedBy);

        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync("is a public key, which can't sign", () => run.ExportAsync(new BundleExportOptions { Key = BundleKey.FromPem(pair.ExportSubjectPublicKeyInfoPem()) }));

        static async Task RefusedAsync(string message, Func<Task> act)
            => Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentException>(act)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_key_is_refused_and_no_key_is_ever_shown()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        Assert.Contains("expected P-256", Refused(() => BundleKey.FromPem(other.ExportPkcs8PrivateKeyPem())), StringComparison.Ordinal);
        Assert.Contains("no key of the curve P-256", Refused(() => BundleKey.FromPem(rsa.ExportPkcs8PrivateKeyPem())), StringComparison.Ordinal);
        Assert.Contains("exactly one key in PEM form", Refused(() => BundleKey.FromPem("nothing")), StringComparison.Ordinal);
        Assert.Contains("expected at least 32", Refused(() => BundleKey.FromSecret(new byte[31])), StringComparison.Ordinal);
        Assert.Contains("1 to 200 characters", Refused(() => BundleKey.FromSecret(new byte[32], "a\nb")), StringComparison.Ordinal);
        Assert.Equal("HS256 mine", BundleKey.FromSecret(Encoding.UTF8.GetBytes("a secret of more than 32 bytes, for tests"), "mine").ToString());

        static string Refused(Func<BundleKey> make) => Assert.ThrowsAny<ArgumentException>(make).Message;
    }

    [Fact]
    public async Task A_content_that_is_damaged_fails_the_export_and_names_it()
    {
        var run = await CreateAsync();
        var store = new DamagedStore(run.Artifacts, run.Contents[1].Digest);
        var error = await Assert.ThrowsAsync<RunArchiveException>(() => new RunBundles(run.Store, store).ExportAsync(Id, new MemoryStream(), Signed, Ending));
        Assert.Equal(Id, error.Run);
        Assert.Contains($"The content {run.Contents[1].Digest} is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_has_not_ended_is_not_exported()
    {
        var store = new InMemoryStateStore();
        var living = await store.CreateLivingAsync("living");
        var bundles = new RunBundles(store, null);
        Assert.Contains("only a run that has ended", (await Assert.ThrowsAsync<RunArchiveException>(() => bundles.ExportAsync(living, new MemoryStream(), Signed, Ending))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RunNotFoundException>(() => bundles.ExportAsync(new RunId("nobody"), new MemoryStream(), Signed, Ending));
    }

    /// <summary>A store that gives other bytes for one content than were stored, as one that does not look would.</summary>
    private sealed class DamagedStore(IArtifactStore inner, ContentDigest damaged) : IArtifactStore
    {
        public async ValueTask<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken)
            => digest == damaged ? new MemoryStream(new byte[300_000]) : await inner.OpenReadAsync(digest, cancellationToken);

        public ValueTask<StoredContent> PutAsync(RunId run, Stream content, long maxBytes, CancellationToken cancellationToken) => inner.PutAsync(run, content, maxBytes, cancellationToken);

        public ValueTask<long?> FindAsync(ContentDigest digest, CancellationToken cancellationToken) => inner.FindAsync(digest, cancellationToken);

        public ValueTask<IReadOnlyList<ContentDigest>> LinkAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken) => inner.LinkAsync(run, digests, cancellationToken);

        public ValueTask<IReadOnlyList<ArtifactLink>> ListLinksAsync(ArtifactLink? after, int most, CancellationToken cancellationToken) => inner.ListLinksAsync(after, most, cancellationToken);

        public ValueTask ConfirmAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken) => inner.ConfirmAsync(run, digests, cancellationToken);

        public ValueTask<int> UnlinkAsync(RunId run, IReadOnlyCollection<ContentDigest>? digests, DateTimeOffset before, CancellationToken cancellationToken) => inner.UnlinkAsync(run, digests, before, cancellationToken);

        public ValueTask<CollectedContents> CollectAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) => inner.CollectAsync(before, most, cancellationToken);
    }
}
