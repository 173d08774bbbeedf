using OrchestrationEngine.Sqlite.Native;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Gives sets of agents their keys. They are never changed or removed, so a key that is known stays right. Used by the writer.</summary>
internal sealed class AgentSets
{
    private readonly Database _database;
    private readonly Statement _find;
    private readonly Statement _add;
    private readonly Dictionary<string, long> _keys = new(StringComparer.Ordinal);

    public AgentSets(Database database)
    {
        _database = database;
        _find = database.Prepare("SELECT agent_set FROM agent_sets WHERE agents = ?1");
        _add = database.Prepare("INSERT INTO agent_sets (agents) VALUES (?1)");
    }

    /// <summary>The key of a set, which is kept if it is new.</summary>
    /// <param name="agents">The set, as <see cref="AgentList.Format"/> writes it.</param>
    public long KeyOf(string agents)
    {
        if (_keys.TryGetValue(agents, out var known))
        {
            return known;
        }

        return _keys[agents] = Find(agents) ?? Add(agents);
    }

    /// <summary>The transaction was undone, and with it sets that were new.</summary>
    public void Forget() => _keys.Clear();

    private long? Find(string agents)
    {
        _find.Bind(1, agents);
        if (!_find.Step())
        {
            return null;
        }

        var key = _find.Number(0);
        _find.Reset();
        return key;
    }

    private long Add(string agents)
    {
        _add.Bind(1, agents);
        _add.Run();
        return _database.LastInsertedKey;
    }
}
