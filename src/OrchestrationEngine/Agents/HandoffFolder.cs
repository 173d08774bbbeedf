using System.Globalization;
using System.Text.RegularExpressions;
using OrchestrationEngine.Artifacts;

namespace OrchestrationEngine.Agents;

/// <summary>
/// The four folders between the engine and an agent, and the files in them. A file moves from one to the next in one step, so that it is taken by one
/// only; what is written anew gets its name when it is whole. Keeps nothing in memory: other engines work on the same folder.
/// </summary>
internal sealed partial class HandoffFolder(string root)
{
    public const string Pending = "pending";
    public const string InProgress = "in-progress";
    public const string Completed = "completed";
    public const string Failed = "failed";

    /// <summary>What is written and has no name yet; agents never look here.</summary>
    public const string Writing = ".writing";

    private const string CancelEnding = ".cancel";
    private static readonly string[] All = [Pending, InProgress, Completed, Failed, Writing];

    private readonly SafePath _files = new(root);

    public string Root => _files.Root;

    public string PathOf(string folder) => Path.Combine(_files.Root, folder);

    /// <summary>Makes the folders that are missing.</summary>
    public void Create()
    {
        foreach (var folder in All)
        {
            Directory.CreateDirectory(_files.Resolve(folder));
        }
    }

    /// <summary>Puts a request into pending.</summary>
    /// <returns>False where there is one with its id: another engine asks for the same.</returns>
    public async Task<bool> OfferAsync(string id, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var unfinished = $"{Writing}/{id}.{Path.GetRandomFileName()}.json";
        try
        {
            var stream = _files.CreateNew(unfinished);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            return TryMove(unfinished, $"{Pending}/{id}.json");
        }
        finally
        {
            File.Delete(_files.Resolve(unfinished));
        }
    }

    /// <summary>The numbers of the attempts that have a file for this work in a folder, the highest first.</summary>
    public IReadOnlyList<int> AttemptsIn(string folder, string work)
        => [.. Directory.EnumerateFiles(_files.Resolve(folder), work + "*.json")
            .Select(file => Path.GetFileName(file)[work.Length..^".json".Length])
            .Select(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 0)
            .Where(attempt => attempt > 0)
            .OrderDescending()];

    public bool Has(string folder, string id) => File.Exists(Path.Combine(PathOf(folder), id + ".json"));

    /// <summary>The state of an answer, by which a change is noticed; null where there is none.</summary>
    public (long Length, DateTime Written)? Look(string folder, string id)
    {
        var file = new FileInfo(Path.Combine(PathOf(folder), id + ".json"));
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : null;
    }

    /// <summary>Reads an answer, but no more than given.</summary>
    /// <returns>The bytes, one more than allowed where it has more.</returns>
    /// <exception cref="UnsafePathException">It is a link that leads out of the folder.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(string folder, string id, int most, CancellationToken cancellationToken)
    {
        var stream = _files.OpenRead($"{folder}/{id}.json");
        await using (stream.ConfigureAwait(false))
        {
            var content = new byte[(int)Math.Min(stream.Length, most + 1L)];
            var count = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return content.AsMemory(0, count);
        }
    }

    /// <summary>Takes a request back that nobody has taken yet.</summary>
    /// <returns>False where it is not pending any more: the agent has it, or has had it.</returns>
    public bool TryWithdraw(string id)
    {
        var away = $"{Writing}/{id}.{Path.GetRandomFileName()}.withdrawn.json";
        if (!TryMove($"{Pending}/{id}.json", away))
        {
            return false;
        }

        File.Delete(_files.Resolve(away));
        return true;
    }

    public bool IsCanceled(string id) => File.Exists(Path.Combine(PathOf(InProgress), id + CancelEnding));

    /// <summary>Tells the agent that nobody waits any more for what it has taken.</summary>
    public Task CancelAsync(string id, string reason, CancellationToken cancellationToken)
        => _files.ReplaceAsync($"{InProgress}/{id}{CancelEnding}", stream => stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(reason + "\n"), cancellationToken).AsTask(), cancellationToken);

    /// <summary>Somebody waits again.</summary>
    public void RemoveMark(string id)
    {
        if (IsCanceled(id))
        {
            File.Delete(_files.Resolve($"{InProgress}/{id}{CancelEnding}"));
        }
    }

    /// <summary>Moves or removes the engine's own files that nobody has touched for some time.</summary>
    /// <returns>How many.</returns>
    public int Sweep(DateTimeOffset before, string? archive)
    {
        var swept = 0;
        foreach (var folder in All.Where(static folder => folder != Pending))
        {
            foreach (var file in new DirectoryInfo(_files.Resolve(folder)).EnumerateFiles().Where(file => OwnName().IsMatch(file.Name) && file.LastWriteTimeUtc < before && IsDone(folder, file)).ToList())
            {
                if (archive is null || folder is Writing || file.Extension == CancelEnding)
                {
                    file.Delete();
                }
                else
                {
                    file.MoveTo(Path.Combine(Directory.CreateDirectory(Path.Combine(archive, folder)).FullName, file.Name), overwrite: true);
                }

                swept++;
            }
        }

        return swept;
    }

    public bool IsAnswered(string id) => Has(Completed, id) || Has(Failed, id);

    // A request that somebody works at is not done with, however old it is; and neither is the mark that it is canceled.
    private bool IsDone(string folder, FileInfo file)
    {
        var id = Path.GetFileNameWithoutExtension(file.Name);
        return folder != InProgress || (file.Extension == CancelEnding ? !Has(InProgress, id) : IsCanceled(id) || IsAnswered(id));
    }

    // Who comes second finds nothing to move, or its place taken.
    private bool TryMove(string from, string to)
    {
        try
        {
            File.Move(_files.Resolve(from), _files.Resolve(to), overwrite: false);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException) when (File.Exists(_files.Resolve(to)))
        {
            return false;
        }
    }

    [GeneratedRegex(@"-[0-9a-f]{32}-a[0-9]+\.([^/]*json|cancel)$")]
    private static partial Regex OwnName();
}
