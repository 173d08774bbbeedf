using System.Reflection;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Testing.Xunit;

/// <summary>One fact of every kind, with the texts that stores get wrong.</summary>
internal static class EventSamples
{
    public const string Text = "“quotes” \" ' \\ / <b> & \t\r\n \u0001 \u2028 naïve 漢字 עברית 🎉👩‍🚀 %s {0} ;-- DROP";

    public static OrchestrationPlan Plan { get; } = new PlanBuilder("plän-🎉")
        .Version("1.0-β")
        .Name(Text)
        .Phase("one", phase => phase.Task("a", "agent").Task("b", "agent", task => task.After("a")))
        .Build();

    private static ContractViolation Violation => new() { Contract = Text, Rule = "schema/type", Location = "/a~1b/0", Message = Text, Expected = Text, Found = Text };

    public static IReadOnlyList<RunEvent> All { get; } =
    [
        new RunCreated { Plan = Plan, Inputs = JsonData.Parse("{\"text\":\"🎉\",\"spaced\" : [ 1 , 2.50 , 1e400 ]}"), BusinessKey = Text },
        new RunCreated { Plan = Plan, Inputs = JsonData.Parse("{}"), Priority = -3, Parent = new RunParent { Run = new RunId("rün 🎉"), Task = Text, Item = 7, Attempt = 3, Depth = 2 } },
        new RunCreated { Plan = Plan, Inputs = JsonData.Parse("{}"), StartAt = Text, PhaseModes = new Dictionary<string, PhaseMode> { [Text] = PhaseMode.Smart } },
        new RunStarted(),
        new RunStarted { StartAt = Text, Reason = Text },
        new RunPaused { Reason = Text },
        new RunResumed { Reason = "" },
        new RunStopping { Outcome = RunStatus.Canceled, Reason = Text },
        new RunCompleted { Status = RunStatus.Failed, Reason = Text },
        new RunCompleted { Status = RunStatus.Succeeded, Output = JsonData.Parse("{\"text\" : \"🎉\"}") },
        new RunQuarantined { Reason = Text },
        new RunRestarted { Phase = "one", Task = "a", Reason = Text },
        new PhaseStarted { Phase = Text },
        new PhaseSkipped { Phase = "@plan", Reason = Text },
        new PhaseStopping { Phase = "-1", Reason = Text },
        new PhaseRepeated { Phase = "one", Generation = 3 },
        new PhaseCompleted { Phase = "9a" },
        new PhaseFailed { Phase = "one", Reason = Text },
        new PhaseCanceled { Phase = "one", Reason = Text },
        new PhaseReopened { Phase = "one", Generation = int.MaxValue, Tasks = ["a", Text] },
        new TaskSucceeded { Task = Text, Output = JsonData.Parse("{\"text\":\"🎉\"}"), Branch = Text, Signal = Text, Again = true },
        new TaskSucceeded { Task = "a" },
        new TaskHeld { Task = "a", Reason = Text },
        new TaskWaiting
        {
            Task = "a",
            Item = 7,
            Dues = new Dictionary<string, DateTimeOffset> { [Text] = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_999) },
            Signals = new Dictionary<string, string> { [""] = Text, ["naïve"] = "go" },
        },
        new TaskStopping { Task = "a", Item = 7, Reason = Text },
        new TaskSkipped { Task = Text, Reason = Text },
        new TaskFailed { Task = "a", Failure = new Failure(FailureClass.Timeout, Text) },
        new TaskExpanded { Task = Text, Items = JsonData.Parse("[ \"🎉\", 1.10, {\"deep\":" + Nested(50) + "} ]"), Sealed = true },
        new TaskExpanded { Task = "a", Sources = ["b", Text] },
        new TaskItemsAdded { Task = "a", Items = JsonData.Parse("[ null ]"), Id = Text, Sealed = true },
        new TaskItemsAdded { Task = "a", Sources = ["b"] },
        new TaskSealed { Task = Text },
        new TaskCompleting { Task = "a", Reason = Text, Failure = new Failure(FailureClass.Timeout, Text) },
        new TaskFailed { Task = "a", Item = int.MaxValue, Failure = new Failure(FailureClass.Timeout, Text) },
        new AttemptStarted { Task = "a", Item = 0, Attempt = 1, Agent = Text },
        new AttemptSucceeded { Task = "a", Item = 1, Attempt = 1, Output = JsonData.Parse("[1]") },
        new TaskQuarantined { Task = "a", Failure = new Failure(FailureClass.Crashed, Text) },
        new TaskCanceled { Task = "a", Reason = Text, Forced = true },
        new TaskRetryScheduled { Task = "a", Due = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_999) },
        new AttemptStarted { Task = Text, Attempt = 1, Agent = Text, Reason = Text },
        new AttemptStarted { Task = "a", Item = 7, Attempt = 2, Agent = "plan:p", Child = new RunId("rün 🎉/a[7]#2") },
        new AttemptStopping { Task = "a", Attempt = 1 },
        new AttemptSucceeded { Task = Text, Attempt = 1, Output = JsonData.Parse("{ \"escaped\":\"\\ud83c\\udf89 \\ud800 \\u0000\", \"plain\":\"🎉\", \"number\":1.10, \"deep\":" + Nested(50) + " }") },
        new AttemptSucceeded { Task = "a", Attempt = 2, Output = JsonData.Null },
        new AttemptSucceeded { Task = "a", Attempt = 2, Opened = [new ArtifactSource { Kind = "artifact", Name = Text, Version = 2, Digest = ContentDigest.Of([1]) }] },
        new AttemptSucceeded { Task = "a", Attempt = 2, ReusedFrom = new ReusedResult { Run = new RunId("other"), Task = Text, Item = 3, Attempt = 4 } },
        new AttemptSucceeded { Task = "a", Attempt = 2, Output = JsonData.Parse("[2]"), Again = true },
        new AttemptFailed { Task = "a", Attempt = 2, Failure = new Failure(FailureClass.RateLimited, Text) },
        new AttemptSucceeded { Task = "a", Attempt = 3, Output = JsonData.Parse("[1]"), Probe = ProbeFinding.Happened },
        new AttemptFailed { Task = "a", Attempt = 3, Failure = new Failure(FailureClass.Timeout, Text), Probe = ProbeFinding.Unknown, GivenUp = true },
        new AttemptAbandoned { Task = "a", Attempt = 3, Reason = Text },
        new AttemptAbandoned { Task = "a", Attempt = 4, Reason = Text, Blameless = true },
        new AttemptIgnored { Task = "a", Attempt = 4, Reason = Text },
        new ArtifactRegistered
        {
            Task = "a",
            Attempt = 4,
            Artifact = new ArtifactReference { Digest = ContentDigest.Of("x"u8), Name = Text, MediaType = "text/plain", Size = long.MaxValue, Moved = true },
            Version = 7,
            Agent = Text,
            Model = Text,
            Sources = [new ArtifactSource { Kind = "document", Name = Text, Version = 3, Digest = ContentDigest.Of("y"u8) }],
            Quarantined = true,
        },
        new HandoffValidated { Task = "a", Attempt = 4, Contract = Text, Handoff = Text, To = "b", Score = 0.25, Transforms = [Text], Output = JsonData.String(Text), Violations = [Violation] },
        new HandoffRejected { Task = "a", Attempt = 4, Contract = Text, To = "b", Violations = [Violation] },
        new HandoffAsked { Task = "a", Item = 2, Attempt = 4, Handoffs = [Text], Violations = [Violation], Output = JsonData.Parse("{\"text\":\"🎉\"}"), Patch = PlanPatch.Of(PlanChange.SkipTask("b", Text)), PatchReason = Text },
        new HandoffDecided { Task = "a", Item = 2, Attempt = 4, Choice = HandoffChoice.Retry, By = Text, Reason = Text },
        new PlanPatched
        {
            Patch = PlanPatch.Of(
                PlanChange.AddTask("one", new TaskDefinition { Id = Text, Agent = "agent", Inputs = [new TaskInput { Name = "text", Value = JsonData.String("${🎉}") }] }, after: "a"),
                PlanChange.SkipTask("b", Text)),
            Author = Text,
            Reason = Text,
        },
        new PlanPatchRefused
        {
            Patch = PlanPatch.Of(PlanChange.RewirePhase("one", [])),
            Author = "task a",
            Reason = Text,
            Problems = [new PlanProblem { Pointer = "/changes/0/rewirePhase", Message = Text, Name = Text, Nearest = "two" }],
        },
        new PlanMoved
        {
            Plan = Plan,
            Renames = new PlanRenames { Tasks = new Dictionary<string, string> { [Text] = "b" }, Phases = new Dictionary<string, string> { ["1"] = "one" } },
            Author = Text,
            Reason = Text,
        },
        new WorkspaceWritten { Document = "spec.md", Version = long.MaxValue, How = DocumentChange.Merge, Seen = 3, Text = Text, Size = 7, Author = new WorkspaceAuthor { Task = Text, Item = 3, Attempt = 2, Agent = Text }, Reason = Text, Id = Text, Conflict = Text },
        new WorkspaceWritten { Document = "a/b.json", Version = 1, How = DocumentChange.Initial, Content = ContentDigest.Of("z"u8), Size = int.MaxValue, Author = new WorkspaceAuthor() },
        new WorkspaceSetAside { Document = Text, Conflict = "conflict-1", Seen = 0, Current = 2, Text = Text, Size = 7, Author = new WorkspaceAuthor { Person = Text }, To = Text },
        new WorkspaceResolved { Document = Text, Conflict = "conflict-1", Choice = ConflictChoice.Text, Author = new WorkspaceAuthor { Person = Text }, Reason = Text },
        new SignalReceived { Id = Text, Name = Text, Payload = JsonData.Parse("{\"text\":\"🎉\"}") },
    ];

    /// <summary>The kinds of which there is no sample: the suite must grow with the facts.</summary>
    public static IEnumerable<Type> Missing => typeof(RunEvent).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(RunEvent)) && !type.IsAbstract)
        .Except(All.Select(sample => sample.GetType()));

    private static string Nested(int depth) => new string('[', depth) + "\"bottom\"" + new string(']', depth);
}
