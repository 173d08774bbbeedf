using System.Globalization;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>A file of a mirror's folder, as a scan found it.</summary>
internal readonly record struct MirroredFile(string Name, long Length, DateTime ChangedAt);

/// <summary>The files of a mirror's folder: never outside of it, whole or not at all, and nothing that was there is lost. For one at a time.</summary>
internal sealed class MirrorFolder(string folder, WorkspaceMirrorOptions options)
{
    private const string Unfinished = ".unfinished";
    private const string Before = ".before";
    private const string Conflict = ".conflict-";

    // Links are not looked into: they could lead anywhere.
    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    private readonly SafePath _safe = new(folder);

    // What was in the place of a file until a moment ago, with what it had in it then: somebody may still be writing into it.
    private readonly Dictionary<string, (string Name, ContentDigest Digest)> _replaced = new(StringComparer.Ordinal);

    public string Root => _safe.Root;

    /// <summary>Whether a name is the mirror's own: hidden, or of a text that was kept beside.</summary>
    public static bool IsReserved(string name)
        => name.StartsWith('.') || name.Contains("/.", StringComparison.Ordinal) || IsConflict(name);

    public void Create() => Directory.CreateDirectory(Root);

    /// <summary>Clears what a mirror left that ended in the middle of replacing a file. A text that is nowhere else is kept beside its file.</summary>
    public async Task RecoverAsync(Func<string, ContentDigest, bool> isKnown, CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateFiles(Root, ".*", All).Order(StringComparer.Ordinal).ToList())
        {
            var name = NameOf(path);
            if (path.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                File.Delete(path);
            }
            else if (path.EndsWith(Before, StringComparison.Ordinal))
            {
                var slash = name.LastIndexOf('/') + 1;
                var original = name[..slash] + name[(slash + 1)..^Before.Length];
                await DropAsync(path, original, digest => isKnown(original, digest), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes what was replaced a while ago. What was written into it since is kept beside its file.</summary>
    /// <returns>The files of which something is kept beside.</returns>
    public async Task<IReadOnlyList<string>> SettleAsync(CancellationToken cancellationToken)
    {
        var changed = new List<string>();
        foreach (var (path, (name, digest)) in _replaced.ToList())
        {
            if (!await DropAsync(path, name, found => found == digest, cancellationToken).ConfigureAwait(false))
            {
                changed.Add(name);
            }

            _replaced.Remove(path);
        }

        return changed;
    }

    /// <summary>The files, and those that can't be mirrored with the reason.</summary>
    public (Dictionary<string, MirroredFile> Files, List<string> Problems) Scan()
    {
        var files = new Dictionary<string, MirroredFile>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var info in new DirectoryInfo(Root).EnumerateFiles("*", All))
        {
            var name = NameOf(info.FullName);
            if (IsReserved(name))
            {
                continue;
            }

            if (SafeName.Problem(name) is { } problem)
            {
                problems.Add($"The file '{name}' is no document: its name {problem}.");
            }
            else if (files.Count >= options.MaxFiles)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"The folder has more than {options.MaxFiles:N0} files; the rest is left alone."));
                break;
            }
            else
            {
                files.Add(name, new MirroredFile(name, info.Length, info.LastWriteTimeUtc));
            }
        }

        return (files, problems);
    }

    /// <summary>Reads a file; null where it is gone, is being written, or is too large.</summary>
    public async Task<(byte[]? Content, string? Problem)> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var stream = _safe.OpenRead(name);
            await using (stream.ConfigureAwait(false))
            {
                if (stream.Length > options.MaxFileBytes)
                {
                    return (null, string.Create(CultureInfo.InvariantCulture, $"The file '{name}' has {stream.Length:N0} bytes; at most {options.MaxFileBytes:N0} are mirrored. It is left alone."));
                }

                var content = new byte[stream.Length];
                await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
                return (content, null);
            }
        }
        catch (Exception e) when (e is UnsafePathException or UnauthorizedAccessException)
        {
            return (null, $"The file '{name}' is left alone: {e.Message}");
        }
        catch (IOException)
        {
            // It is gone, grew shorter meanwhile, or somebody writes it: the next look tells.
            return (null, null);
        }
    }

    /// <summary>Puts a content in the place of a file, in one step.</summary>
    /// <param name="name">The file.</param>
    /// <param name="content">The content.</param>
    /// <param name="expected">The digest of what is there; null where nothing is.</param>
    /// <param name="cancellationToken">Cancels before it is in its place.</param>
    /// <returns>False where something else was there: then nothing was done, or what was there is kept beside. What was there is removed with <see cref="SettleAsync"/>.</returns>
    public async Task<bool> ReplaceAsync(string name, byte[] content, ContentDigest? expected, CancellationToken cancellationToken)
    {
        var path = _safe.Resolve(name);
        var directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        var unfinished = Path.Combine(directory, $".{Path.GetRandomFileName()}{Unfinished}");
        var before = Path.Combine(directory, $".{Path.GetFileName(path)}{Before}");
        try
        {
            await File.WriteAllBytesAsync(unfinished, content, cancellationToken).ConfigureAwait(false);
            if (expected is null)
            {
                File.Move(unfinished, path, overwrite: false);
                return true;
            }

            if (_replaced.Remove(before, out var earlier))
            {
                await DropAsync(before, name, digest => digest == earlier.Digest, cancellationToken).ConfigureAwait(false);
            }

            // What was there gets another name first, so that a change of the last moment is found there.
            File.Replace(unfinished, path, before);
            var was = await File.ReadAllBytesAsync(before, CancellationToken.None).ConfigureAwait(false);
            var digest = ContentDigest.Of(was);
            if (digest != expected)
            {
                await KeepBesideAsync(name, was, CancellationToken.None).ConfigureAwait(false);
            }

            _replaced[before] = (name, digest);
            return digest == expected;
        }
        catch (IOException) when (expected is null ? File.Exists(path) : !File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Keeps a content beside a file, under a name that was free; the same content once.</summary>
    /// <returns>The name.</returns>
    public async Task<string> KeepBesideAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            var beside = string.Create(CultureInfo.InvariantCulture, $"{name}{Conflict}{number}");
            var path = _safe.Resolve(beside);
            if (!File.Exists(path))
            {
                await _safe.ReplaceAsync(beside, stream => stream.WriteAsync(content, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
                return beside;
            }

            if (new FileInfo(path).Length == content.Length && (await ReadAsync(beside, cancellationToken).ConfigureAwait(false)).Content is { } there && there.AsSpan().SequenceEqual(content))
            {
                return beside;
            }
        }
    }

    private static bool IsConflict(string name)
    {
        var at = name.LastIndexOf(Conflict, StringComparison.Ordinal);
        return at > 0 && name.AsSpan(at + Conflict.Length) is { Length: > 0 } number && !number.ContainsAnyExceptInRange('0', '9');
    }

    // Removes what was in a file's place, unless it is something that is nowhere else.
    private async Task<bool> DropAsync(string path, string name, Func<ContentDigest, bool> isKnown, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return true;
        }

        var content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        var known = isKnown(ContentDigest.Of(content));
        if (!known)
        {
            await KeepBesideAsync(name, content, cancellationToken).ConfigureAwait(false);
        }

        File.Delete(path);
        return known;
    }

    private string NameOf(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');
}
