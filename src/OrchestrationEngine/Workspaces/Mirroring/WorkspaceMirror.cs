using System.Threading.Channels;

namespace OrchestrationEngine.Workspaces;

/// <summary>
/// Keeps a folder and a run's workspace the same, for tools that only know files: each version of a document is put into its file in one step, and what is
/// changed in a file becomes a version, as a write of somebody who saw the version that was in the file before. Where that can't be (another version is
/// current and the document's policy refuses, the contract is broken, somebody else writes it), the file's text is kept beside as <c>NAME.conflict-1</c>
/// and so on, and the file gets the document's text.
/// </summary>
/// <remarks>
/// One mirror per folder, one folder per run; the folder is locked while it is mirrored. Names that begin with a dot are the mirror's own, and links are
/// not followed. Files of documents that were deleted are made again. A tool that puts another file in the place of one in the very moment in which the
/// mirror does so (between two calls of the file system) loses its file; one that writes into the file does not, unless it has the file open for longer
/// than until the pass after the next. Each pass reads all files.
/// </remarks>
public sealed class WorkspaceMirror : IAsyncDisposable
{
    private readonly IWorkspace _workspace;
    private readonly WorkspaceMirrorOptions _options;
    private readonly MirrorFolder _folder;
    private readonly MirrorPass _pass;
    private readonly FileStream _lock;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private FileSystemWatcher? _watcher;
    private int _disposed;

    private WorkspaceMirror(IWorkspace workspace, WorkspaceMirrorOptions options, MirrorFolder folder, MirrorState state, FileStream locked)
    {
        (_workspace, _options, _folder, _lock) = (workspace, options, folder, locked);
        _pass = new MirrorPass(workspace, folder, state, options, Report);
        Completion = Task.CompletedTask;
    }

    /// <summary>
    /// Ends when the run has, after a last pass, and when the mirror is stopped; fails when the workspace can't be reached any more. At once where it only
    /// does what it is told (<see cref="WorkspaceMirrorOptions.IsContinuous"/>).
    /// </summary>
    public Task Completion { get; private set; }

    /// <summary>Makes both sides the same, and keeps them so until it is disposed of or the run ends.</summary>
    /// <param name="workspace">The workspace; what comes from files is written as its author.</param>
    /// <param name="folder">The folder; it is made where there is none.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="WorkspaceException">The folder is the mirror of another run.</exception>
    /// <exception cref="IOException">The folder can't be used, or is being mirrored.</exception>
    public static async Task<WorkspaceMirror> StartAsync(IWorkspace workspace, string folder, WorkspaceMirrorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new WorkspaceMirrorOptions();
        var files = new MirrorFolder(folder, options);
        files.Create();
        var locked = new FileStream(Path.Combine(files.Root, ".mirror.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        WorkspaceMirror? mirror = null;
        try
        {
            var state = await MirrorState.LoadAsync(files.Root, workspace.Run, cancellationToken).ConfigureAwait(false);
            await files.RecoverAsync((name, digest) => state.Find(name)?.Has(digest) == true, cancellationToken).ConfigureAwait(false);
            mirror = new WorkspaceMirror(workspace, options, files, state, locked);
            if (options.IsContinuous)
            {
                mirror.Listen();
            }

            await mirror.SyncAsync(cancellationToken).ConfigureAwait(false);
            mirror.Completion = options.IsContinuous ? mirror.RunAsync() : Task.CompletedTask;
            return mirror;
        }
        catch
        {
            mirror?._watcher?.Dispose();
            await locked.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Compares both sides now, and makes them the same. Files are taken as they are: call it when nobody is in the middle of writing one.</summary>
    /// <param name="cancellationToken">Ends the pass; what was done is.</param>
    public Task SyncAsync(CancellationToken cancellationToken = default) => PassAsync(settles: false, cancellationToken);

    /// <summary>Stops mirroring. What was changed in files since the last pass is not taken; call <see cref="SyncAsync"/> before, where it should be.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watcher?.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _one.Dispose();
    }

    private async Task PassAsync(bool settles, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _pass.RunAsync(settles, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task RunAsync()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var watching = WatchAsync(ended.Token);
        try
        {
            while (!watching.IsCompleted)
            {
                await WaitAsync(watching, ended.Token).ConfigureAwait(false);
                await PassSafelyAsync(settles: true, ended.Token).ConfigureAwait(false);
            }

            await watching.ConfigureAwait(false);
            await PassSafelyAsync(settles: false, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It is stopped.
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Something happened, or it is time to look without that; what was just changed is looked at again soon.
    private async Task WaitAsync(Task watching, CancellationToken cancellationToken)
    {
        using var waited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var time = Task.Delay(_pass.HasUnsettled ? _options.SettleTime : _options.ScanInterval, _options.TimeProvider, waited.Token);
        var change = _changes.Reader.ReadAsync(waited.Token).AsTask();
        await Task.WhenAny(time, change, watching).ConfigureAwait(false);
        await waited.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(time, change).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    // A disk that is full or a folder that is gone for a while is no reason to end.
    private async Task PassSafelyAsync(bool settles, CancellationToken cancellationToken)
    {
        try
        {
            await PassAsync(settles, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Artifacts.UnsafePathException)
        {
            Report($"The folder '{_folder.Root}' could not be mirrored for now: {e.Message}");
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in _workspace.WatchAsync(0, cancellationToken).ConfigureAwait(false))
        {
            _changes.Writer.TryWrite(true);
        }
    }

    private void Listen()
    {
        try
        {
            _watcher = new FileSystemWatcher(_folder.Root) { IncludeSubdirectories = true };
            _watcher.Changed += (_, change) => Changed(change);
            _watcher.Created += (_, change) => Changed(change);
            _watcher.Deleted += (_, change) => Changed(change);
            _watcher.Renamed += (_, change) => Changed(change);
            _watcher.Error += (_, _) => _changes.Writer.TryWrite(true);
            _watcher.EnableRaisingEvents = true;
        }
        catch (IOException e)
        {
            Report($"Changes below '{_folder.Root}' are seen only every {_options.ScanInterval}: {e.Message}");
        }
    }

    private void Changed(FileSystemEventArgs change)
    {
        if (change.Name is { } name && !MirrorFolder.IsReserved(name.Replace(Path.DirectorySeparatorChar, '/')))
        {
            _changes.Writer.TryWrite(true);
        }
    }

    private void Report(string problem) => _options.OnProblem?.Invoke(problem);
}

/// <summary>How a folder is kept the same as a workspace.</summary>
public sealed record WorkspaceMirrorOptions
{
    /// <summary>Whether both sides are kept the same all the time; otherwise only at the start and with each <see cref="WorkspaceMirror.SyncAsync"/>. The default is true.</summary>
    public bool IsContinuous { get; init; } = true;

    /// <summary>How often all files are looked at, where nothing tells of a change. The default is 5 seconds.</summary>
    public TimeSpan ScanInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a changed file must have been the same before it is taken: it may be half written. The default is a quarter of a second.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many files may be in the folder; the rest is left alone. The default is 10,000.</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>How large a file may be, in bytes; a larger one is left alone. The default is 4 MiB.</summary>
    public int MaxFileBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The clock. The default is the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Is told what could not be mirrored, and why; perhaps several times. Null for nobody. It must not throw.</summary>
    public Action<string>? OnProblem { get; init; }
}
