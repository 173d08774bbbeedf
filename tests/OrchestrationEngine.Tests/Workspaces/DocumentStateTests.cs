using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Runs;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Tests.Workspaces;

/// <summary>The documents in the state of a run: folded, kept and read back.</summary>
public sealed class DocumentStateTests
{
    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void After_any_history_a_kept_state_is_the_folded_one_and_the_texts_are_those_of_a_plain_model()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "x")).Build() with
            {
                Workspace =
                [
                    new DocumentDefinition { Name = "last", Merge = DocumentMerge.LastWriter, Initial = "first" },
                    new DocumentDefinition { Name = "asked", Merge = DocumentMerge.Ask },
                    new DocumentDefinition { Name = "log", AppendOnly = true },
                ],
            };
            var graph = PlanGraph.Compile(plan);
            var first = new RecordedEvent(1, Created, new RunCreated { Plan = plan, Inputs = JsonData.Parse("{}") });
            var state = RunFold.Begin(new RunId("r"), first, graph, TimeSpan.Zero);
            var journal = new List<RecordedEvent> { first };
            var step = new RunStep(state);
            Do(new RunCommand.Start());
            for (var i = 0; i < 60; i++)
            {
                Do(RandomCommand(state, random, i));
                var kept = RunStateCodec.Decode(state.Id, first, graph, TimeSpan.Zero, RunStateCodec.Encode(state)!.Value, out var problem);
                Assert.Null(problem);
                StateText.RequireEqual(state, kept!, $"seed {seed}, command {i}");
            }

            var texts = new HistoryCheck().Require(journal, plan);
            Assert.All(state.Documents.All, document => Assert.Equal(texts[document.Name], document.Text));
            Assert.All(state.Documents.All, document => Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(texts[document.Name]), document.Bytes));

            void Do(RunCommand command)
            {
                step.Decide(command, Created);
                journal.AddRange(step.Recorded.Span);
                step.Clear();
            }
        }
    }

    [Fact]
    public void The_oldest_ids_are_forgotten_first()
    {
        var ids = new WriteIds(3);
        foreach (var id in new[] { "a", "b", "c", "d", "b" })
        {
            ids.Add(id, id[0]);
        }

        Assert.Equal([null, 'b', 'c', 'd'], new[] { "a", "b", "c", "d" }.Select(ids.Find));
        Assert.Equal(["b", "c", "d"], ids.All.Select(each => each.Key));
    }

    [Fact]
    public void A_task_that_gets_another_name_keeps_its_documents()
    {
        var documents = new RunDocuments();
        documents.Apply(new WorkspaceWritten { Document = "d", Version = 1, How = DocumentChange.Write, Text = "x", Size = 1, Author = new WorkspaceAuthor { Task = "a", Attempt = 1, Agent = "x" } }, 2, Created);
        documents.Rename(new PlanRenames { Tasks = new Dictionary<string, string> { ["a"] = "b" } });
        Assert.Equal("b", documents.Find("d")!.Writer);
    }

    [Fact]
    public void Texts_that_are_kept_in_the_state_are_bounded()
    {
        var documents = new RunDocuments();
        var text = new string('x', RunDocuments.MaxInlineBytes);
        for (var i = 0; i < 300; i++)
        {
            documents.Apply(new WorkspaceWritten { Document = $"d{i}", Version = 1, How = DocumentChange.Write, Text = text, Size = text.Length, Author = new WorkspaceAuthor() }, i + 1, Created);
        }

        Assert.Equal(RunDocuments.MaxKeptBytes, documents.KeptBytes);
        Assert.Equal(256, documents.All.Count(document => document.Text is not null));
        documents.Apply(new WorkspaceWritten { Document = "d0", Version = 2, How = DocumentChange.Append, Text = "y", Size = 1, Author = new WorkspaceAuthor() }, 301, Created);
        Assert.Null(documents.Find("d0")!.Text);
        Assert.Equal(RunDocuments.MaxKeptBytes - RunDocuments.MaxInlineBytes, documents.KeptBytes);
    }

    private static RunCommand RandomCommand(RunState state, Random random, int number)
    {
        var document = new[] { "last", "asked", "log", "free", "Free", "free/below" }[random.Next(6)];
        var author = new WriteAuthor { Person = "ann" };
        var id = random.Next(4) == 0 ? $"given {random.Next(5)}" : $"~{number}";
        if (random.Next(6) == 0 && state.Documents.Conflicts.Count > 0)
        {
            return new RunCommand.ResolveConflict(state.Documents.Conflicts[0].Id, (ConflictChoice)random.Next(3), random.Next(10), "ann", $"~{number}", 1000) { Text = $"settled {number}", Size = 8 + $"{number}".Length };
        }

        var text = RandomText.Make(random);
        var isAppend = document == "log" || random.Next(4) == 0;
        return new RunCommand.WriteDocument(document, isAppend ? DocumentChange.Append : DocumentChange.Write, isAppend ? null : Math.Max(0, (state.Documents.Find(document)?.Version ?? 0) - random.Next(3)), author, id, 1000)
        {
            Text = text,
            Size = text.Length,
        };
    }
}
