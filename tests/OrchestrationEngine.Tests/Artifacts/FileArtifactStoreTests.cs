using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Testing.Xunit;
using OrchestrationEngine.Tests.Retention;

namespace OrchestrationEngine.Tests.Artifacts;

public sealed class FileArtifactStoreTests : ArtifactStoreConformance
{
    private static readonly RunId Run = new("run");
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private int _stores;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("folder")]
    [InlineData("link")]
    [InlineData("link on the way")]
    public async Task What_is_no_file_in_the_place_of_a_content_is_damage_that_names_the_place(string what)
    {
        var store = NewStore();
        var stored = await store.PutAsync(Run, new MemoryStream([1, 2, 3]), 100, Ct);
        var file = FileOf(store, stored.Digest);
        var copy = Path.Combine(_folder.Path, "copy");
        Directory.CreateDirectory(copy);
        File.Move(file, Path.Combine(copy, Path.GetFileName(file)));
        if (what == "folder")
        {
            Directory.CreateDirectory(file);
        }
        else if (what == "link")
        {
            File.CreateSymbolicLink(file, Path.Combine(copy, Path.GetFileName(file)));
        }
        else
        {
            Directory.Delete(Path.GetDirectoryName(file)!);
            Directory.CreateSymbolicLink(Path.GetDirectoryName(file)!, copy);
        }

        // What the link leads to is right; but who put it there can have it lead elsewhere.
        var e = await Assert.ThrowsAsync<ArtifactDamagedException>(async () => await store.OpenReadAsync(stored.Digest, Ct));
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.Contains(stored.Digest.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_process_left_that_died_while_it_wrote_is_collected_and_what_is_being_written_is_not()
    {
        var store = NewStore();
        await store.PutAsync(Run, new MemoryStream([1]), 100, Ct);
        var left = Path.Combine(store.Folder, "temp", "left");
        await File.WriteAllBytesAsync(left, new byte[1000], Ct);
        File.SetLastWriteTimeUtc(left, _time.GetUtcNow().UtcDateTime);
        await store.CollectAsync(_time.GetUtcNow(), 10, Ct);
        Assert.True(File.Exists(left));
        var gate = new TaskCompletionSource();
        var writing = store.PutAsync(Run, new GatedStream(gate.Task), 100, Ct).AsTask();
        await store.CollectAsync(DateTimeOffset.MaxValue, 10, Ct);
        Assert.False(File.Exists(left));
        gate.SetResult();
        var stored = await writing;
        Assert.Equal(4, await store.FindAsync(stored.Digest, Ct));
        Assert.Empty(Directory.GetFiles(Path.Combine(store.Folder, "temp")));
    }

    [Fact]
    public async Task A_use_that_a_crash_left_without_its_link_keeps_nothing()
    {
        var store = NewStore();
        var digest = (await store.PutAsync(Run, new MemoryStream([1]), 100, Ct)).Digest;
        File.Delete(Path.Combine(store.Folder, "links", "run-run", digest.Hex));
        Assert.Equal(new CollectedContents(1, 1), await store.CollectAsync(DateTimeOffset.MaxValue, 10, Ct));
        Assert.Empty(Directory.GetFiles(Path.Combine(store.Folder, "uses"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_folder_that_can_not_be_written_is_an_error_that_names_it()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", Ct);
        var e = await Assert.ThrowsAsync<StateStoreException>(async () => await new FileArtifactStore(Path.Combine(file, "below")).PutAsync(Run, new MemoryStream([1]), 100, Ct));
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override Task<IArtifactStore> CreateEmptyAsync() => Task.FromResult<IArtifactStore>(NewStore());

    protected override Task<IArtifactStore> OpenAnotherAsync(IArtifactStore store)
        => Task.FromResult<IArtifactStore>(new FileArtifactStore(((FileArtifactStore)store).Folder, _time));

    protected override async Task<bool> TryDamageAsync(IArtifactStore store, ContentDigest digest, ContentDamage damage)
    {
        var file = FileOf((FileArtifactStore)store, digest);
        var bytes = await File.ReadAllBytesAsync(file, Ct);
        switch (damage)
        {
            case ContentDamage.FlippedBit:
                bytes[^1] ^= 16;
                break;
            case ContentDamage.Truncated:
                bytes = bytes[..^1];
                break;
            default:
                bytes = [.. bytes, 0];
                break;
        }

        await File.WriteAllBytesAsync(file, bytes, Ct);
        return true;
    }

    protected override Task<bool> TryAdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        return Task.FromResult(true);
    }

    private static string FileOf(FileArtifactStore store, ContentDigest digest) => Path.Combine(store.Folder, "objects", digest.Hex[..2], digest.Hex[2..]);

    private FileArtifactStore NewStore() => new(Path.Combine(_folder.Path, $"store {_stores++}"), _time);

    private sealed class GatedStream(Task gate) : MemoryStream([1, 2, 3, 4])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await gate.WaitAsync(cancellationToken);
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
