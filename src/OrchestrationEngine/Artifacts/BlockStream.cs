namespace OrchestrationEngine.Artifacts;

/// <summary>Reads blocks of memory one after the other. Used by one thread at a time.</summary>
internal sealed class BlockStream(IReadOnlyList<byte[]> blocks) : Stream
{
    private int _block;
    private int _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_block == blocks.Count)
        {
            return 0;
        }

        var block = blocks[_block];
        var count = Math.Min(buffer.Length, block.Length - _given);
        block.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        if (_given == block.Length)
        {
            (_block, _given) = (_block + 1, 0);
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
