using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What somebody wants of a run: a caller, an agent's attempt, or the clock. Time, ids and random numbers come in as values.</summary>
internal abstract record RunCommand
{
    private RunCommand()
    {
    }

    public sealed record Start : RunCommand;

    /// <summary>The process that ran the run's attempts is gone, or has let go of the run: their outcome is unknown.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Blameless">Whether it is known that no attempt ended the process: it was stopped in good order, or goes on.</param>
    public sealed record Recover(string Reason, bool Blameless = false) : RunCommand;

    /// <summary>Time has passed: see what is due.</summary>
    public sealed record Tick : RunCommand
    {
        public static readonly Tick Instance = new();
    }

    public sealed record ReportSuccess(int Task, int Attempt, JsonData Output) : RunCommand
    {
        /// <summary>What is to be stored with the outcome, before it: artifacts, verdicts. Dropped with an outcome that does not count.</summary>
        public IReadOnlyList<AttemptEvent> Records { get; init; } = [];

        /// <summary>What was found about the attempts before, where the agent was asked.</summary>
        public ProbeFinding? Probe { get; init; }

        /// <summary>The form of the plan by which the task has its number; null for the one that the state has.</summary>
        public PlanEdition? Edition { get; init; }

        /// <summary>What the agent would have changed of the plan, or null. Decided when the success is.</summary>
        public Patch? Proposal { get; init; }

        /// <summary>What the attempt opened.</summary>
        public IReadOnlyList<ArtifactSource> Opened { get; init; } = [];

        /// <summary>Whose result it is, where it was taken over; otherwise null.</summary>
        public ReusedResult? ReusedFrom { get; init; }
    }

    /// <param name="Task">The task's number in the plan's graph.</param>
    /// <param name="Attempt">The attempt that ended.</param>
    /// <param name="Failure">Why.</param>
    /// <param name="Retryable">Whether the agent says that another attempt may succeed.</param>
    /// <param name="RetryAfter">How long to wait at least.</param>
    /// <param name="Random">A number from [0, 1) for the jitter.</param>
    public sealed record ReportFailure(int Task, int Attempt, Failure Failure, bool Retryable, TimeSpan? RetryAfter, double Random) : RunCommand
    {
        /// <summary>What is to be stored with the outcome, before it: artifacts, verdicts. Dropped with an outcome that does not count.</summary>
        public IReadOnlyList<AttemptEvent> Records { get; init; } = [];

        /// <summary>What was found about the attempts before, where the agent was asked.</summary>
        public ProbeFinding? Probe { get; init; }

        /// <summary>The form of the plan by which the task has its number; null for the one that the state has.</summary>
        public PlanEdition? Edition { get; init; }
    }

    /// <summary>The attempt is over, and a person is asked about what it hands over.</summary>
    /// <param name="Task">The task's number in the plan's graph.</param>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="Question">What is asked.</param>
    public sealed record ReportQuestion(int Task, int Attempt, HandoffAsked Question) : RunCommand
    {
        /// <summary>What is to be stored with the question, before it.</summary>
        public IReadOnlyList<AttemptEvent> Records { get; init; } = [];

        /// <summary>The form of the plan by which the task has its number; null for the one that the state has.</summary>
        public PlanEdition? Edition { get; init; }
    }

    /// <summary>A person has decided about a handoff in which something is missing.</summary>
    /// <param name="Task">The task's id.</param>
    /// <param name="Item">The item of it, or null.</param>
    /// <param name="Decision">The decision.</param>
    public sealed record DecideHandoff(string Task, int? Item, HandoffDecision Decision) : RunCommand;

    /// <summary>A run that does an attempt is there: what was said before that has not reached it.</summary>
    public sealed record ChildCreated(int Task, int Attempt) : RunCommand
    {
        /// <summary>The edition of the plan that the task's number is of; null for the one that holds.</summary>
        public PlanEdition? Edition { get; init; }
    }

    /// <summary>A run that does an attempt has ended.</summary>
    /// <param name="Task">The task.</param>
    /// <param name="Item">The item of it, or null.</param>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="Child">The run.</param>
    /// <param name="Status">How it ended.</param>
    /// <param name="Output">What it gives.</param>
    /// <param name="Reason">Why it ended so, or null.</param>
    public sealed record ChildEnded(string Task, int? Item, int Attempt, RunId Child, RunStatus Status, JsonData Output, string? Reason) : RunCommand
    {
        /// <summary>A number from [0, 1) for the jitter; it does not come with the message.</summary>
        public double Random { get; init; }
    }

    public sealed record Pause(string Reason) : RunCommand;

    public sealed record Resume(string Reason) : RunCommand;

    public sealed record Cancel(string Reason) : RunCommand;

    public sealed record Quarantine(string Reason) : RunCommand;

    public sealed record CancelTasks(TaskSelection Selection, string Reason) : RunCommand;

    /// <summary>A signal from outside.</summary>
    /// <param name="Id">The sender's own id for it; one that was received before is passed over.</param>
    /// <param name="Name">What it is called.</param>
    /// <param name="Payload">What it brings.</param>
    public sealed record Signal(string Id, string Name, JsonData Payload) : RunCommand;

    /// <summary>Changes of the run's plan.</summary>
    /// <param name="Changes">The changes.</param>
    /// <param name="Author">Who wants them.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Patch(PlanPatch Changes, string Author, string Reason) : RunCommand;

    /// <summary>More items for a task whose list is open.</summary>
    /// <param name="Task">The task's id.</param>
    /// <param name="Items">The items, as a JSON list.</param>
    /// <param name="Id">The caller's own id for the addition, by which it is made once; null for none.</param>
    public sealed record AddItems(string Task, JsonData Items, string? Id) : RunCommand;

    /// <summary>There will be no more items.</summary>
    public sealed record Seal(string Task) : RunCommand;

    /// <summary>A task has enough of its items: what is there is kept, the rest is canceled.</summary>
    public sealed record CompleteItems(string Task, string Reason) : RunCommand;

    /// <summary>The run is to go on by another version of its plan.</summary>
    /// <param name="Plan">The version.</param>
    /// <param name="Renames">What phases and tasks are called there, where they are called otherwise.</param>
    /// <param name="Author">Who wants it.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Move(OrchestrationPlan Plan, PlanRenames Renames, string Author, string Reason) : RunCommand;

    public sealed record Restart(RestartPoint Point, string Reason) : RunCommand;

    /// <summary>Another version of a document.</summary>
    /// <param name="Document">The document.</param>
    /// <param name="How">A write, an append, or a merge that was made against <see cref="WriteDocument.Base"/>.</param>
    /// <param name="Seen">The version that the author had seen; null for an append that stands after any.</param>
    /// <param name="Author">Who writes.</param>
    /// <param name="Id">The id of the write; one that was made before is passed over.</param>
    /// <param name="MaxBytes">How large the document may become.</param>
    public sealed record WriteDocument(string Document, DocumentChange How, long? Seen, WriteAuthor Author, string Id, int MaxBytes) : RunCommand
    {
        /// <summary>The version that must be the current one, where it is not the one that the author had seen.</summary>
        public long? Base { get; init; }

        /// <summary>The text, where it is small.</summary>
        public string? Text { get; init; }

        /// <summary>Where the text is, where it is not.</summary>
        public ContentDigest Content { get; init; }

        /// <summary>The size of the text in bytes.</summary>
        public int Size { get; init; }

        public string? Reason { get; init; }
    }

    /// <summary>What holds after a conflict in the workspace.</summary>
    /// <param name="Conflict">The conflict.</param>
    /// <param name="Choice">What holds.</param>
    /// <param name="Base">The version that was the current one when it was decided.</param>
    /// <param name="Person">Who decided.</param>
    /// <param name="Id">The id of the write that it makes.</param>
    /// <param name="MaxBytes">How large the document may become.</param>
    public sealed record ResolveConflict(string Conflict, ConflictChoice Choice, long Base, string Person, string Id, int MaxBytes) : RunCommand
    {
        /// <summary>The text, where it is small.</summary>
        public string? Text { get; init; }

        /// <summary>Where the text is, where it is not.</summary>
        public ContentDigest Content { get; init; }

        /// <summary>The size of the text in bytes.</summary>
        public int Size { get; init; }

        public string? Reason { get; init; }
    }
}

/// <summary>Who writes into the workspace: a person, or an attempt.</summary>
internal sealed record WriteAuthor
{
    public string? Person { get; init; }

    /// <summary>The task's number, where it is an attempt.</summary>
    public int Task { get; init; } = -1;

    public int Attempt { get; init; }

    /// <summary>The form of the plan by which the task has its number.</summary>
    public PlanEdition? Edition { get; init; }

    /// <summary>The number that the task has now; -1 when it has none.</summary>
    public int TaskIn(RunState state) => Edition is null ? Task : state.Editions.Resolve(Edition, Task);
}
