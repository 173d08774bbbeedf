using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>
/// Keeps the folded state of runs, so that a long journal need not be read from its beginning. A cache: losing any or all of it changes nothing
/// but the time that loading takes. An ability that a store may have beside <see cref="IStateStore"/>.
/// </summary>
public interface ISnapshotStore
{
    /// <summary>Keeps the state of a run in place of an older one. Nothing happens when one of a higher version is kept, or when there is no such run.</summary>
    /// <param name="snapshot">The state. Its memory is the caller's again when the call has ended.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    ValueTask SaveSnapshotAsync(StateSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>Loads the state of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The latest state that was kept, or null. Its memory is the caller's: the store does not use it again.</returns>
    ValueTask<StateSnapshot?> LoadSnapshotAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Drops all states that are kept.</summary>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    ValueTask DeleteSnapshotsAsync(CancellationToken cancellationToken);
}

/// <summary>The folded state of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Version">The number of the last fact in it.</param>
/// <param name="Format">The version of its form; one that is not known is as good as none.</param>
/// <param name="Content">The state, in that form.</param>
public sealed record StateSnapshot(RunId Run, long Version, int Format, ReadOnlyMemory<byte> Content);
