using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>How a workspace reaches its run: from within an attempt, or from outside. Safe to use from many threads.</summary>
internal interface IWorkspaceHost
{
    RunId Run { get; }

    /// <summary>Who reads and writes.</summary>
    WriteAuthor Author { get; }

    /// <summary>Who that is, in words.</summary>
    string AuthorName { get; }

    /// <summary>The task, where an attempt asks; otherwise null.</summary>
    string? TaskId => null;

    int? TaskItem => null;

    string? AgentName => null;

    TimeProvider Time { get; }

    /// <summary>Where large texts are kept; null where there is no such place.</summary>
    IArtifactStore? Artifacts { get; }

    /// <summary>How large a document may be.</summary>
    int MaxBytes { get; }

    /// <summary>An id for a write that no other write of the run has.</summary>
    string NextId();

    /// <summary>A version was read.</summary>
    void WasRead(string document, long version)
    {
    }

    /// <summary>Reads something from the run's state.</summary>
    Task<T> AskAsync<T>(Func<RunState, T> read, CancellationToken cancellationToken);

    /// <summary>Has a command carried out, and reads something from the state after it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="read">Is given why the command was refused, or null.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<T> TellAsync<T>(RunCommand command, Func<RunState, string?, T> read, CancellationToken cancellationToken);

    /// <summary>Reads the run's journal.</summary>
    IAsyncEnumerable<RecordedEvent> ReadAsync(long after, CancellationToken cancellationToken);

    /// <summary>Reads the run's journal, and then each fact as it is stored.</summary>
    IAsyncEnumerable<RecordedEvent> WatchAsync(long after, CancellationToken cancellationToken);

    /// <summary>Checks a text against the contract of its document.</summary>
    /// <returns>Everything that is wrong with it.</returns>
    ValueTask<IReadOnlyList<ContractViolation>> CheckAsync(OrchestrationPlan plan, DocumentDefinition document, string text, CancellationToken cancellationToken);
}
