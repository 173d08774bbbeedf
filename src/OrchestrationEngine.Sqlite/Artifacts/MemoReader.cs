using System.Text.Json;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Schema;

namespace OrchestrationEngine.Sqlite.Artifacts;

/// <summary>Reads remembered results. Part of a connection that reads.</summary>
internal sealed class MemoReader(Database database)
{
    private readonly Statement _find = database.Prepare("SELECT run_id, task, item, attempt, agent, output, artifacts, made_at FROM memos WHERE memo_key = ?1");

    public MemoEntry? Find(string key)
    {
        _find.Bind(1, key);
        if (!_find.Step())
        {
            return null;
        }

        using var artifacts = JsonDocument.Parse(_find.Text(6));
        var entry = new MemoEntry
        {
            Run = new RunId(_find.Text(0)),
            Task = _find.Text(1),
            Item = (int?)_find.NumberOrNull(2),
            Attempt = (int)_find.Number(3),
            Agent = _find.Text(4),
            Output = JsonData.Parse(_find.Utf8(5).ToArray()),
            Artifacts = [.. artifacts.RootElement.EnumerateArray().Select(static element => ArtifactReference.Of(element)!)],
            At = StoredTime.To(_find.Number(7)),
        };
        _find.Reset();
        return entry;
    }
}
