namespace OrchestrationEngine.Agents;

/// <summary>Where a program leaves what it made.</summary>
public enum ProcessResult
{
    /// <summary>All of stdout is one JSON value.</summary>
    StdoutJson,

    /// <summary>
    /// All of stdout is a text, handed over as a JSON string without the line ends at its end. Bytes that are not UTF-8 become U+FFFD.
    /// </summary>
    StdoutText,

    /// <summary>
    /// The program writes one JSON value to the file whose path is in the environment variable <c>ORCHESTRATION_RESULT_FILE</c>.
    /// Its stdout is only logged.
    /// </summary>
    ResultFile,

    /// <summary>It hands over nothing but that it succeeded: the output is JSON <c>null</c>. Its stdout is only logged.</summary>
    None,
}
