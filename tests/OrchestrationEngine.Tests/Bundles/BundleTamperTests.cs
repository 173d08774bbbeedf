using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Tests.Retention;
using static OrchestrationEngine.Tests.Bundles.BundledRun;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Bundles;

/// <summary>What somebody may do to a bundle on its way. Each is refused with an error that names the part, and nothing is changed.</summary>
public sealed class BundleTamperTests
{
    private static readonly BundleReadOptions Anyone = new() { AllowUnsigned = true };

    private readonly InMemoryStateStore _store = new();
    private readonly InMemoryArtifactStore _artifacts = new();

    [Fact]
    public async Task A_part_that_was_changed_is_named()
    {
        foreach (var name in (await SoundAsync()).Select(part => part.Name))
        {
            var expected = name is "manifest.json" or "signature.json" ? "does not fit its manifest: 'manifest.json' or 'signature.json' was changed" : $"'{name}' has ";
            await RefusedAsync(expected, parts => Change(parts, name, content => Flipped(content, name == "signature.json" ? content.Length - 20 : content.Length / 2)));
        }
    }

    [Fact]
    public async Task A_part_that_is_missing_is_named()
    {
        foreach (var name in (await SoundAsync()).Select(part => part.Name).Where(name => name is not ("manifest.json" or "signature.json")))
        {
            await RefusedAsync($"'{name}' is missing.", parts => parts.RemoveAll(part => part.Name == name));
        }

        await RefusedAsync("It has no 'manifest.json'", parts => parts.RemoveAll(part => part.Name == "manifest.json"));
        await RefusedAsync("It is not signed", parts => parts.RemoveAll(part => part.Name == "signature.json"));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/passwd")]
    [InlineData("contents/../../evil")]
    [InlineData("C:\\evil")]
    [InlineData("CON")]
    [InlineData("contents/00000000000000000000000000000000000000000000000000000000000000aa")]
    public async Task A_part_that_was_added_is_named(string name)
        => await RefusedAsync($"'{name}' is in the file and not in its manifest.", parts => parts.Insert(2, (name, [1, 2, 3])));

    [Fact]
    public async Task Parts_twice_or_in_another_order_are_named()
    {
        await RefusedAsync("'plan.json' is in the file 2 times.", parts => parts.Add(parts[1]));
        await RefusedAsync("'plan.json' is part 1, where 'journal.jsonl' is expected", parts => (parts[0], parts[1]) = (parts[1], parts[0]));
        await RefusedAsync("Its parts are in another order than its manifest says", parts => (parts[3], parts[4]) = (parts[4], parts[3]));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var error = await RefusedAsync("- ", parts =>
        {
            Change(parts, "report.md", content => [.. content, 1]);
            Change(parts, parts[4].Name, content => Flipped(content, 0));
            parts.RemoveAt(3);
            parts.Add(("more", []));
        });
        Assert.Equal(4, error.Problems.Count);
    }

    [Fact]
    public async Task A_file_that_is_cut_off_anywhere_or_has_something_after_its_end_is_refused()
    {
        var whole = (await (await CreateAsync()).ExportAsync()).ToArray();
        for (var length = 0; length < whole.Length; length += length > whole.Length - 2000 ? 37 : 4001)
        {
            await RefusedAsync("", new MemoryStream(whole[..length]), Believed);
        }

        await RefusedAsync("has something after its end", new MemoryStream([.. whole, 0]), Believed);
        await RefusedAsync("does not end as a zip file does", new MemoryStream(Encoding.UTF8.GetBytes("this is no zip file at all, but long enough")), Believed);
    }

    [Fact]
    public async Task A_changed_bit_changes_nothing_of_what_is_read_or_is_found()
    {
        var run = await CreateAsync();
        var whole = (await run.ExportAsync()).ToArray();
        var expected = await run.Store.ReadAsync(Id, 0, Ending).CountAsync(Ending);
        for (var at = 0; at < whole.Length; at += at is > 4000 and < 300_000 ? 9973 : 13)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 1;
            try
            {
                Assert.Equal(expected, (await run.Bundles.VerifyAsync(new MemoryStream(damaged), Believed, Ending)).Events.Count);
            }
            catch (RunArchiveException)
            {
                // Found. Other bits mean nothing, such as those of the times of entries.
            }
        }
    }

    [Fact]
    public async Task A_signature_counts_only_with_a_key_that_is_believed_and_as_that_key_is_used()
    {
        var run = await CreateAsync();
        var stranger = BundleKey.FromSecret(new byte[32], "stranger");
        using var bundle = await run.ExportAsync(new BundleExportOptions { Key = stranger });
        await RefusedAsync($"It is signed with key 'stranger', which is none of those that are believed: '{Key.Id}'", bundle, Believed);
        Assert.Null((await run.Bundles.VerifyAsync(bundle, Anyone, Ending)).SignedBy);

        // Another secret under the same name, and a signature that says that it is of another kind.
        var impostor = BundleKey.FromSecret(new byte[32], Key.Id);
        await RefusedAsync("does not fit its manifest", await run.ExportAsync(new BundleExportOptions { Key = impostor }), Believed with { AllowUnsigned = true });
        await RefusedAsync("does not fit its manifest", parts => Change(parts, "signature.json", content => Replaced(content, "HS256", "ES256")));
        await RefusedAsync("does not fit its manifest", parts => Change(parts, "signature.json", content => Replaced(content, "\"signature\": \"", "\"signature\": \"?")));
    }

    [Fact]
    public async Task What_an_unsigned_bundle_says_of_itself_must_be_what_its_journal_says()
    {
        await RefusedAsync("The contents that its manifest lists, as there or as missing, are not those that its journal names", Without(parts => parts.RemoveAll(part => part.Name == parts[3].Name), forget: true), Anyone);
        await RefusedAsync("'plan.json' is not the plan that its journal begins with", Without(parts => Change(parts, "plan.json", content => Replaced(content, "\"a\"", "\"b\""))), Anyone);
        await RefusedAsync("once each, followed by contents by their checksums, in order", Without(parts => Change(parts, "manifest.json", content => Replaced(content, "contents/", "../tents/"))), Anyone);
    }

    [Fact]
    public async Task What_would_fill_the_memory_or_the_disk_is_refused_before_it_does()
    {
        var run = await CreateAsync();
        using var bundle = await run.ExportAsync();
        await RefusedAsync("at most 1000 are read (MaxBytes)", bundle, Believed with { MaxBytes = 1000 });

        // Contents are kept as they are: a small file that becomes a large one is none of ours.
        await RefusedAsync("is packed, ", await ZipAsync(await PartsAsync(bundle), CompressionLevel.Optimal), Believed);
        await RefusedAsync("'manifest.json' is longer than 33554432 bytes", parts => Change(parts, "manifest.json", _ => new byte[40_000_000]));
        await RefusedAsync("'report.md' is longer than the ", parts => Change(parts, "report.md", _ => new byte[50_000_000]));

        // A table of contents that says it is far longer than the file.
        var whole = bundle.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(whole.Length - 10), 0x7fffffff);
        await RefusedAsync("Its table of contents is to have 2147483647 bytes", new MemoryStream(whole), Believed);

        // One content that stands for many: each says that its bytes are where those of the largest are.
        await RefusedAsync("they lie on each other", await OverlappingAsync(await PartsAsync(bundle)), Believed);
    }

    private static async Task<List<(string Name, byte[] Content)>> SoundAsync() => await PartsAsync(await (await CreateAsync()).ExportAsync());

    private static void Change(List<(string Name, byte[] Content)> parts, string name, Func<byte[], byte[]> change)
    {
        var at = parts.FindIndex(part => part.Name == name);
        parts[at] = (name, change(parts[at].Content));
    }

    private static byte[] Flipped(byte[] content, int at)
    {
        var changed = content.ToArray();
        changed[at] ^= 1;
        return changed;
    }

    private static byte[] Replaced(byte[] content, string old, string changed)
    {
        var text = Encoding.UTF8.GetString(content);
        Assert.Contains(old, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(old, changed, StringComparison.Ordinal));
    }

    // Says of all contents that they have the place and the lengths of the one of 300,000 bytes.
    private static async Task<MemoryStream> OverlappingAsync(List<(string Name, byte[] Content)> parts)
    {
        var whole = (await ZipAsync(parts)).ToArray();
        var large = Directory(whole).Single(entry => BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(entry + 20)) == 300_000);
        foreach (var entry in Directory(whole).Where(entry => Encoding.ASCII.GetString(whole, entry + 46, 9) == "contents/"))
        {
            whole.AsSpan(large + 16, 12).CopyTo(whole.AsSpan(entry + 16));
            whole.AsSpan(large + 42, 4).CopyTo(whole.AsSpan(entry + 42));
        }

        return new MemoryStream(whole);

        static List<int> Directory(byte[] file)
            => [.. Enumerable.Range(0, file.Length - 46).Where(at => file.AsSpan(at, 4).SequenceEqual("PK\u0001\u0002"u8))];
    }

    // Changed by somebody who knows the format and makes the checksums fit.
    private static async Task<MemoryStream> Without(Action<List<(string Name, byte[] Content)>> change, bool forget = false)
    {
        var old = await SoundAsync();
        var parts = old.ToList();
        change(parts);
        parts.RemoveAll(part => part.Name == "signature.json");
        foreach (var (name, content) in old.Where(part => part.Name is not ("manifest.json" or "signature.json")))
        {
            var at = parts.FindIndex(part => part.Name == name);
            var changed = at < 0 ? null : parts[at].Content;
            Change(parts, "manifest.json", manifest => changed is not null
                ? Replaced(Replaced(manifest, Sha(content) + "\"\n", Sha(changed) + "\"\n"), $"\"bytes\": {content.Length},", $"\"bytes\": {changed.Length},")
                : forget ? Forgotten(manifest, name) : manifest);
        }

        return await ZipAsync(parts);
    }

    private static byte[] Forgotten(byte[] manifest, string name)
    {
        var text = Encoding.UTF8.GetString(manifest);
        var start = text.LastIndexOf('{', text.IndexOf(name, StringComparison.Ordinal));
        return Encoding.UTF8.GetBytes(text.Remove(start, text.IndexOf('{', start + 1) - start));
    }

    private async Task<RunArchiveException> RefusedAsync(string message, Action<List<(string Name, byte[] Content)>> change)
    {
        var parts = await SoundAsync();
        change(parts);
        return await RefusedAsync(message, await ZipAsync(parts), Believed);
    }

    private async Task RefusedAsync(string message, Task<MemoryStream> bundle, BundleReadOptions options) => await RefusedAsync(message, await bundle, options);

    private async Task<RunArchiveException> RefusedAsync(string message, Stream bundle, BundleReadOptions options)
    {
        var bundles = new RunBundles(_store, _artifacts);
        var error = await Assert.ThrowsAsync<RunArchiveException>(() => bundles.VerifyAsync(bundle, options, Ending));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, (await Assert.ThrowsAsync<RunArchiveException>(() => bundles.ImportAsync(bundle, options, Ending))).Message);
        Assert.Empty(await _store.RunsAsync());
        Assert.Empty(await _artifacts.ListLinksAsync(null, 10, Ending));
        return error;
    }
}
