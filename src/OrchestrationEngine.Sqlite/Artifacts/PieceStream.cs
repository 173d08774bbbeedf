using System.Buffers;

namespace OrchestrationEngine.Sqlite.Artifacts;

/// <summary>Reads the pieces of a content one after the other. Used by one thread at a time; holds no connection between two reads.</summary>
internal sealed class PieceStream(SqliteStateStore store, long content, int pieceSize) : Stream
{
    private byte[] _piece = ArrayPool<byte>.Shared.Rent(pieceSize);
    private int _number;
    private int _given;
    private int _count;
    private bool _isDisposed;

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
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_given == _count)
        {
            _given = 0;
            _count = store.Read((content, Number: _number, Piece: _piece), static (reader, wanted) => reader.Contents.ReadPiece(wanted.content, wanted.Number, wanted.Piece));
            _number++;
        }

        var count = Math.Min(buffer.Length, _count - _given);
        _piece.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // SQLite has nothing to wait for.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            ArrayPool<byte>.Shared.Return(_piece);
            _piece = [];
        }

        base.Dispose(disposing);
    }
}
