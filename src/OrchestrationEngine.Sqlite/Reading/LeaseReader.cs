using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Nodes;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.Sqlite.Writing;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Reading;

/// <summary>Reads who is entered, what is due, and messages. Part of a connection that reads.</summary>
internal sealed class LeaseReader
{
    private readonly DueRuns _due;
    private readonly Statement _nodes;
    private readonly Statement _summaries;
    private readonly Statement _hasOldAnswers;
    private readonly Statement _mail;
    private readonly Statement _answer;

    public LeaseReader(Database database)
    {
        _due = new DueRuns(database);
        _nodes = database.Prepare("SELECT node_key, name, lock_file, expires_at FROM nodes");
        _summaries = database.Prepare("SELECT node_key, name, joined_at, renewed_at, expires_at, (SELECT count(*) FROM runs r INDEXED BY runs_by_node WHERE r.node_key = n.node_key AND r.node_key IS NOT NULL), max_runs, attempts, max_attempts, is_draining FROM nodes n");
        _hasOldAnswers = database.Prepare("SELECT 1 FROM inbox INDEXED BY inbox_answered WHERE answered_at < ?1 LIMIT 1");
        _mail = database.Prepare("SELECT i.message_id, r.run_id, i.kind, i.payload FROM inbox i INDEXED BY inbox_open CROSS JOIN runs r ON r.run_key = i.run_key JOIN nodes n ON n.node_key = r.node_key WHERE i.answered_at IS NULL AND r.node_key = ?1 AND n.name = ?2 ORDER BY i.message_key LIMIT ?3");
        _answer = database.Prepare("SELECT i.refusal FROM inbox i JOIN runs r ON r.run_key = i.run_key WHERE i.message_id = ?1 AND i.answered_at IS NOT NULL");
    }

    /// <summary>Looks whether there is anything for a node to acquire, or anybody to put out.</summary>
    public Outlook Look(Stay node, long now, IReadOnlySet<string>? agents, int maxRuns)
    {
        var isEntered = false;
        var others = new List<Other>();
        while (_nodes.Step())
        {
            var stay = new Stay(_nodes.Text(1), _nodes.Number(0));
            if (stay == node)
            {
                isEntered = true;
            }
            else
            {
                others.Add(new Other(stay.Key, _nodes.Text(2), _nodes.Number(3)));
            }
        }

        _hasOldAnswers.Bind(1, now - InboxWriter.AnswersAreKept.Ticks);
        var hasOldAnswers = _hasOldAnswers.Step();
        _hasOldAnswers.Reset();
        return new Outlook(isEntered, others, hasOldAnswers, _due.Find(now, agents, maxRuns));
    }

    public IReadOnlyList<NodeSummary> ListNodes()
    {
        var nodes = new List<NodeSummary>();
        while (_summaries.Step())
        {
            var stay = new Stay(_summaries.Text(1), _summaries.Number(0));
            nodes.Add(new NodeSummary
            {
                Id = stay.ToId(),
                Name = stay.Name,
                JoinedAt = StoredTime.To(_summaries.Number(2)),
                RenewedAt = StoredTime.To(_summaries.Number(3)),
                ExpiresAt = StoredTime.To(_summaries.Number(4)),
                Runs = (int)_summaries.Number(5),
                MaxRuns = (int)_summaries.Number(6),
                Attempts = (int)_summaries.Number(7),
                MaxAttempts = (int)_summaries.Number(8),
                IsDraining = _summaries.Number(9) != 0,
            });
        }

        nodes.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        return nodes;
    }

    public IReadOnlyList<InboxMessage> ReadMail(Stay node, int max)
    {
        _mail.Bind(1, node.Key);
        _mail.Bind(2, node.Name);
        _mail.Bind(3, max);
        var mail = new List<InboxMessage>();
        try
        {
            while (_mail.Step())
            {
                mail.Add(new InboxMessage
                {
                    Id = _mail.Text(0),
                    Run = new RunId(_mail.Text(1)),
                    Kind = _mail.Text(2),
                    Payload = JsonData.Parse(_mail.Utf8(3).ToArray()),
                });
            }

            return mail;
        }
        finally
        {
            _mail.Reset();
        }
    }

    public InboxAnswer? FindAnswer(string messageId)
    {
        _answer.Bind(1, messageId);
        if (!_answer.Step())
        {
            return null;
        }

        var answer = new InboxAnswer(messageId, _answer.TextOrNull(0));
        _answer.Reset();
        return answer;
    }

    /// <summary>What a node has before it.</summary>
    /// <param name="IsEntered">Whether the node is entered.</param>
    /// <param name="Others">The other nodes.</param>
    /// <param name="HasOldAnswers">Whether there are answers to be removed.</param>
    /// <param name="Due">The runs that it may have.</param>
    internal sealed record Outlook(bool IsEntered, IReadOnlyList<Other> Others, bool HasOldAnswers, DueRuns.Found Due);

    /// <summary>Another node.</summary>
    internal readonly record struct Other(long Node, string LockFile, long ExpiresAt);
}
