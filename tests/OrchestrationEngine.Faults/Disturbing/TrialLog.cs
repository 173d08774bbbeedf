using System.Diagnostics;

namespace OrchestrationEngine.Faults.Disturbing;

/// <summary>What happened in a trial, as a line each: on the console, and in a file of the trial's folder.</summary>
internal sealed class TrialLog : IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private readonly StreamWriter _file;
    private readonly List<string> _violations = [];

    public TrialLog(string folder)
    {
        Folder = folder;
        _file = new StreamWriter(Path.Combine(folder, "events.log")) { AutoFlush = true };
    }

    public string Folder { get; }

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>What must not have happened.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_gate)
            {
                return [.. _violations];
            }
        }
    }

    /// <summary>Notes what happened where people see it.</summary>
    public void Say(string line) => Write(line, console: true);

    /// <summary>Notes what happened, for who looks for the cause of something.</summary>
    public void Note(string line) => Write(line, console: false);

    /// <summary>Writes a row of a table as it is.</summary>
    public void Row(string row)
    {
        lock (_gate)
        {
            _file.WriteLine(row);
            Console.WriteLine(row);
        }
    }

    /// <summary>Notes what must not have happened: the trial has failed.</summary>
    public void Violation(string line)
    {
        lock (_gate)
        {
            _violations.Add(line);
        }

        Write("WRONG: " + line, console: true);
    }

    public void Dispose() => _file.Dispose();

    private void Write(string line, bool console)
    {
        var text = FormattableString.Invariant($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {_clock.Elapsed.TotalSeconds,7:0.00} s  {line}");
        lock (_gate)
        {
            _file.WriteLine(text);
            if (console)
            {
                Console.WriteLine(text);
            }
        }
    }
}
