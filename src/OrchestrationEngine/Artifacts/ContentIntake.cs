using System.Security.Cryptography;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>Reads a content that is to be stored, in blocks, and computes its digest on the way. For those who implement <see cref="IArtifactStore"/>.</summary>
/// <remarks>Used by one thread at a time.</remarks>
public sealed class ContentIntake : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Stream _content;
    private readonly long _maxBytes;
    private long _size;
    private bool _isAtEnd;

    /// <summary>Begins to read a content.</summary>
    /// <param name="content">The content, from where the stream is to its end. It is not disposed.</param>
    /// <param name="maxBytes">How large it may be.</param>
    public ContentIntake(Stream content, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        _content = content;
        _maxBytes = maxBytes;
    }

    /// <summary>Whether the content is being read, or its reading has failed: what is thrown then is the content's error, not the store's.</summary>
    public bool IsReading { get; private set; }

    /// <summary>Reads the next block.</summary>
    /// <param name="block">Where it goes; not empty.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>How many bytes it has: as many as there is room for, or fewer at the end of the content; 0 after the end.</returns>
    /// <exception cref="ArtifactTooLargeException">The content is larger than it may be.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> block, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(block.Length, nameof(block));
        if (_isAtEnd)
        {
            return 0;
        }

        IsReading = true;
        var count = await _content.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        IsReading = false;
        _isAtEnd = count < block.Length;
        _size += count;
        if (_size > _maxBytes)
        {
            throw ArtifactTooLargeException.Of(_maxBytes);
        }

        _hash.AppendData(block.Span[..count]);
        return count;
    }

    /// <summary>What was read.</summary>
    /// <exception cref="InvalidOperationException">The content was not read to its end.</exception>
    public StoredContent Complete()
    {
        if (!_isAtEnd)
        {
            throw new InvalidOperationException("The content was not read to its end: a block comes back shorter than it could be there.");
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(hash);
        return new StoredContent(ContentDigest.FromHash(hash), _size);
    }

    /// <summary>Gives the hash's memory back.</summary>
    public void Dispose() => _hash.Dispose();
}
