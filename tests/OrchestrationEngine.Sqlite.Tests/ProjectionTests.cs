using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>What other programs see in the file while the engine runs: the attempts, and the views for people.</summary>
public sealed class ProjectionTests : IAsyncDisposable
{
    private const string Attempts = "SELECT group_concat(line, char(10)) FROM (SELECT task || '#' || attempt || ' ' || agent || ' ' || outcome || COALESCE(' ' || seconds, '') || COALESCE(' ' || error, '') AS line FROM attempts WHERE run_id = 'run')";
    private readonly TemporaryFolder _folder = new();
    private SqliteStateStore _store;

    public ProjectionTests() => _store = new SqliteStateStore(_folder.File());

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Attempts_follow_the_journal()
    {
        var run = await _store.CreateAsync("run");
        await _store.CreateAsync("other run");
        await _store.AppendAsync(
            Journal.Append(
                run,
                1,
                Started("a", 1),
                Started("b", 1),
                Started("c", 1),
                Started("d", 1),
                Started("é 🎉", 1)),
            Journal.Ct);
        RequireAttempts("a#1 agent running", "b#1 agent running", "c#1 agent running", "d#1 agent running", "é 🎉#1 agent running");

        await _store.AppendAsync(
            Journal.Append(
                run,
                6,
                new AttemptSucceeded { Task = "a", Attempt = 1 },
                new AttemptFailed { Task = "b", Attempt = 1, Failure = new Failure(FailureClass.Timeout, "too 'slow'") },
                new AttemptAbandoned { Task = "c", Attempt = 1, Reason = "killed" },
                new TaskCanceled { Task = "d", Reason = "stopped" },
                Started("b", 2)),
            Journal.Ct);
        RequireAttempts("a#1 agent succeeded 5.0", "b#1 agent failed 5.0 Timeout: too 'slow'", "c#1 agent abandoned 5.0 killed", "d#1 agent canceled 5.0 stopped", "é 🎉#1 agent running", "b#2 agent running");

        // What comes late, twice or for nobody changes nothing.
        await _store.AppendAsync(
            Journal.Append(
                run,
                11,
                new AttemptSucceeded { Task = "b", Attempt = 1 },
                new TaskCanceled { Task = "a", Reason = "again" },
                new TaskCanceled { Task = "nobody", Reason = "never started" },
                new AttemptIgnored { Task = "b", Attempt = 2, Reason = "late" },
                new AttemptSucceeded { Task = "b", Attempt = 2, Output = JsonData.String("done") }),
            Journal.Ct);
        RequireAttempts("a#1 agent succeeded 5.0", "b#1 agent failed 5.0 Timeout: too 'slow'", "c#1 agent abandoned 5.0 killed", "d#1 agent canceled 5.0 stopped", "é 🎉#1 agent running", "b#2 agent succeeded 5.0");
    }

    [Fact]
    public async Task An_attempt_that_was_open_when_the_store_was_closed_ends_in_the_next_life()
    {
        var run = await _store.CreateAsync("run");
        await _store.AppendAsync(Journal.Append(run, 1, Started("a", 1), Started("b", 1), new AttemptSucceeded { Task = "a", Attempt = 1 }), Journal.Ct);
        await _store.DisposeAsync();
        _store = new SqliteStateStore(_folder.File());
        await _store.AppendAsync(Journal.Append(run, 4, new AttemptAbandoned { Task = "b", Attempt = 1, Reason = "killed" }, Started("b", 2)), Journal.Ct);
        await _store.AppendAsync(Journal.Append(run, 6, new AttemptSucceeded { Task = "b", Attempt = 2 }), Journal.Ct);
        RequireAttempts("a#1 agent succeeded 2.0", "b#1 agent abandoned 2.0 killed", "b#2 agent succeeded 1.0");
    }

    [Fact]
    public async Task An_attempt_whose_end_could_not_be_stored_ends_when_it_can()
    {
        var run = await _store.CreateAsync("run");
        await _store.AppendAsync(Journal.Append(run, 1, Started("a", 1)), Journal.Ct);
        using (var shell = new Shell(_store.FilePath))
        {
            shell.Run("CREATE TRIGGER refuse BEFORE UPDATE ON step_attempts BEGIN SELECT RAISE(ABORT, 'not now'); END");
            var refusal = await Assert.ThrowsAsync<State.StateStoreException>(async () => await _store.AppendAsync(Journal.Append(run, 2, new AttemptSucceeded { Task = "a", Attempt = 1 }), Journal.Ct));
            Assert.Contains("not now", refusal.Message, StringComparison.Ordinal);
            shell.Run("DROP TRIGGER refuse");
        }

        RequireAttempts("a#1 agent running");
        await _store.AppendAsync(Journal.Append(run, 2, new AttemptSucceeded { Task = "a", Attempt = 1 }), Journal.Ct);
        RequireAttempts("a#1 agent succeeded 1.0");
        Assert.Equal(3, (await _store.ReadAsync(run)).Count);
    }

    [Fact]
    public async Task An_attempt_is_written_with_its_facts_or_not_at_all()
    {
        var run = await _store.CreateAsync("run");
        await Assert.ThrowsAsync<State.ConcurrentAppendException>(async () => await _store.AppendAsync(Journal.Append(run, 5, Started("a", 1)), Journal.Ct));
        using var shell = new Shell(_store.FilePath);
        Assert.Equal(0, shell.Number("SELECT count(*) FROM step_attempts"));
    }

    [Fact]
    public async Task People_read_runs_and_journals_as_text()
    {
        var run = await _store.CreateAsync("run");
        await _store.AppendAsync(Journal.Append(run, 1, Started("a", 1)), Journal.Ct);
        using var shell = new Shell(_store.FilePath);
        Assert.Equal("run|plan|1|running|2|2026-03-04T05:06:08.1234567Z|2026-03-04T05:06:09.1234567Z", shell.Text("SELECT run_id || '|' || plan_id || '|' || plan_version || '|' || status || '|' || version || '|' || created || '|' || updated FROM run_list"));
        Assert.Equal("2|2026-03-04T05:06:09.1234567Z|attempt.started|1|{\"task\":\"a\",\"attempt\":1,\"agent\":\"agent\"}", shell.Text("SELECT sequence || '|' || time || '|' || type || '|' || schema_version || '|' || payload FROM journal WHERE run_id = 'run' AND sequence = 2"));
        Assert.Equal("text", shell.Text("SELECT typeof(payload) FROM run_events LIMIT 1"));
        Assert.Equal("2026-03-04T05:06:09.1234567Z", shell.Text("SELECT started FROM attempts"));
    }

    [Theory]
    [InlineData("SELECT * FROM journal WHERE run_id = 'run'")]
    [InlineData("SELECT * FROM attempts WHERE run_id = 'run'")]
    public async Task What_people_ask_about_one_run_does_not_read_the_others(string query)
    {
        await _store.CreateAsync("run");
        using var shell = new Shell(_store.FilePath);
        Assert.DoesNotContain("SCAN", shell.Explain(query), StringComparison.Ordinal);
    }

    private static AttemptStarted Started(string task, int attempt) => new() { Task = task, Attempt = attempt, Agent = "agent" };

    private void RequireAttempts(params string[] expected)
    {
        using var shell = new Shell(_store.FilePath);
        Assert.Equal(expected, shell.Text(Attempts)?.Split('\n'));
    }
}
