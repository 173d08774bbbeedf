using System.Diagnostics;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>Makes a file or a folder read-only, for the superuser too where the file system can.</summary>
internal sealed class ReadOnly : IDisposable
{
    private readonly string _path;
    private readonly bool _immutable;

    private ReadOnly(string path, bool immutable)
    {
        _path = path;
        _immutable = immutable;
    }

    /// <returns>Null where it can't be done.</returns>
    public static ReadOnly? TryMake(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        if (Environment.IsPrivilegedProcess)
        {
            return ChangeAttribute("+i", path) ? new ReadOnly(path, immutable: true) : null;
        }

        var mode = Directory.Exists(path) ? UnixFileMode.UserRead | UnixFileMode.UserExecute : UnixFileMode.UserRead;
        File.SetUnixFileMode(path, mode);
        return new ReadOnly(path, immutable: false);
    }

    public void Dispose()
    {
        if (_immutable)
        {
            ChangeAttribute("-i", _path);
        }
        else if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static bool ChangeAttribute(string change, string path)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("chattr", [change, path]) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
