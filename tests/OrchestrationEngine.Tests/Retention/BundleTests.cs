using System.Buffers;
using System.IO.Compression;
using System.Text;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Retention;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Retention;

public sealed class BundleTests
{
    private static readonly string[] Outputs =
    [
        "null", "\"🎉 “quotes” \\\" \\n \\ud83c\\udf89 \\ud800 \\u2028\"", "{ \"spaced\" : [ 1 , 2.50 , 1e400 ] }", "{\n  \"lines\": [\r\n\t1\n  ],\n  \"half\": \"\\ud800 \\\\n \u2028\"\n}",
    ];

    private readonly InMemoryStateStore _store = new();
    private readonly RunRetention _retention;

    public BundleTests() => _retention = new RunRetention(_store, TimeProvider.System);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_payload_comes_back_byte_for_byte(int output)
    {
        var run = await _store.CreateEndedAsync("rün 🎉 / %2F", key: "key 🎉", output: JsonData.Parse(Outputs[output]));
        var expected = await PayloadsAsync(_store, run);
        using var bundle = await ArchiveAsync(run);
        var archive = await _retention.ReadArchiveAsync(bundle, Ending);
        Assert.Equal((run, "plan", "key 🎉", RunStatus.Succeeded), (archive.Run, archive.Plan.Id, archive.BusinessKey, archive.Status));
        Assert.Equal(expected, archive.Events.Select(Payload));

        var other = new InMemoryStateStore();
        Assert.Equal(run, await new RunRetention(other, TimeProvider.System).RestoreAsync(Rewound(bundle), Ending));
        Assert.Equal(expected, await PayloadsAsync(other, run));
    }

    [Fact]
    public async Task The_same_run_gives_the_same_bytes_and_its_entries_can_be_read_by_people()
    {
        var run = await _store.CreateEndedAsync("run", output: JsonData.Parse(Outputs[2]));
        using var bundle = await ArchiveAsync(run);
        using var again = await ArchiveAsync(run);
        Assert.Equal(bundle.ToArray(), again.ToArray());
        var entries = await EntriesAsync(bundle);
        Assert.Equal(["journal.jsonl", "manifest.json", "plan.json", "report.md"], entries.Keys.Order());
        Assert.Equal(
            """{"sequence":5,"timestamp":"2026-03-04T05:06:07.1234565Z","type":"attempt.succeeded","schemaVersion":1,"payload":{"task":"a","attempt":1,"output":{ "spaced" : [ 1 , 2.50 , 1e400 ] }}}""",
            Encoding.UTF8.GetString(entries["journal.jsonl"]).Split('\n')[4]);
        Assert.Equal("plan", PlanJson.Read(entries["plan.json"]).Id);
        Assert.StartsWith("{\n  \"format\": 2,\n  \"run\": \"run\",\n  \"planId\": \"plan\",", Encoding.UTF8.GetString(entries["manifest.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_has_not_ended_or_is_not_there_is_not_archived()
    {
        var living = await _store.CreateLivingAsync("living");
        Assert.Equal(living, (await Assert.ThrowsAsync<RunArchiveException>(() => ArchiveAsync(living))).Run);
        await Assert.ThrowsAsync<RunNotFoundException>(() => ArchiveAsync(new RunId("nobody")));
    }

    [Fact]
    public async Task A_changed_byte_is_found_wherever_it_is()
    {
        using var bundle = await ArchiveAsync(await _store.CreateEndedAsync("run", status: RunStatus.Failed));
        var whole = bundle.ToArray();
        var found = 0;
        for (var at = 0; at < whole.Length; at += 7)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x20;
            try
            {
                // Parts of the file that mean nothing, such as times of entries, may change: what is read must then be the same.
                var archive = await _retention.ReadArchiveAsync(new MemoryStream(damaged), Ending);
                Assert.Equal(await PayloadsAsync(_store, archive.Run), archive.Events.Select(Payload));
            }
            catch (RunArchiveException)
            {
                found++;
            }
        }

        Assert.True(found > whole.Length / 7 / 2, $"{found} of {whole.Length / 7}");
        for (var length = 0; length < whole.Length; length += 101)
        {
            await Assert.ThrowsAsync<RunArchiveException>(() => _retention.ReadArchiveAsync(new MemoryStream(whole[..length]), Ending));
        }
    }

    [Fact]
    public async Task A_bundle_that_says_what_is_not_so_is_refused()
    {
        using var bundle = await ArchiveAsync(await _store.CreateEndedAsync("run", key: "key"));
        var good = await EntriesAsync(bundle);
        await RefusedAsync("'../evil' is in the file and not in its manifest", entries => entries["../evil"] = [1]);
        await RefusedAsync("'plan.json' is missing", entries => entries.Remove("plan.json"));
        await RefusedAsync("'plan.json' has ", entries => entries["plan.json"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(entries["plan.json"]).Replace("\"a\"", "\"b\"", StringComparison.Ordinal)));
        await RefusedAsync("'journal.jsonl' is longer than the", entries => entries["journal.jsonl"] = new byte[10_000_000]);
        await RefusedAsync("'manifest.json' is longer than 33554432 bytes", entries => entries["manifest.json"] = new byte[40_000_000]);
        await RefusedAsync("It has format 3, this version of the library reads 2", Manifest("\"format\": 2", "\"format\": 3"));
        await RefusedAsync("Its manifest has no format number", Manifest("\"format\"", "\"other\""));
        await RefusedAsync("at most 1073741824 are read", Manifest("\"bytes\": ", "\"bytes\": 9999999999"));
        await RefusedAsync("expected 8, the first of them 'run.created'", Manifest("\"facts\": 7", "\"facts\": 8"));
        await RefusedAsync("Its journal ends as Succeeded; its manifest says Failed", Manifest("Succeeded", "Failed"));
        await RefusedAsync("Plan and business key of its journal are not those of its manifest", Manifest("\"key\"", "\"another\""));
        await RefusedAsync("is no run id", Manifest("\"run\": \"run\"", "\"run\": \"\\u0000\""));
        await RefusedAsync("Its manifest does not name 'journal.jsonl', 'plan.json', 'report.md' once each", Manifest("plan.json", "journal.jsonl"));
        await RefusedAsync("Fact 6 ('attempt.succeeded') does not follow from those before it", Journal(text => text.Replace("\"sequence\":5", "\"sequence\":6", StringComparison.Ordinal)));
        await RefusedAsync("Its journal ends in the middle of a line", Journal(text => text.TrimEnd()));
        Assert.IsType<ArgumentException>(await Record.ExceptionAsync(() => _retention.ReadArchiveAsync(new BrotliStream(bundle, CompressionMode.Compress, leaveOpen: true), Ending)));

        Action<Dictionary<string, byte[]>> Manifest(string old, string changed) => entries =>
        {
            var text = Encoding.UTF8.GetString(entries["manifest.json"]);
            Assert.Contains(old, text, StringComparison.Ordinal);
            entries["manifest.json"] = Encoding.UTF8.GetBytes(text.Replace(old, changed, StringComparison.Ordinal));
        };

        // With its checksum, as somebody would do who knows the format.
        Action<Dictionary<string, byte[]>> Journal(Func<string, string> change) => entries =>
        {
            var old = entries["journal.jsonl"];
            var changed = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(old)));
            entries["journal.jsonl"] = changed;
            Manifest(Sha(old), Sha(changed))(entries);
            Manifest($"\"bytes\": {old.Length}", $"\"bytes\": {changed.Length}")(entries);
        };

        async Task RefusedAsync(string message, Action<Dictionary<string, byte[]>> change)
        {
            var entries = new Dictionary<string, byte[]>(good);
            change(entries);
            using var zipped = await ZipAsync(entries);
            var error = await Assert.ThrowsAsync<RunArchiveException>(() => _retention.ReadArchiveAsync(zipped, Ending));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_bundle_of_a_newer_library_is_refused_with_that_reason()
    {
        using var bundle = await ArchiveAsync(await _store.CreateEndedAsync("run"));
        var entries = await EntriesAsync(bundle);
        var (old, changed) = (entries["journal.jsonl"], Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(entries["journal.jsonl"]).Replace("phase.completed", "phase.compacted", StringComparison.Ordinal)));
        entries["journal.jsonl"] = changed;
        entries["manifest.json"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(entries["manifest.json"]).Replace(Sha(old), Sha(changed), StringComparison.Ordinal));
        using var zipped = await ZipAsync(entries);
        var error = await Assert.ThrowsAsync<JournalFormatException>(() => _retention.ReadArchiveAsync(zipped, Ending));
        Assert.Contains("A newer version wrote it", error.Message, StringComparison.Ordinal);
    }

    private static MemoryStream Rewound(MemoryStream stream)
    {
        stream.Position = 0;
        return stream;
    }

    private static string Sha(byte[] content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));

    private static async Task<Dictionary<string, byte[]>> EntriesAsync(MemoryStream bundle)
    {
        await using var zip = new ZipArchive(Rewound(bundle), ZipArchiveMode.Read, leaveOpen: true);
        var entries = new Dictionary<string, byte[]>();
        foreach (var entry in zip.Entries)
        {
            await using var content = await entry.OpenAsync(Ending);
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, Ending);
            entries[entry.FullName] = copy.ToArray();
        }

        return entries;
    }

    private static async Task<MemoryStream> ZipAsync(Dictionary<string, byte[]> entries)
    {
        var stream = new MemoryStream();
        await using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync(Ending);
                await entry.WriteAsync(content, Ending);
            }
        }

        return Rewound(stream);
    }

    private static string Payload(RecordedEvent recorded)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new System.Text.Json.Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            RunEventJson.Write(recorded.Event, writer);
        }

        return $"{recorded.Sequence} {recorded.Timestamp.UtcTicks} {recorded.Event.Type} {Convert.ToHexString(buffer.WrittenSpan)}";
    }

    private static async Task<IReadOnlyList<string>> PayloadsAsync(InMemoryStateStore store, RunId run)
        => await store.ReadAsync(run, 0, Ending).Select(Payload).ToListAsync(Ending);

    private async Task<MemoryStream> ArchiveAsync(RunId run)
    {
        var stream = new MemoryStream();
        await _retention.ArchiveAsync(run, stream, Ending);
        return Rewound(stream);
    }
}
