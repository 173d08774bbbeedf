using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace RepositoryReview.Sources;

/// <summary>Reads from a repository with the git program. Never changes anything, never asks, never goes to the network.</summary>
internal static class GitClient
{
    // The repository may be anybody's: nothing that its configuration names is executed. And whatever users set for themselves, the output can be read.
    private static readonly string[] Quiet =
    [
        "--no-pager",
        "--no-optional-locks",
        .. new[] { "core.fsmonitor=false", "log.showSignature=false", "core.quotePath=false", "color.ui=never", "column.ui=never", "column.tag=never", "i18n.logOutputEncoding=UTF-8" }
            .SelectMany(setting => new[] { "-c", setting }),
    ];

    /// <summary>The arguments of a call, with those that every call has.</summary>
    public static string[] Arguments(params string[] arguments) => [.. Quiet, .. arguments];

    /// <summary>The first line of what git says.</summary>
    public static async Task<string> LineAsync(string directory, CancellationToken cancellationToken, params string[] arguments)
    {
        var first = "";
        await foreach (var line in ReadAsync(directory, '\n', cancellationToken, arguments).ConfigureAwait(false))
        {
            first = first.Length == 0 ? line.TrimEnd('\r') : first;
        }

        return first;
    }

    /// <summary>What git says, piece by piece, without keeping all of it.</summary>
    /// <exception cref="GitException">Git is not there, or it failed.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(
        string directory,
        char separator,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        params string[] arguments)
    {
        using var process = Start(directory, arguments);
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var buffer = new char[16 * 1024];
            var piece = new StringBuilder();
            while (await process.StandardOutput.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                var start = 0;
                for (var end = Array.IndexOf(buffer, separator, 0, read); end >= 0; end = Array.IndexOf(buffer, separator, start, read - start))
                {
                    piece.Append(buffer, start, end - start);
                    yield return piece.ToString();
                    piece.Clear();
                    start = end + 1;
                }

                piece.Append(buffer, start, read - start);
            }

            if (piece.Length > 0)
            {
                yield return piece.ToString();
            }

            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                var message = (await errors.ConfigureAwait(false)).Trim();
                throw new GitException($"git {arguments[0]} failed with exit code {process.ExitCode}. {message}".TrimEnd());
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(string directory, string[] arguments)
    {
        var start = new ProcessStartInfo("git", Arguments(arguments))
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

        // Inside a git hook these would point to another repository.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new GitException($"git can't be started: {e.Message}");
        }
    }
}

/// <summary>Git is not there, or it failed.</summary>
internal sealed class GitException(string message) : Exception(message);
