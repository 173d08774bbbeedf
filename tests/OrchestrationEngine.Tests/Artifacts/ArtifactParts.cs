using System.Globalization;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>What the processes of <see cref="ArtifactProcessesTests"/> do. Explicit: they are run by those tests, each in a process of its own.</summary>
public sealed class ArtifactParts
{
    public const string Folder = "PART_FOLDER";
    public const string Seed = "PART_SEED";
    public const string Size = "PART_SIZE";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Writes, reads, links, unlinks and collects the same few contents as other processes do.</summary>
    [Fact(Explicit = true)]
    public async Task Work_on_shared_contents()
    {
        var store = new FileArtifactStore(Read(Folder));
        var random = new Random(int.Parse(Read(Seed), CultureInfo.InvariantCulture));
        var me = new RunId($"run {Read(Seed)}");
        for (var i = 0; i < 150; i++)
        {
            var content = new byte[20_000];
            Array.Fill(content, (byte)random.Next(4));
            var stored = await store.PutAsync(me, new MemoryStream(content), long.MaxValue, Ct);
            await using (var stream = await store.OpenReadAsync(stored.Digest, Ct))
            {
                var copy = new MemoryStream();
                await stream.CopyToAsync(copy, Ct);
                Assert.Equal(content, copy.ToArray());
            }

            Assert.Empty(await store.LinkAsync(me, [stored.Digest], Ct));
            if (random.Next(3) == 0)
            {
                await store.UnlinkAsync(me, null, DateTimeOffset.MaxValue, Ct);
                await store.CollectAsync(DateTimeOffset.MaxValue, 10, Ct);
            }
        }

        await store.UnlinkAsync(me, null, DateTimeOffset.MaxValue, Ct);
    }

    /// <summary>Writes a content and reads it back, in the little memory that its process is given.</summary>
    [Fact(Explicit = true)]
    public async Task Write_and_read_a_large_content()
    {
        var store = new FileArtifactStore(Read(Folder));
        var size = long.Parse(Read(Size), CultureInfo.InvariantCulture);
        var stored = await store.PutAsync(new RunId("run"), new EndlessStream(size), long.MaxValue, Ct);
        Assert.Equal(size, stored.Size);
        await using var stream = await store.OpenReadAsync(stored.Digest, Ct);
        var read = 0L;
        var buffer = new byte[100_000];
        for (int count; (count = await stream.ReadAsync(buffer, Ct)) > 0;)
        {
            read += count;
        }

        Assert.Equal(size, read);
    }

    /// <summary>Writes a content that does not end.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_killed()
        => await new FileArtifactStore(Read(Folder)).PutAsync(new RunId("killed"), new EndlessStream(long.MaxValue) { Pause = TimeSpan.FromMilliseconds(1) }, long.MaxValue, Ct);

    private static string Read(string name) => Environment.GetEnvironmentVariable(name)!;

    private sealed class EndlessStream(long size) : Stream
    {
        private long _left = size;

        public TimeSpan Pause { get; init; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Pause > TimeSpan.Zero)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }

            var count = (int)Math.Min(buffer.Length, _left);
            buffer.Span[..count].Fill((byte)(_left >> 16));
            _left -= count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
