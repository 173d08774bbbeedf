using System.Collections.Concurrent;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Tests.Workspaces;

/// <summary>
/// What writers were told, kept outside of the process that may die; and the check that the journal has all of it, and explains every text: replayed by a
/// few lines of its own.
/// </summary>
internal sealed class HistoryCheck
{
    private readonly ConcurrentQueue<(string Document, string Wrote, long Seen, bool IsAppend, WriteResult Told)> _told = [];

    public int Accepted => _told.Count(each => each.Told.IsAccepted);

    public WriteResult Wrote(string document, string text, long seen, WriteResult result)
    {
        _told.Enqueue((document, text, seen, false, result));
        return result;
    }

    public WriteResult Appended(string document, string text, WriteResult result)
    {
        _told.Enqueue((document, text, -1, true, result));
        return result;
    }

    /// <summary>Requires that nothing that was accepted is lost.</summary>
    /// <returns>The texts at the end, by document.</returns>
    public Dictionary<string, string> Require(IEnumerable<RecordedEvent> journal, OrchestrationPlan plan)
    {
        var texts = new Dictionary<string, List<(string Text, WorkspaceWritten Fact)>>(StringComparer.Ordinal);
        var aside = new Dictionary<string, WorkspaceSetAside>(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fact in journal.Select(recorded => recorded.Event).OfType<WorkspaceEvent>())
        {
            Assert.True(fact.Id is null || ids.Add(fact.Document + fact.Id), $"The write {fact.Id} was made twice.");
            if (fact is WorkspaceSetAside conflict)
            {
                aside.Add(conflict.Conflict, conflict);
                continue;
            }

            var written = (WorkspaceWritten)fact;
            if (!texts.TryGetValue(written.Document, out var versions))
            {
                texts[written.Document] = versions = [("", null!)];
            }

            Assert.Equal(versions.Count, written.Version);
            RequireExplained(written, plan);
            versions.Add((written.How == DocumentChange.Append ? versions[^1].Text + written.Text : written.Text!, written));
        }

        foreach (var (document, wrote, seen, isAppend, told) in _told)
        {
            switch (told.Outcome)
            {
                case WriteOutcome.Written when isAppend:
                    Assert.Equal(wrote, texts[document][(int)told.Version].Fact.Text);
                    break;
                case WriteOutcome.Written:
                    // Under an id that was used before, a merge is told as the version that it made.
                    Assert.True(texts[document][(int)told.Version].Text == wrote || texts[document][(int)told.Version].Fact.How == DocumentChange.Merge);
                    break;
                case WriteOutcome.Merged:
                    Assert.Equal(texts[document][(int)told.Version].Text, told.Text);
                    var before = texts[document][(int)told.Version].Fact is { How: DocumentChange.Merge } ? told.Version - 1 : told.Version;
                    Assert.Contains(told.Text, new[] { TextMerge.Merge(texts[document][(int)seen].Text, wrote, texts[document][(int)before].Text, isJson: false), texts[document][(int)told.Version].Text });
                    break;
                case WriteOutcome.SetAside:
                    Assert.Equal(wrote, aside[told.Conflict!].Text);
                    break;
            }
        }

        return texts.ToDictionary(each => each.Key, each => each.Value[^1].Text, StringComparer.Ordinal);
    }

    // Whoever reads a version is told which text its author had before him.
    private static void RequireExplained(WorkspaceWritten written, OrchestrationPlan plan)
    {
        var policy = plan.Workspace.FirstOrDefault(document => document.Name == written.Document)?.Merge ?? DocumentMerge.Refuse;
        switch (written.How)
        {
            case DocumentChange.Write or DocumentChange.Append or DocumentChange.Initial:
                Assert.Null(written.Seen);
                break;
            case DocumentChange.Merge:
                Assert.Equal(DocumentMerge.ThreeWay, policy);
                Assert.True(written.Seen < written.Version - 1);
                break;
            case DocumentChange.Overwrite:
                Assert.Equal(DocumentMerge.LastWriter, policy);
                Assert.True(written.Seen < written.Version - 1);
                break;
        }
    }
}
