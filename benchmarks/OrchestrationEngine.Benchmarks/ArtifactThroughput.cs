using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.PostgreSql;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;

namespace OrchestrationEngine.Benchmarks;

/// <summary>Measures how fast contents are written and read, beside a plain copy to files that computes SHA-256 and flushes each to the disk, and prints a table.</summary>
internal static class ArtifactThroughput
{
    private const long KiB = 1024;
    private const long MiB = 1024 * KiB;

    public static async Task RunAsync(bool quick, bool huge)
    {
        var times = quick || huge ? 1 : 5;
        (int Count, long Size)[] loads = huge ? [(1, 5 * 1024 * MiB)] : quick ? [(5, 4 * KiB), (2, MiB), (1, 8 * MiB)] : [(200, 4 * KiB), (64, MiB), (1, 256 * MiB)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}; median of {times}"));
        Console.WriteLine();
        Console.WriteLine("| contents | system | write MB/s | of the copy | read MB/s | of the plain read | KB allocated a content, write | read | peak memory MB, write | read |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        await using var server = await PostgreSqlWorkloads.StartAsync();
        foreach (var (count, size) in loads)
        {
            var folder = Directory.CreateTempSubdirectory("orchestration-artifacts-").FullName;
            try
            {
                var load = new Load(count, size, times);
                var copy = await load.MeasureAsync("plain copy with SHA-256", new PlainFiles(folder), null);
                if (!huge)
                {
                    await load.MeasureAsync("in memory", new Stored(() => Task.FromResult<IArtifactStore>(new InMemoryArtifactStore())), copy);
                }

                var stores = 0;
                await load.MeasureAsync("folder", new Stored(() => Task.FromResult<IArtifactStore>(new FileArtifactStore(Path.Combine(folder, $"store {stores++}")))), copy);
                await using (var runs = new SqliteStateStore(Path.Combine(folder, "runs.db")))
                {
                    await load.MeasureAsync("SQLite, full sync", new Stored(() => Task.FromResult<IArtifactStore>(new SqliteArtifactStore(runs))), copy);
                }

                if (server is not null)
                {
                    await using var runs = await server.OpenAsync();
                    await load.MeasureAsync("PostgreSQL, synchronous commit", new Stored(() => Task.FromResult<IArtifactStore>(new PostgreSqlArtifactStore(runs))), copy);
                }
            }
            finally
            {
                SqliteConnection.ClearAllPools();
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>So many contents of a size. No two of a measurement are the same: a content that is there already is not stored again.</summary>
    private sealed class Load(int count, long size, int times)
    {
        private int _made;

        public async Task<(Measurement Write, Measurement Read)> MeasureAsync(string name, ISystem system, (Measurement Write, Measurement Read)? copy)
        {
            List<ContentDigest> written = [];
            var write = await Measurement.MedianAsync(times, async () =>
            {
                await system.BeginAsync();
                written.Clear();
                var clock = Stopwatch.StartNew();
                for (var i = 0; i < count; i++)
                {
                    written.Add(await system.WriteAsync(new GeneratedStream(_made++, size)));
                }

                return clock.Elapsed;
            });
            var read = await Measurement.MedianAsync(times, async () =>
            {
                var clock = Stopwatch.StartNew();
                foreach (var digest in written)
                {
                    await system.ReadAsync(digest);
                }

                return clock.Elapsed;
            });
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {count} of {(size < MiB ? $"{size / KiB} KiB" : $"{size / MiB:N0} MiB")} | {name} | {Rate(write):N1} | {Of(copy?.Write, write)} | {Rate(read):N1} | {Of(copy?.Read, read)} | {write.Allocated / 1000d / count:N0} | {read.Allocated / 1000d / count:N0} | {write.PeakBytes / 1048576:N0} | {read.PeakBytes / 1048576:N0} |"));
            return (write, read);
        }

        private static string Of(Measurement? floor, Measurement measured) => floor is { } bare ? string.Create(CultureInfo.InvariantCulture, $"{bare.Elapsed / measured.Elapsed:P0}") : "";

        private double Rate(Measurement measured) => count * size / measured.Elapsed.TotalSeconds / 1e6;
    }

    private interface ISystem
    {
        Task BeginAsync();

        Task<ContentDigest> WriteAsync(Stream content);

        Task ReadAsync(ContentDigest digest);
    }

    private sealed class Stored(Func<Task<IArtifactStore>> open) : ISystem
    {
        private static readonly RunId Run = new("run");
        private IArtifactStore _store = null!;

        public async Task BeginAsync() => _store = await open();

        public async Task<ContentDigest> WriteAsync(Stream content) => (await _store.PutAsync(Run, content, long.MaxValue, CancellationToken.None)).Digest;

        public async Task ReadAsync(ContentDigest digest)
        {
            await using var stream = await _store.OpenReadAsync(digest, CancellationToken.None);
            await stream.CopyToAsync(Stream.Null, 128 * 1024);
        }
    }

    private sealed class PlainFiles(string folder) : ISystem
    {
        private readonly byte[] _block = new byte[256 * KiB];

        public Task BeginAsync() => Task.CompletedTask;

        public async Task<ContentDigest> WriteAsync(Stream content)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var temp = Path.Combine(folder, "plain");
            await using (var file = new FileStream(temp, FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous))
            {
                for (int read; (read = await content.ReadAtLeastAsync(_block, _block.Length, throwOnEndOfStream: false)) > 0;)
                {
                    hash.AppendData(_block.AsSpan(0, read));
                    await file.WriteAsync(_block.AsMemory(0, read));
                }

                file.Flush(flushToDisk: true);
            }

            var digest = ContentDigest.FromHash(hash.GetHashAndReset());
            File.Move(temp, Path.Combine(folder, digest.Hex));
            return digest;
        }

        public async Task ReadAsync(ContentDigest digest)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = new FileStream(Path.Combine(folder, digest.Hex), FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
            for (int read; (read = await file.ReadAtLeastAsync(_block, _block.Length, throwOnEndOfStream: false)) > 0;)
            {
                hash.AppendData(_block.AsSpan(0, read));
            }

            _ = hash.GetHashAndReset();
        }
    }

    /// <summary>A content that is nowhere: blocks of random bytes, each with its number in front.</summary>
    private sealed class GeneratedStream(int seed, long size) : Stream
    {
        private static readonly byte[] Noise = RandomNumberGenerator.GetBytes((int)(64 * KiB));
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => size;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(Math.Min(buffer.Length, Noise.Length), size - _position);
            Noise.AsSpan(0, count).CopyTo(buffer);
            _ = count >= 16 && BitConverter.TryWriteBytes(buffer, seed) && BitConverter.TryWriteBytes(buffer[8..], _position);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
