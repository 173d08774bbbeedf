using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Artifacts;

public sealed class VerifiedStreamTests
{
    private const int Block = 128 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<int> Sizes => [0, 1, 100, Block - 1, Block, Block + 1, (3 * Block) - 1, 3 * Block, (3 * Block) + 7];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Whatever_its_size_and_however_it_is_read_a_content_comes_as_it_was_stored(int size)
    {
        var content = Bytes(size);
        var digest = ContentDigest.Of(content);
        foreach (var known in new long?[] { null, size })
        {
            await using var whole = new VerifiedStream(new MemoryStream(content), digest, known);
            var copy = new MemoryStream();
            await whole.CopyToAsync(copy, Ct);
            Assert.Equal(content, copy.ToArray());
            Assert.Equal(0, await whole.ReadAsync(new byte[10], Ct));

            using var pieces = new VerifiedStream(new Trickle(content), digest, known);
            var read = new List<byte>();
            var buffer = new byte[50_001];
            for (int count; (count = pieces.Read(buffer, 0, buffer.Length)) > 0;)
            {
                read.AddRange(buffer.AsSpan(0, count));
            }

            Assert.Equal(content, read);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_damaged_content_never_comes_to_its_end(int size)
    {
        var content = Bytes(size);
        var digest = ContentDigest.Of(content);
        var damaged = new List<byte[]> { content.Append((byte)1).ToArray(), Bytes(size + Block) };
        if (size > 0)
        {
            damaged.Add(content[..^1]);
            damaged.Add([]);
            var flipped = content.ToArray();
            flipped[size / 2] ^= 4;
            damaged.Add(flipped);
        }

        foreach (var (bytes, known) in damaged.SelectMany(bytes => new[] { (bytes, (long?)null), (bytes, size) }))
        {
            await using var stream = new VerifiedStream(new MemoryStream(bytes), digest, known, "shelf 3");
            var read = 0L;
            var buffer = new byte[Block];
            var e = await Assert.ThrowsAsync<ArtifactDamagedException>(async () =>
            {
                for (int count; (count = await stream.ReadAsync(buffer, Ct)) > 0;)
                {
                    read += count;
                }
            });
            Assert.Equal(digest, e.Digest);
            Assert.Contains("shelf 3", e.Message, StringComparison.Ordinal);
            Assert.True(read < Math.Max(bytes.Length, 1), "All of it was given before it was known to be damaged.");
            await Assert.ThrowsAsync<ArtifactDamagedException>(async () => await stream.ReadExactlyAsync(buffer, Ct));
        }
    }

    [Fact]
    public async Task After_a_read_that_was_ended_in_its_middle_the_content_is_not_called_damaged()
    {
        var content = Bytes(3 * Block);
        await using var stream = new VerifiedStream(new Trickle(content) { FailsAt = Block + 10 }, ContentDigest.Of(content));
        await Assert.ThrowsAsync<TimeoutException>(async () => await stream.CopyToAsync(Stream.Null, Ct));
        var e = await Assert.ThrowsAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1], Ct));
        Assert.Contains("Open the content again", e.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Gives a content in small pieces, as a network does.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public int FailsAt { get; init; } = int.MaxValue;

        public override int Read(byte[] buffer, int offset, int count) => Position >= FailsAt ? throw new TimeoutException() : base.Read(buffer, offset, Math.Min(count, 1009));

        // That of the base calls the one above for a class that is derived from it.
        public override int Read(Span<byte> buffer) => base.Read(buffer);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return Read(buffer.Span);
        }
    }
}
