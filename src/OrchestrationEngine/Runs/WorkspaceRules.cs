using System.Globalization;
using System.Text;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Decides what becomes of writes to the workspace: one after the other, each against the version that the one before it left.</summary>
internal static class WorkspaceRules
{
    /// <summary>What the documents of the plan have in them when the run starts.</summary>
    public static void Begin(RunState state, List<RunEvent> facts)
    {
        foreach (var document in state.Graph.Plan.Workspace)
        {
            if (document.Initial is { } text && state.Documents.Find(document.Name) is null)
            {
                facts.Add(new WorkspaceWritten
                {
                    Document = document.Name,
                    Version = 1,
                    How = DocumentChange.Initial,
                    Text = text,
                    Size = Encoding.UTF8.GetByteCount(text),
                    Author = new WorkspaceAuthor(),
                });
            }
        }
    }

    /// <summary>Decides a write.</summary>
    /// <returns>Why it is refused, in the form of <see cref="WriteRefusals"/>; or null.</returns>
    public static string? Decide(RunState state, RunCommand.WriteDocument write, List<RunEvent> facts)
    {
        if (state.Documents.MadeBy(write.Document, write.Id) is not null)
        {
            // It was made before; who asks finds what it made by its id.
            return null;
        }

        var (author, problem) = AuthorOf(state, write.Author);
        problem ??= WhyNot(state, write, author);
        if (problem is not null)
        {
            return problem;
        }

        var document = state.Documents.Find(write.Document);
        var current = document?.Version ?? 0;
        var how = write.How;
        if (write.Seen is { } seen && (write.Base ?? seen) != current)
        {
            var definition = DocumentRules.Find(state.Graph.Plan, write.Document);
            if (how != DocumentChange.Write || seen > current || definition is not { Merge: DocumentMerge.LastWriter or DocumentMerge.Ask or DocumentMerge.Escalate })
            {
                return WriteRefusals.OfConflict(string.Create(CultureInfo.InvariantCulture, $"Document '{write.Document}' is at version {current}; the write is made against version {write.Base ?? seen}."));
            }

            if (definition.Merge != DocumentMerge.LastWriter)
            {
                return SetAside(state, write, definition, author!, seen, current, facts);
            }

            how = DocumentChange.Overwrite;
        }

        facts.Add(new WorkspaceWritten
        {
            Document = write.Document,
            Version = current + 1,
            How = how,
            Seen = write.Seen is { } read && read != current ? read : null,
            Text = write.Text,
            Content = write.Content,
            Size = write.Size,
            Author = author!,
            Reason = write.Reason,
            Id = write.Id,
        });
        return null;
    }

    /// <summary>Decides what holds after a conflict.</summary>
    /// <returns>Why it is refused, in the form of <see cref="WriteRefusals"/>; or null.</returns>
    public static string? Decide(RunState state, RunCommand.ResolveConflict resolve, List<RunEvent> facts)
    {
        if (state.IsTerminal)
        {
            return Ended(state);
        }

        if (state.Documents.FindConflict(resolve.Conflict) is not { } conflict)
        {
            var open = string.Join(", ", state.Documents.Conflicts.Select(each => each.Id));
            return WriteRefusals.Of(WriteRefusal.NoConflict, $"Run '{state.Id}' has no open conflict '{resolve.Conflict}'. Open are: {(open.Length == 0 ? "none" : open)}.");
        }

        var author = new WorkspaceAuthor { Person = resolve.Person };
        var decided = new WorkspaceResolved { Document = conflict.Document, Conflict = conflict.Id, Choice = resolve.Choice, Author = author, Reason = resolve.Reason };
        if (resolve.Choice == ConflictChoice.Current)
        {
            facts.Add(decided);
            return null;
        }

        var current = state.Documents.Find(conflict.Document)?.Version ?? 0;
        if (resolve.Base != current)
        {
            return WriteRefusals.OfConflict(string.Create(CultureInfo.InvariantCulture, $"Document '{conflict.Document}' is at version {current} by now; the decision was made about version {resolve.Base}."));
        }

        if (resolve.Size > resolve.MaxBytes)
        {
            return TooLarge(conflict.Document, resolve.Size, resolve.MaxBytes);
        }

        facts.Add(decided);
        facts.Add(new WorkspaceWritten
        {
            Document = conflict.Document,
            Version = current + 1,
            How = DocumentChange.Resolve,
            Seen = resolve.Choice == ConflictChoice.SetAside && conflict.Seen != current ? conflict.Seen : null,
            Text = resolve.Text,
            Content = resolve.Content,
            Size = resolve.Size,
            Author = author,
            Reason = resolve.Reason,
            Id = resolve.Id,
            Conflict = conflict.Id,
        });
        return null;
    }

    private static (WorkspaceAuthor? Author, string? Problem) AuthorOf(RunState state, WriteAuthor author)
    {
        if (state.IsTerminal)
        {
            return (null, Ended(state));
        }

        if (author.Person is { } person)
        {
            return (new WorkspaceAuthor { Person = person }, null);
        }

        var task = author.TaskIn(state);
        return state.IsCurrent(task, author.Attempt)
            ? (new WorkspaceAuthor { Task = state.Definition(task).Id, Item = state.ItemOf(task), Attempt = author.Attempt, Agent = state.AgentOf(task) }, null)
            : (null, WriteRefusals.Of(WriteRefusal.AttemptEnded, $"The attempt is no longer the one that counts; what it writes is not taken."));
    }

    private static string? WhyNot(RunState state, RunCommand.WriteDocument write, WorkspaceAuthor? author)
    {
        var task = write.Author.TaskIn(state);
        if (author?.Task is not null && (DocumentRules.WhyNotWritten(state, task, write.Document) ?? DocumentRules.WhyNotDeclared(state, task, write.Document)) is { } notAllowed)
        {
            return notAllowed;
        }

        if (write.How != DocumentChange.Append && DocumentRules.Find(state.Graph.Plan, write.Document) is { AppendOnly: true })
        {
            return WriteRefusals.Of(WriteRefusal.AppendOnly, $"Document '{write.Document}' is a log: it is only added to. Append to it.");
        }

        var document = state.Documents.Find(write.Document);
        if (document is null && NoRoom(state, write.Document) is { } noRoom)
        {
            return noRoom;
        }

        var size = (write.How == DocumentChange.Append ? document?.Bytes ?? 0 : 0) + (long)write.Size;
        return size > write.MaxBytes ? TooLarge(write.Document, size, write.MaxBytes) : null;
    }

    private static string? NoRoom(RunState state, string name)
    {
        if (state.Documents.Rival(name) is { } rival)
        {
            return WriteRefusals.Of(WriteRefusal.BadName, $"A document '{name}' can't stand beside '{rival}' in a folder. Use that one, or a name that differs in more than the case of its letters.");
        }

        return state.Documents.All.Count < RunDocuments.MaxDocuments
            ? null
            : WriteRefusals.Of(WriteRefusal.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The workspace has {RunDocuments.MaxDocuments:N0} documents, which is the most that one run may have."));
    }

    private static string? SetAside(RunState state, RunCommand.WriteDocument write, DocumentDefinition definition, WorkspaceAuthor author, long seen, long current, List<RunEvent> facts)
    {
        if (state.Documents.Conflicts.Count >= RunDocuments.MaxConflicts)
        {
            return WriteRefusals.Of(WriteRefusal.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The workspace has {RunDocuments.MaxConflicts:N0} conflicts that nobody has settled; settle some first."));
        }

        facts.Add(new WorkspaceSetAside
        {
            Conflict = string.Create(CultureInfo.InvariantCulture, $"conflict-{state.Documents.ConflictCount + 1}"),
            Document = write.Document,
            Seen = seen,
            Current = current,
            Text = write.Text,
            Content = write.Content,
            Size = write.Size,
            Author = author,
            Reason = write.Reason,
            Id = write.Id,
            To = definition.Merge == DocumentMerge.Escalate ? definition.EscalateTo : null,
        });
        return null;
    }

    private static string Ended(RunState state)
        => WriteRefusals.Of(WriteRefusal.RunEnded, $"Run '{state.Id}' has ended as {state.Status}; its workspace is not written any more.");

    private static string TooLarge(string document, long size, int most)
        => WriteRefusals.Of(WriteRefusal.TooLarge, string.Create(CultureInfo.InvariantCulture, $"Document '{document}' would have {size:N0} bytes; at most {most:N0} are allowed (MaxDocumentBytes)."));
}
