namespace OrchestrationEngine.Sqlite;

/// <summary>What a commit waits for before it counts.</summary>
public enum SqliteSynchronous
{
    /// <summary>
    /// The commit is handed to the operating system. It survives a kill of the process, but the last commits may be lost
    /// with a power cut or a crash of the operating system; the file stays sound.
    /// </summary>
    Normal,

    /// <summary>The commit is on the disk. It survives a power cut.</summary>
    Full,

    /// <summary>As <see cref="Full"/>, and the folder is flushed too where SQLite creates or deletes files.</summary>
    Extra,
}
