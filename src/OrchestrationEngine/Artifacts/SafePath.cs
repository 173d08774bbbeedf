namespace OrchestrationEngine.Artifacts;

/// <summary>
/// A folder that is never left: names are checked by <see cref="SafeName"/>, and links (symbolic links, junctions) that lead out of the folder are refused,
/// wherever on the way they are. The folder itself may be reached through links.
/// </summary>
/// <remarks>
/// On Linux what was opened is compared with what was meant once more after the opening, so that a link which is put in place meanwhile is noticed too;
/// elsewhere .NET has no way to do so. Hard links can't be told from files.
/// </remarks>
public sealed class SafePath
{
    private static readonly StringComparison Comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Takes a folder. It need not exist yet.</summary>
    /// <param name="root">The folder.</param>
    public SafePath(string root)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
    }

    /// <summary>The full path of the folder.</summary>
    public string Root { get; }

    /// <summary>The full path of what a name stands for, whether it exists or not; without links.</summary>
    /// <param name="name">The name, with <c>/</c> between its segments.</param>
    /// <exception cref="UnsafePathException">The name is not safe, or a link on the way leads out of the folder.</exception>
    public string Resolve(string name)
    {
        SafeName.Require(name);
        var (link, target) = ("", "");
        var root = RealRoot(name);
        var real = RealPath.Of(Path.Combine(root, name), (place, leadsTo) => (link, target) = (place, leadsTo))
            ?? throw UnsafePathException.Link(Root, name, link);
        return IsBelow(root, real) ? real : throw UnsafePathException.Leaves(Root, name, link, target);
    }

    /// <summary>Opens a file to be read.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UnsafePathException">The name is not safe, or leads out of the folder.</exception>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    public FileStream OpenRead(string name)
        => Open(name, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });

    /// <summary>Makes a file that does not exist, and the folders on its way, and opens it to be written.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UnsafePathException">The name is not safe, or leads out of the folder.</exception>
    /// <exception cref="IOException">There is such a file, or it can't be made.</exception>
    public FileStream CreateNew(string name)
    {
        CreateFolderOf(Resolve(name));
        return Open(name, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.Asynchronous });
    }

    /// <summary>
    /// Puts a file in the place of a name, with the folders on its way, in one step: whoever opens the name finds the old file or the whole new one. A link
    /// in that place is replaced and not followed.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="cancellationToken">Cancels before the file is in its place.</param>
    /// <returns>The full path of the file.</returns>
    /// <exception cref="UnsafePathException">The name is not safe, or leads out of the folder.</exception>
    /// <exception cref="IOException">It can't be written; what was there is.</exception>
    public async Task<string> ReplaceAsync(string name, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        SafeName.Require(name);
        var cut = name.LastIndexOf('/');
        var folder = cut < 0 ? RealRoot(name) : Resolve(name[..cut]);
        var file = Path.Combine(folder, name[(cut + 1)..]);
        CreateFolderOf(file);
        var unfinished = Path.Combine(folder, $".{Path.GetRandomFileName()}.unfinished");
        try
        {
            var stream = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, Options = FileOptions.Asynchronous });
            await using (stream.ConfigureAwait(false))
            {
                RequireOpened(stream, unfinished, name);
                await write(stream).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(unfinished, file, overwrite: true);
            return file;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private FileStream Open(string name, FileStreamOptions options)
    {
        var real = Resolve(name);
        var stream = new FileStream(real, options);
        try
        {
            RequireOpened(stream, real, name);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private void RequireOpened(FileStream stream, string meant, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var opened = new FileInfo($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}").LinkTarget;
        if (opened is not null && opened != meant)
        {
            throw UnsafePathException.Changed(Root, name, opened);
        }
    }

    private string RealRoot(string name)
    {
        var link = Root;
        return RealPath.Of(Root, (place, _) => link = place) ?? throw UnsafePathException.Link(Root, name, link);
    }

    // Only folders that a link can't have been: what exists was resolved, and what does not exist is made here.
    private static void CreateFolderOf(string file) => Directory.CreateDirectory(Path.GetDirectoryName(file)!);

    private static bool IsBelow(string root, string path)
        => path.Length > root.Length
            && path.StartsWith(root, Comparison)
            && (Path.EndsInDirectorySeparator(root) || path[root.Length] == Path.DirectorySeparatorChar);
}
