using OrchestrationEngine.Sqlite.Artifacts;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Schema;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>The connection that writes, with its statements by topic. Used by one thread at a time, inside one transaction at a time.</summary>
internal sealed class StoreWriter : IDisposable
{
    private readonly WriteTransaction _transaction;
    private readonly TimeProvider _time;

    public StoreWriter(Database database, string file, SqliteStateStoreOptions options)
    {
        _time = options.TimeProvider;
        Database = database;
        _transaction = new WriteTransaction(database, options.BusyTimeout);
        Bell = new Bell(database);
        AgentSets = new AgentSets(database);
        Nodes = new NodeWriter(database, Bell);
        Inbox = new InboxWriter(database, Bell);
        Leases = new LeaseWriter(database, Nodes, Inbox, Bell);
        Journal = new JournalWriter(this, file);
        Snapshots = new SnapshotWriter(database);
        Retention = new RetentionWriter(database);
        Contents = new ContentWriter(database);
        Links = new LinkWriter(database);
        Memos = new MemoWriter(database);
    }

    public Database Database { get; }

    /// <summary>The store's time.</summary>
    public long Now => StoredTime.From(_time.GetUtcNow());

    public Bell Bell { get; }

    public AgentSets AgentSets { get; }

    public NodeWriter Nodes { get; }

    public InboxWriter Inbox { get; }

    public LeaseWriter Leases { get; }

    public JournalWriter Journal { get; }

    public SnapshotWriter Snapshots { get; }

    public RetentionWriter Retention { get; }

    public ContentWriter Contents { get; }

    public LinkWriter Links { get; }

    public MemoWriter Memos { get; }

    public void Begin()
    {
        Journal.Begin();
        Bell.Begin();
        _transaction.Begin();
    }

    /// <summary>Commits.</summary>
    /// <returns>Whether others should look at what there is.</returns>
    public bool Commit()
    {
        var rings = Bell.Write();
        _transaction.Commit();
        return rings;
    }

    /// <summary>Undoes the transaction, if SQLite has not done so itself, and forgets what was learned in it.</summary>
    public void Rollback()
    {
        Journal.Forget();
        AgentSets.Forget();
        Leases.Forget();
        Bell.Forget();
        _transaction.Rollback();
    }

    public void Dispose() => Database.Dispose();
}
