using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>Which program a <see cref="ProcessAgent"/> starts, and how. It is copied when the agent is made; later changes have no effect.</summary>
public sealed class ProcessAgentOptions
{
    /// <summary>The environment variable in which the program finds the path for its result, where <see cref="Result"/> is <see cref="ProcessResult.ResultFile"/>.</summary>
    public const string ResultFileVariable = "ORCHESTRATION_RESULT_FILE";

    /// <summary>
    /// The program: a path, relative to the current directory of the application (not to <see cref="WorkingDirectory"/>),
    /// or a name without a directory, which is looked up in <c>PATH</c>. There is no shell in between.
    /// </summary>
    /// <value>There is no default; it must be set.</value>
    public string FileName { get; set; } = "";

    /// <summary>The arguments. Each reaches the program as it is: blanks, quotes, <c>$</c> and <c>;</c> mean nothing.</summary>
    /// <value>The default is none.</value>
    public IList<string> Arguments { get; set; } = [];

    /// <summary>The directory in which the program starts. It must exist when an attempt starts.</summary>
    /// <value>The default is null: the current directory of the application.</value>
    public string? WorkingDirectory { get; set; }

    /// <summary>
    /// The variables of the application's environment that the program gets, where they are set; it gets no others, so that the secrets
    /// of the application stay with it. Add the names that the program needs.
    /// </summary>
    /// <value>
    /// The default is <c>PATH</c>, <c>HOME</c>, <c>LANG</c>, <c>LC_ALL</c>, <c>TMPDIR</c>, <c>TEMP</c> and <c>TMP</c>,
    /// and those without which few programs run on Windows (<c>SystemRoot</c>, <c>ComSpec</c>, <c>PATHEXT</c>, <c>USERPROFILE</c> and the like).
    /// </value>
    public IList<string> InheritEnvironment { get; set; } =
    [
        "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP",
        "SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles",
    ];

    /// <summary>Variables that are set for the program, over those of <see cref="InheritEnvironment"/>. Their values are in no error and no log of the engine.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where the program leaves what it made.</summary>
    /// <value>The default is <see cref="ProcessResult.StdoutJson"/>.</value>
    public ProcessResult Result { get; set; }

    /// <summary>The exit codes that mean success. Any other fails the attempt as <see cref="FailureClass.Crashed"/>.</summary>
    /// <value>The default is 0 alone.</value>
    public IList<int> SuccessExitCodes { get; set; } = [0];

    /// <summary>The exit codes after which another attempt may succeed; null means all that are not in <see cref="SuccessExitCodes"/>.</summary>
    /// <value>The default is null.</value>
    public IList<int>? RetryableExitCodes { get; set; }

    /// <summary>
    /// How long the program may run, whatever the task's own timeout is; null means without limit. A program that takes longer is stopped
    /// with all that it started, and the attempt fails as <see cref="FailureClass.Timeout"/>.
    /// </summary>
    /// <value>The default is null.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>
    /// How many bytes the result may have, on stdout or in the file. A program that writes more is stopped, and the attempt fails as
    /// <see cref="FailureClass.InvalidOutput"/>. Does not count what is only logged.
    /// </summary>
    /// <value>The default is 4 MiB.</value>
    public int MaxOutputBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many bytes of the end of stderr are kept for the message of a failure, which goes into the journal. From 0 on.</summary>
    /// <value>The default is 64 KiB.</value>
    public int MaxErrorBytes { get; set; } = 64 * 1024;
}
