namespace RepositoryReview.Watching;

/// <summary>Where progress is shown: plain lines, and on a terminal a line below them that changes in place.</summary>
internal sealed class Screen(TextWriter output, bool isLive)
{
    private int _statusLength;

    public void WriteLine(string line)
    {
        Clear();
        output.WriteLine(line);
        output.Flush();
    }

    /// <summary>Shows what goes on now; nothing where the output is a file or a pipe.</summary>
    public void SetStatus(string status)
    {
        if (isLive)
        {
            Clear();
            var width = Math.Max(20, Console.WindowWidth - 1);
            var shown = status.Length <= width ? status : status[..width];
            output.Write(shown);
            output.Flush();
            _statusLength = shown.Length;
        }
    }

    private void Clear()
    {
        if (_statusLength > 0)
        {
            output.Write($"\r{new string(' ', _statusLength)}\r");
            _statusLength = 0;
        }
    }
}
