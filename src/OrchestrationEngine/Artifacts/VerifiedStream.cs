using System.Buffers;
using System.Security.Cryptography;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>
/// Reads a stored content and computes its digest on the way. The last block is given only when the digest is right, so whoever reads to the end has read what
/// was written. For those who implement <see cref="IArtifactStore"/>.
/// </summary>
/// <remarks>Used by one thread at a time; as every stream.</remarks>
public sealed class VerifiedStream : Stream
{
    private const int LargestBlock = 128 * 1024;
    private readonly Stream _inner;
    private readonly ContentDigest _digest;
    private readonly long? _size;
    private readonly string? _place;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly int _blockSize;
    private byte[] _block;
    private byte[] _ahead;
    private int _given;
    private int _count;
    private int _aheadCount;
    private long _read;
    private bool _isReading;
    private bool _isVerified;
    private bool _isDisposed;
    private ArtifactDamagedException? _damage;

    /// <summary>Begins to read a content.</summary>
    /// <param name="inner">What is stored. It is disposed of with this stream.</param>
    /// <param name="digest">What it must be.</param>
    /// <param name="size">How many bytes it must have; null where that is not known beforehand.</param>
    /// <param name="place">Where it is kept, for the person who must look; null where the store has no such places.</param>
    public VerifiedStream(Stream inner, ContentDigest digest, long? size = null, string? place = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _digest = digest;
        _size = size;
        _place = place;

        // One more than the content, so that one read sees its end.
        _blockSize = (int)Math.Min(LargestBlock, (size ?? LargestBlock) + 1);
        _block = ArrayPool<byte>.Shared.Rent(_blockSize);
        _ahead = ArrayPool<byte>.Shared.Rent(_blockSize);
    }

    /// <summary>True.</summary>
    public override bool CanRead => !_isDisposed;

    /// <summary>False: a content is read from its beginning.</summary>
    public override bool CanSeek => false;

    /// <summary>False.</summary>
    public override bool CanWrite => false;

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="ArtifactDamagedException">What is there is not what was stored.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (NeedsBlock(buffer.Length))
        {
            Take(await _inner.ReadAtLeastAsync(_block.AsMemory(0, _blockSize), _blockSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false));
        }

        return Give(buffer.Span);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    /// <exception cref="ArtifactDamagedException">What is there is not what was stored.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (NeedsBlock(buffer.Length))
        {
            Take(_inner.ReadAtLeast(_block.AsSpan(0, _blockSize), _blockSize, throwOnEndOfStream: false));
        }

        return Give(buffer);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Does nothing.</summary>
    public override void Flush()
    {
    }

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _inner.Dispose();
            _hash.Dispose();
            ArrayPool<byte>.Shared.Return(_block);
            ArrayPool<byte>.Shared.Return(_ahead);
            (_block, _ahead) = ([], []);
        }

        base.Dispose(disposing);
    }

    /// <summary>Whether another block has to be read before something can be given.</summary>
    private bool NeedsBlock(int wanted)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_damage is not null)
        {
            // Whoever goes on after the first error is told the same; a damaged content has no end.
            throw _damage;
        }

        if (wanted == 0 || _given < _count)
        {
            return false;
        }

        if (_isVerified)
        {
            (_block, _ahead, _given, _count, _aheadCount) = (_ahead, _block, 0, _aheadCount, 0);
            return false;
        }

        if (_isReading)
        {
            throw new IOException($"An earlier read of the content {_digest} ended in its middle. Open the content again.");
        }

        _isReading = true;
        return true;
    }

    /// <summary>Takes the block that was read into the memory of the one given last; the one before it may be given now.</summary>
    private void Take(int count)
    {
        _isReading = false;
        _hash.AppendData(_block.AsSpan(0, count));
        _read += count;
        if (count < _blockSize)
        {
            Verify();
        }
        else if (_read > _size)
        {
            throw _damage = ArtifactDamagedException.Of(_digest, place: _place);
        }

        (_block, _ahead, _given, _count, _aheadCount) = (_ahead, _block, 0, _aheadCount, count);
    }

    private int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _count - _given);
        _block.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    private void Verify()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(hash);
        var found = ContentDigest.FromHash(hash);
        if (found != _digest)
        {
            throw _damage = ArtifactDamagedException.Of(_digest, _size is not null && _read != _size ? default : found, _place);
        }

        _isVerified = true;
    }
}
