using System.Buffers;
using OrchestrationEngine.PostgreSql.Connecting;

namespace OrchestrationEngine.PostgreSql.Artifacts;

/// <summary>Reads the pieces of a content one after the other. Used by one thread at a time; holds no connection between two reads.</summary>
internal sealed class PieceStream(Database database, ContentSql sql, long content, int pieceSize) : Stream
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

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_given == _count)
        {
            _given = 0;
            var piece = _piece;
            _count = await database.AskAsync(
                [sql.ReadPiece(content, _number)],
                async (reader, cancellation) => await reader.ReadAsync(cancellation).ConfigureAwait(false) ? (int)reader.GetBytes(0, 0, piece, 0, piece.Length) : 0,
                cancellationToken).ConfigureAwait(false);
            _number++;
        }

        var count = Math.Min(buffer.Length, _count - _given);
        _piece.AsMemory(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A content in a database is read asynchronously: use ReadAsync or CopyToAsync.");

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
