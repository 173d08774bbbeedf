using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>Contents as files, <c>objects/ab/cdef...</c> by the digits of their digest. The time of a file is that at which its content was needed last. Changed only under the lock of the folder.</summary>
internal sealed class FileContents(string root)
{
    // A link is none of ours, and must not lead a collection out of the folder.
    private static readonly EnumerationOptions WithoutLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly string _objects = Path.Combine(root, "objects");

    /// <summary>All of them. Needs no lock.</summary>
    public IEnumerable<FileInfo> All()
        => Directory.Exists(_objects)
            ? new DirectoryInfo(_objects).EnumerateFiles("*", WithoutLinks).Where(file => !DigestOf(file).IsNone)
            : [];

    public static ContentDigest DigestOf(FileInfo file)
        => ContentDigest.TryParse(file.Directory!.Name + file.Name, out var digest) ? digest : default;

    public string FileOf(ContentDigest digest) => Path.Combine(_objects, digest.Hex[..2], digest.Hex[2..]);

    /// <exception cref="ArtifactDamagedException">There is a folder in the place of a content.</exception>
    public void RequireNoFolder(ContentDigest digest)
    {
        var file = FileOf(digest);
        if (Directory.Exists(file) && new DirectoryInfo(file).LinkTarget is null)
        {
            throw ArtifactDamagedException.Because(digest, "there is a folder in its place", file);
        }
    }

    // Whoever puts a link there could have any file of the machine read.
    public void RequireNoLink(ContentDigest digest)
    {
        var file = FileOf(digest);
        if (RealPath.Of(file) != (RealPath.Of(root) is { } real ? Path.Combine(real, Path.GetRelativePath(root, file)) : null))
        {
            throw ArtifactDamagedException.Because(digest, "there is a link in its place", file);
        }
    }

    /// <summary>Gives a file the name of its content, in place of what is there.</summary>
    // On Windows a file that is being read can't be replaced; it stays, when it may be what it should be.
    public void Place(string temp, StoredContent stored)
    {
        RequireNoFolder(stored.Digest);
        var file = FileOf(stored.Digest);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        try
        {
            File.Move(temp, file, overwrite: true);
        }
        catch (Exception e) when (OperatingSystem.IsWindows() && e is IOException or UnauthorizedAccessException && new FileInfo(file) is { Exists: true, LinkTarget: null } there && there.Length == stored.Size)
        {
        }
    }

    public void Touch(ContentDigest digest, DateTimeOffset now)
    {
        var file = FileOf(digest);
        if (File.Exists(file))
        {
            File.SetLastWriteTimeUtc(file, now.UtcDateTime);
        }
    }
}
