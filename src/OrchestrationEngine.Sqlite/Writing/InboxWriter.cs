using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Messages to runs and their answers. Used by the writer, inside a transaction.</summary>
internal sealed class InboxWriter
{
    /// <summary>How long answers are kept.</summary>
    public static readonly TimeSpan AnswersAreKept = TimeSpan.FromHours(1);

    // Each a few microseconds; what is left goes with the next call.
    private const int MostDropped = 1_000;
    private readonly Database _database;
    private readonly Bell _bell;
    private readonly Statement _findRun;
    private readonly Statement _findLiveRun;
    private readonly Statement _post;
    private readonly Statement _freePurged;
    private readonly Statement _wake;
    private readonly Statement _mail;
    private readonly Statement _isOpen;
    private readonly Statement _answer;
    private readonly Statement _dropAnswers;

    public InboxWriter(Database database, Bell bell)
    {
        _database = database;
        _bell = bell;
        _findRun = database.Prepare("SELECT run_key FROM runs WHERE run_id = ?1");
        _findLiveRun = database.Prepare($"SELECT run_key FROM runs WHERE run_id = ?1 AND status NOT IN ({StoredStatus.TerminalList})");
        _post = database.Prepare("INSERT INTO inbox (message_id, run_key, kind, payload, posted_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (message_id) DO NOTHING");
        _freePurged = database.Prepare("DELETE FROM inbox WHERE message_id = ?1 AND run_key IN (SELECT run_key FROM purges)");
        _wake = database.Prepare("UPDATE runs SET due_at = min(COALESCE(due_at, ?2), ?2) WHERE run_key = ?1 AND node_key IS NULL");
        _mail = database.Prepare("SELECT 1 FROM inbox INDEXED BY inbox_open WHERE run_key = ?1 AND answered_at IS NULL LIMIT 1");
        _isOpen = database.Prepare("SELECT 1 FROM inbox WHERE message_id = ?1 AND run_key = ?2 AND answered_at IS NULL");
        _answer = database.Prepare("UPDATE inbox SET answered_at = ?2, refusal = ?3 WHERE message_id = ?1");
        _dropAnswers = database.Prepare("DELETE FROM inbox WHERE message_key IN (SELECT message_key FROM inbox INDEXED BY inbox_answered WHERE answered_at < ?1 LIMIT ?2)");
    }

    /// <summary>Keeps a message; nothing happens when it is kept already.</summary>
    /// <exception cref="RunNotFoundException">There is no such run; nothing was written.</exception>
    public void Post(InboxMessage message, long now)
    {
        Post(Find(_findRun, message.Run) ?? throw new RunNotFoundException(message.Run), message, now);
    }

    /// <summary>Keeps a message to a run that has not ended; one to any other is dropped.</summary>
    public void PostToLive(InboxMessage message, long now)
    {
        if (Find(_findLiveRun, message.Run) is { } run)
        {
            Post(run, message, now);
        }
    }

    /// <summary>Whether a run has messages without an answer.</summary>
    public bool HasMail(long run)
    {
        _mail.Bind(1, run);
        var has = _mail.Step();
        _mail.Reset();
        return has;
    }

    /// <summary>Finds an answer that can't be given: one to a message that has one, or is not of the run, or comes twice.</summary>
    /// <param name="run">The key of the run.</param>
    /// <param name="answers">The answers.</param>
    /// <returns>The message, or null when all can be given.</returns>
    public string? FindAnswered(long run, IReadOnlyList<InboxAnswer> answers)
    {
        for (var i = 0; i < answers.Count; i++)
        {
            var message = answers[i].MessageId;
            _isOpen.Bind(1, message);
            _isOpen.Bind(2, run);
            var isOpen = _isOpen.Step();
            _isOpen.Reset();
            if (!isOpen || answers.Take(i).Any(earlier => earlier.MessageId == message))
            {
                return message;
            }
        }

        return null;
    }

    public void Answer(IReadOnlyList<InboxAnswer> answers, long now)
    {
        foreach (var answer in answers)
        {
            _answer.Bind(1, answer.MessageId);
            _answer.Bind(2, now);
            _answer.Bind(3, answer.Refusal);
            _answer.Run();
        }

        _bell.Want();
    }

    /// <summary>Removes answers that nobody will ask for any more.</summary>
    public void DropOldAnswers(long now)
    {
        _dropAnswers.Bind(1, now - AnswersAreKept.Ticks);
        _dropAnswers.Bind(2, MostDropped);
        _dropAnswers.Run();
    }

    private static long? Find(Statement statement, RunId run)
    {
        statement.Bind(1, run.Value);
        long? key = statement.Step() ? statement.Number(0) : null;
        statement.Reset();
        return key;
    }

    private void Post(long run, InboxMessage message, long now)
    {
        _post.Bind(1, message.Id);
        _post.Bind(2, run);
        _post.Bind(3, message.Kind);
        _post.Bind(4, message.Payload.Utf8.Span);
        _post.Bind(5, now);
        _post.Run();
        if (_database.Changes == 0 && !TakeFromPurged(message.Id))
        {
            return;
        }

        _wake.Bind(1, run);
        _wake.Bind(2, now);
        _wake.Run();
        _bell.Want();
    }

    // A run that has vanished has no messages any more, though their rows wait to be removed: the id is free.
    private bool TakeFromPurged(string message)
    {
        _freePurged.Bind(1, message);
        _freePurged.Run();
        if (_database.Changes == 0)
        {
            return false;
        }

        _post.Run();
        return true;
    }
}
