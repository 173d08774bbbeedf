using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Writing;

namespace OrchestrationEngine.Sqlite.Reading;

/// <summary>
/// Finds runs without a lease that are due. Runs lie in the index by their set of agents and their time, so the look-up costs a seek for each set that the
/// node has and for each run that it may get, however many others are due. Belongs to one connection; for reading and inside a transaction alike.
/// </summary>
internal sealed class DueRuns
{
    private readonly Statement _setsAfter;
    private readonly Statement _due;
    private readonly Statement _next;
    private readonly Statement _withMail;
    private readonly List<(long Key, IReadOnlyList<string> Agents)> _sets = [];

    public DueRuns(Database database)
    {
        _setsAfter = database.Prepare("SELECT agent_set, agents FROM agent_sets WHERE agent_set > ?1 ORDER BY agent_set");
        _due = database.Prepare("SELECT run_key, due_at FROM runs INDEXED BY runs_due WHERE agent_set = ?1 AND due_at IS NOT NULL AND due_at <= ?2 ORDER BY due_at, run_key LIMIT ?3");
        _next = database.Prepare("SELECT due_at FROM runs INDEXED BY runs_due WHERE agent_set = ?1 AND due_at IS NOT NULL AND due_at > ?2 ORDER BY due_at LIMIT 1");

        // Unanswered messages are few, and their runs may be anywhere among those that are due.
        _withMail = database.Prepare("SELECT DISTINCT r.run_key, r.due_at FROM inbox i INDEXED BY inbox_open CROSS JOIN runs r ON r.run_key = i.run_key WHERE i.answered_at IS NULL AND r.due_at IS NOT NULL AND r.due_at <= ?1 ORDER BY r.due_at, r.run_key LIMIT ?2");
    }

    /// <summary>Finds what a node may have.</summary>
    /// <param name="now">The store's time.</param>
    /// <param name="agents">The agents of the node; null for all runs.</param>
    /// <param name="max">How many at most.</param>
    public Found Find(long now, IReadOnlySet<string>? agents, int max)
    {
        ReadNewSets();
        var due = new List<(long DueAt, long Run)>();
        long? next = null;
        foreach (var (key, needed) in _sets)
        {
            if (agents is null || needed.All(agents.Contains))
            {
                Read(_due, due, key, now, max + 1L);
            }

            next = Earlier(next, Next(key, now));
        }

        if (agents is not null)
        {
            Read(_withMail, due, now, max + 1L);
        }

        var runs = due.Distinct().Order().Select(run => run.Run).ToList();
        return new Found([.. runs.Take(max)], runs.Count > max, next is { } ticks ? TimeSpan.FromTicks(ticks - now) : null);
    }

    /// <summary>The transaction in which sets were read was undone, and with it sets that were new.</summary>
    public void Forget() => _sets.Clear();

    private static long? Earlier(long? one, long? other) => one is null || other < one ? other ?? one : one;

    private static void Read(Statement statement, List<(long DueAt, long Run)> into, params ReadOnlySpan<long> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            statement.Bind(i + 1, arguments[i]);
        }

        while (statement.Step())
        {
            into.Add((statement.Number(1), statement.Number(0)));
        }
    }

    private long? Next(long set, long now)
    {
        _next.Bind(1, set);
        _next.Bind(2, now);
        if (!_next.Step())
        {
            return null;
        }

        var next = _next.Number(0);
        _next.Reset();
        return next;
    }

    private void ReadNewSets()
    {
        _setsAfter.Bind(1, _sets.Count == 0 ? 0 : _sets[^1].Key);
        while (_setsAfter.Step())
        {
            _sets.Add((_setsAfter.Number(0), AgentList.Parse(_setsAfter.Text(1))));
        }
    }

    /// <summary>What there is.</summary>
    /// <param name="Runs">The keys of the runs, those that are due for longest first.</param>
    /// <param name="MoreDue">Whether there are more that the node may have.</param>
    /// <param name="NextDue">How long until the next run is due that is not due yet.</param>
    internal sealed record Found(IReadOnlyList<long> Runs, bool MoreDue, TimeSpan? NextDue);
}
