using System.Runtime.InteropServices;
using System.Text;

namespace OrchestrationEngine.Runs;

/// <summary>The documents of a run's workspace as they stand: the fold of its facts about them. For the run's loop alone.</summary>
internal sealed class RunDocuments
{
    /// <summary>The largest text that a fact brings itself, in bytes; a larger one is kept beside the journal.</summary>
    public const int MaxInlineBytes = 16 * 1024;

    /// <summary>The most that is kept of texts in the state of one run, in bytes; what is beyond is read from the journal when it is asked for.</summary>
    public const int MaxKeptBytes = 4 * 1024 * 1024;

    /// <summary>How many documents a run may have.</summary>
    public const int MaxDocuments = 10_000;

    /// <summary>How many conflicts of a run may be open at the same time.</summary>
    public const int MaxConflicts = 1_000;

    private readonly List<RunDocument> _all = [];
    private readonly Dictionary<string, RunDocument> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<RunConflict> _conflicts = [];

    /// <summary>The documents, in the order in which they came to be.</summary>
    public IReadOnlyList<RunDocument> All => _all;

    /// <summary>The conflicts that nobody has settled yet, the oldest first.</summary>
    public IReadOnlyList<RunConflict> Conflicts => _conflicts;

    /// <summary>How many conflicts there have been.</summary>
    public int ConflictCount { get; private set; }

    /// <summary>How many bytes of texts are kept here.</summary>
    public int KeptBytes { get; private set; }

    /// <summary>The ids of writes that callers gave.</summary>
    public WriteIds Given { get; } = new(10_000);

    /// <summary>The ids of writes that the engine gave, for as long as somebody may wait for the answer.</summary>
    public WriteIds Made { get; } = new(1_000);

    public RunDocument? Find(string name) => _byName.TryGetValue(name, out var found) && found.Name == name ? found : null;

    /// <summary>The document whose name can't stand beside this one, in a folder too: the same in other letters, or one that would be its folder.</summary>
    public string? Rival(string name)
    {
        if (_byName.TryGetValue(name, out var found))
        {
            return found.Name == name ? null : found.Name;
        }

        return _all.Find(other => IsBelow(name, other.Name) || IsBelow(other.Name, name))?.Name;
    }

    public RunConflict? FindConflict(string id) => _conflicts.Find(conflict => conflict.Id == id);

    /// <summary>What a write of this id made: the number of the version, or of the conflict as a negative number; null where it is not known (any more).</summary>
    public long? MadeBy(string document, string id) => IdsFor(id).Find(Key(document, id));

    /// <summary>Applies the next fact about the workspace.</summary>
    public void Apply(RunEvent fact, long sequence, DateTimeOffset at)
    {
        switch (fact)
        {
            case WorkspaceWritten written:
                Apply(written, sequence);
                break;
            case WorkspaceSetAside aside:
                Apply(aside, sequence, at);
                break;
            case WorkspaceResolved resolved:
                Apply(resolved);
                break;
            default:
                throw new NotSupportedException($"RunDocuments does not know '{fact.GetType().Name}'.");
        }
    }

    /// <summary>The plan calls tasks otherwise from now on.</summary>
    public void Rename(PlanRenames renames)
    {
        foreach (var document in _all)
        {
            document.Writer = document.Writer is { } writer ? renames.Task(writer) : null;
        }
    }

    /// <summary>Takes what was kept of the state.</summary>
    public void Restore(IEnumerable<RunDocument> documents, IEnumerable<RunConflict> conflicts, int conflictCount)
    {
        foreach (var document in documents)
        {
            Add(document);
            KeptBytes += document.Text is { } text ? Encoding.UTF8.GetByteCount(text) : 0;
        }

        _conflicts.AddRange(conflicts);
        ConflictCount = conflictCount;
    }

    private void Apply(WorkspaceWritten fact, long sequence)
    {
        if (!_byName.TryGetValue(fact.Document, out var document))
        {
            document = new RunDocument(fact.Document);
            Add(document);
        }

        if (document.Name != fact.Document || fact.Version != document.Version + 1)
        {
            throw new InvalidOperationException($"Document '{document.Name}' is at version {document.Version}; version {fact.Version} of '{fact.Document}' can't follow.");
        }

        var isAppend = fact.How == DocumentChange.Append;
        document.Places.Add((sequence << 1) | (isAppend && document.Version > 0 ? 1L : 0L));
        Keep(document, isAppend ? Joined(document, fact) : fact.Text);
        document.Content = isAppend && document.Bytes > 0 ? default : fact.Content;
        document.Bytes = isAppend ? document.Bytes + fact.Size : fact.Size;
        document.Writer ??= fact.Author.Task;
        Remember(fact.Document, fact.Id, fact.Version);
    }

    private void Apply(WorkspaceSetAside fact, long sequence, DateTimeOffset at)
    {
        ConflictCount++;
        _conflicts.Add(new RunConflict(fact.Conflict, fact.Document, fact.Seen, sequence, fact.Author.ToString(), fact.To, at));
        Remember(fact.Document, fact.Id, -ConflictCount);
    }

    private void Apply(WorkspaceResolved fact)
    {
        if (_conflicts.RemoveAll(conflict => conflict.Id == fact.Conflict) == 0)
        {
            throw new InvalidOperationException($"There is no open conflict '{fact.Conflict}'.");
        }
    }

    private static bool IsBelow(string name, string folder)
        => name.Length > folder.Length && name[folder.Length] == '/' && name.StartsWith(folder, StringComparison.OrdinalIgnoreCase);

    private static string Key(string document, string id) => $"{document}\n{id}";

    private static string? Joined(RunDocument document, WorkspaceWritten fact)
        => document.Bytes == 0 ? fact.Text
            : document.Text is { } text && fact.Text is { } more && document.Bytes + fact.Size <= MaxInlineBytes ? text + more
            : null;

    private WriteIds IdsFor(string id) => id.StartsWith(WriteIds.MadeByEngine) ? Made : Given;

    private void Remember(string document, string? id, long made)
    {
        if (id is not null)
        {
            IdsFor(id).Add(Key(document, id), made);
        }
    }

    private void Add(RunDocument document)
    {
        _byName.Add(document.Name, document);
        _all.Add(document);
    }

    private void Keep(RunDocument document, string? text)
    {
        KeptBytes -= document.Text is { } before ? Encoding.UTF8.GetByteCount(before) : 0;
        var bytes = text is null ? 0 : Encoding.UTF8.GetByteCount(text);
        document.Text = bytes <= MaxInlineBytes && KeptBytes + bytes <= MaxKeptBytes ? text : null;
        KeptBytes += document.Text is null ? 0 : bytes;
    }
}

/// <summary>One document as it stands.</summary>
internal sealed class RunDocument(string name)
{
    public string Name => name;

    public long Version => Places.Count;

    /// <summary>How large it is, in bytes of UTF-8.</summary>
    public int Bytes { get; set; }

    /// <summary>The text, where it is small; otherwise null.</summary>
    public string? Text { get; set; }

    /// <summary>Where the text is beside the journal; none where it is in the journal, perhaps in pieces.</summary>
    public ContentDigest Content { get; set; }

    /// <summary>The task that wrote it first, which is its only writer where the plan names none; null where no task wrote it.</summary>
    public string? Writer { get; set; }

    /// <summary>The facts of its versions: the number of each, twice, and one more where it only added something.</summary>
    public List<long> Places { get; } = [];

    public long FactOf(long version) => Places[(int)version - 1] >> 1;

    /// <summary>The version from which on the pieces of a version are to be put together.</summary>
    public long FirstPieceOf(long version)
    {
        while ((Places[(int)version - 1] & 1) == 1)
        {
            version--;
        }

        return version;
    }
}

/// <summary>A write that waits for a person.</summary>
/// <param name="Id">The conflict.</param>
/// <param name="Document">The document.</param>
/// <param name="Seen">The version that the author had seen.</param>
/// <param name="Sequence">The number of the fact that has the text.</param>
/// <param name="Author">Who wrote, in words.</param>
/// <param name="To">Who is told, or null.</param>
/// <param name="At">Since when.</param>
internal sealed record RunConflict(string Id, string Document, long Seen, long Sequence, string Author, string? To, DateTimeOffset At);

/// <summary>The latest ids of writes, with what the writes made; the oldest are forgotten first.</summary>
internal sealed class WriteIds(int most)
{
    /// <summary>What ids begin with that no caller gave.</summary>
    public const char MadeByEngine = '~';

    private readonly Dictionary<string, long> _made = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>The ids, the oldest first.</summary>
    public IEnumerable<KeyValuePair<string, long>> All => _order.Select(id => KeyValuePair.Create(id, _made[id]));

    public int Count => _order.Count;

    public long? Find(string id) => _made.TryGetValue(id, out var made) ? made : null;

    public void Add(string id, long made)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_made, id, out var exists);
        entry = made;
        if (exists)
        {
            return;
        }

        _order.Enqueue(id);
        if (_order.Count > most)
        {
            _made.Remove(_order.Dequeue());
        }
    }
}
