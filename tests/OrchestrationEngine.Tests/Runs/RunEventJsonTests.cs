using System.Buffers;
using System.Text;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

public sealed class RunEventJsonTests
{
    // Journals with these texts exist. A line that has to change is a stored format that breaks: add a shape with a higher version instead.
    private static readonly (RunEvent Fact, string Type, string Json)[] Stored =
    [
        (new RunCreated
        {
            Plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "echo")).Build(),
            Inputs = JsonData.Parse("{\"x\":1}"),
            BusinessKey = "key",
        }, "run.created", """{"businessKey":"key","inputs":{"x":1},"plan":PLAN}"""),
        (new RunCreated
        {
            Plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "echo")).Build(),
            Inputs = JsonData.Parse("{}"),
            Parent = new RunParent { Run = new RunId("r"), Task = "a", Item = 3, Attempt = 2, Depth = 1 },
        }, "run.created", """{"parent":{"run":"r","task":"a","item":3,"attempt":2,"depth":1},"inputs":{},"plan":PLAN}"""),
        (new RunCreated
        {
            Plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "echo")).Build(),
            Inputs = JsonData.Parse("{}"),
            Priority = -3,
        }, "run.created", """{"priority":-3,"inputs":{},"plan":PLAN}"""),
        (new RunCreated
        {
            Plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "echo")).Build(),
            Inputs = JsonData.Parse("{}"),
            StartAt = "one",
            PhaseModes = new Dictionary<string, PhaseMode> { ["one"] = PhaseMode.OneAtATime },
        }, "run.created", """{"startAt":"one","phaseModes":{"one":"OneAtATime"},"inputs":{},"plan":PLAN}"""),
        (new RunStarted(), "run.started", "{}"),
        (new RunStarted { StartAt = "one", Reason = "why" }, "run.started", """{"startAt":"one","reason":"why"}"""),
        (new RunPaused { Reason = "“why” 🎉" }, "run.paused", """{"reason":"“why” \uD83C\uDF89"}"""),
        (new RunResumed { Reason = "why" }, "run.resumed", """{"reason":"why"}"""),
        (new RunStopping { Outcome = RunStatus.Canceled, Reason = "why" }, "run.stopping", """{"outcome":"Canceled","reason":"why"}"""),
        (new RunCompleted { Status = RunStatus.Succeeded }, "run.completed", """{"status":"Succeeded"}"""),
        (new RunCompleted { Status = RunStatus.Failed, Reason = "why" }, "run.completed", """{"status":"Failed","reason":"why"}"""),
        (new RunCompleted { Status = RunStatus.Succeeded, Output = JsonData.Parse("{ \"x\" : 2.0 }") }, "run.completed", """{"status":"Succeeded","output":{ "x" : 2.0 }}"""),
        (new RunQuarantined { Reason = "why" }, "run.quarantined", """{"reason":"why"}"""),
        (new RunRestarted { Phase = "one", Reason = "why" }, "run.restarted", """{"phase":"one","reason":"why"}"""),
        (new RunRestarted { Task = "a", Reason = "why" }, "run.restarted", """{"task":"a","reason":"why"}"""),
        (new PhaseStarted { Phase = "one" }, "phase.started", """{"phase":"one"}"""),
        (new PhaseSkipped { Phase = "one", Reason = "why" }, "phase.skipped", """{"phase":"one","reason":"why"}"""),
        (new PhaseStopping { Phase = "one", Reason = "why" }, "phase.stopping", """{"phase":"one","reason":"why"}"""),
        (new PhaseRepeated { Phase = "one", Generation = 2 }, "phase.repeated", """{"phase":"one","generation":2}"""),
        (new PhaseCompleted { Phase = "one" }, "phase.completed", """{"phase":"one"}"""),
        (new PhaseFailed { Phase = "one", Reason = "why" }, "phase.failed", """{"phase":"one","reason":"why"}"""),
        (new PhaseCanceled { Phase = "one", Reason = "why" }, "phase.canceled", """{"phase":"one","reason":"why"}"""),
        (new PhaseReopened { Phase = "one", Generation = 2 }, "phase.reopened", """{"phase":"one","generation":2}"""),
        (new PhaseReopened { Phase = "one", Generation = 3, Tasks = ["a", "b"] }, "phase.reopened", """{"phase":"one","generation":3,"tasks":["a","b"]}"""),
        (new TaskSucceeded { Task = "a" }, "task.succeeded", """{"task":"a"}"""),
        (new TaskSucceeded { Task = "a", Item = 3, Output = JsonData.Parse("[1]"), Branch = "late", Signal = "7", Again = true }, "task.succeeded", """{"task":"a","item":3,"output":[1],"branch":"late","signal":"7","again":true}"""),
        (new TaskHeld { Task = "a", Reason = "why" }, "task.held", """{"task":"a","reason":"why"}"""),
        (new TaskWaiting
        {
            Task = "a",
            Dues = new Dictionary<string, DateTimeOffset> { ["late"] = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) },
            Signals = new Dictionary<string, string> { ["yes"] = "Approved" },
        }, "task.waiting", """{"task":"a","dues":{"late":"2026-01-02T03:04:05+00:00"},"signals":{"yes":"Approved"}}"""),
        (new TaskWaiting { Task = "a", Item = 2, Signals = new Dictionary<string, string> { [""] = "go" } }, "task.waiting", """{"task":"a","item":2,"signals":{"":"go"}}"""),
        (new TaskStopping { Task = "a", Reason = "why" }, "task.stopping", """{"task":"a","reason":"why"}"""),
        (new TaskSkipped { Task = "a", Reason = "why" }, "task.skipped", """{"task":"a","reason":"why"}"""),
        (new TaskFailed { Task = "a", Failure = new Failure(FailureClass.Timeout, "why") }, "task.failed", """{"task":"a","failure":{"class":"Timeout","message":"why"}}"""),
        (new TaskFailed { Task = "a", Item = 3, Failure = new Failure(FailureClass.Timeout, "why") }, "task.failed", """{"task":"a","item":3,"failure":{"class":"Timeout","message":"why"}}"""),
        (new AttemptStarted { Task = "a", Item = 0, Attempt = 1, Agent = "echo" }, "attempt.started", """{"task":"a","item":0,"attempt":1,"agent":"echo"}"""),
        (new AttemptSucceeded { Task = "a", Item = 99_999, Attempt = 1, Output = JsonData.Parse("1") }, "attempt.succeeded", """{"task":"a","item":99999,"attempt":1,"output":1}"""),
        (new TaskExpanded { Task = "a", Items = JsonData.Parse("[1, \"⚙\"]"), Sealed = true }, "task.expanded", """{"task":"a","items":[1, "⚙"],"sealed":true}"""),
        (new TaskExpanded { Task = "a", Sources = ["b"] }, "task.expanded", """{"task":"a","sources":["b"],"sealed":false}"""),
        (new TaskItemsAdded { Task = "a", Items = JsonData.Parse("[{}]"), Id = "1" }, "task.items_added", """{"task":"a","items":[{}],"id":"1"}"""),
        (new TaskItemsAdded { Task = "a", Sources = ["b", "c"], Sealed = true }, "task.items_added", """{"task":"a","sources":["b","c"],"sealed":true}"""),
        (new TaskSealed { Task = "a" }, "task.sealed", """{"task":"a"}"""),
        (new TaskCompleting { Task = "a", Reason = "why" }, "task.completing", """{"task":"a","reason":"why"}"""),
        (new TaskCompleting { Task = "a", Reason = "why", Failure = new Failure(FailureClass.Timeout, "why") }, "task.completing", """{"task":"a","reason":"why","failure":{"class":"Timeout","message":"why"}}"""),
        (new TaskQuarantined { Task = "a", Failure = new Failure(FailureClass.Crashed, "why") }, "task.quarantined", """{"task":"a","failure":{"class":"Crashed","message":"why"}}"""),
        (new TaskCanceled { Task = "a", Reason = "why", Forced = true }, "task.canceled", """{"task":"a","reason":"why","forced":true}"""),
        (new TaskRetryScheduled { Task = "a", Due = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(6_000_007) }, "task.retry_scheduled", """{"task":"a","due":"2026-01-02T03:04:05.6000007+00:00"}"""),
        (new AttemptStarted { Task = "a", Attempt = 1, Agent = "echo" }, "attempt.started", """{"task":"a","attempt":1,"agent":"echo"}"""),
        (new AttemptStarted { Task = "a", Attempt = 2, Agent = "echo", Reason = "why" }, "attempt.started", """{"task":"a","attempt":2,"agent":"echo","reason":"why"}"""),
        (new AttemptStarted { Task = "a", Attempt = 1, Agent = "plan:p", Child = new RunId("r/a#1") }, "attempt.started", """{"task":"a","attempt":1,"agent":"plan:p","child":"r/a#1"}"""),
        (new AttemptStopping { Task = "a", Attempt = 1 }, "attempt.stopping", """{"task":"a","attempt":1}"""),
        (new AttemptSucceeded { Task = "a", Attempt = 1, Output = JsonData.Parse("{ \"x\" : [1, 2.0] }") }, "attempt.succeeded", """{"task":"a","attempt":1,"output":{ "x" : [1, 2.0] }}"""),
        (new AttemptSucceeded { Task = "a", Attempt = 1, Output = JsonData.Parse("7"), Again = true }, "attempt.succeeded", """{"task":"a","attempt":1,"output":7,"again":true}"""),
        (new AttemptSucceeded { Task = "a", Attempt = 1 }, "attempt.succeeded", """{"task":"a","attempt":1,"output":null}"""),
        (new AttemptSucceeded { Task = "a", Attempt = 1, Opened = [new ArtifactSource { Kind = "artifact", Name = "a.md", Digest = ContentDigest.Of("x"u8) }, new ArtifactSource { Kind = "document", Name = "d.md", Version = 3 }] }, "attempt.succeeded", """{"task":"a","attempt":1,"output":null,"opened":[{"kind":"artifact","name":"a.md","digest":"sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},{"kind":"document","name":"d.md","version":3}]}"""),
        (new AttemptSucceeded { Task = "a", Attempt = 1, ReusedFrom = new ReusedResult { Run = new RunId("r"), Task = "b", Item = 2, Attempt = 3 } }, "attempt.succeeded", """{"task":"a","attempt":1,"output":null,"reusedFrom":{"run":"r","task":"b","item":2,"attempt":3}}"""),
        (new AttemptFailed { Task = "a", Attempt = 1, Failure = new Failure(FailureClass.Unknown, "why") }, "attempt.failed", """{"task":"a","attempt":1,"failure":{"class":"Unknown","message":"why"}}"""),
        (new AttemptSucceeded { Task = "a", Attempt = 2, Probe = ProbeFinding.Happened }, "attempt.succeeded", """{"task":"a","attempt":2,"output":null,"probe":"Happened"}"""),
        (new AttemptFailed { Task = "a", Attempt = 2, Failure = new Failure(FailureClass.Unknown, "why"), Probe = ProbeFinding.DidNotHappen }, "attempt.failed", """{"task":"a","attempt":2,"failure":{"class":"Unknown","message":"why"},"probe":"DidNotHappen"}"""),
        (new AttemptFailed { Task = "a", Attempt = 1, Failure = new Failure(FailureClass.Timeout, "why"), GivenUp = true }, "attempt.failed", """{"task":"a","attempt":1,"failure":{"class":"Timeout","message":"why"},"givenUp":true}"""),
        (new AttemptAbandoned { Task = "a", Attempt = 1, Reason = "why" }, "attempt.abandoned", """{"task":"a","attempt":1,"reason":"why"}"""),
        (new AttemptAbandoned { Task = "a", Attempt = 1, Reason = "why", Blameless = true }, "attempt.abandoned", """{"task":"a","attempt":1,"reason":"why","blameless":true}"""),
        (new AttemptIgnored { Task = "a", Attempt = 1, Reason = "why" }, "attempt.ignored", """{"task":"a","attempt":1,"reason":"why"}"""),
        (new ArtifactRegistered { Task = "a", Attempt = 1, Artifact = new ArtifactReference { Digest = ContentDigest.Of("x"u8), Name = "x.txt", MediaType = "text/plain", Size = 1 }, Version = 1, Agent = "x" }, "artifact.registered", """{"task":"a","attempt":1,"artifact":{"$artifact":"sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881","name":"x.txt","mediaType":"text/plain","size":1},"version":1,"agent":"x","sources":[]}"""),
        (new HandoffValidated { Task = "a", Attempt = 1, Contract = "report", Score = 0.5 }, "handoff.validated", """{"task":"a","attempt":1,"contract":"report","score":0.5,"violations":[],"transforms":[]}"""),
        (new HandoffRejected { Task = "a", Attempt = 1, Contract = "report", Handoff = "h", To = "b", Violations = [new ContractViolation { Contract = "report", Rule = "schema/required", Location = "/a", Message = "no" }] }, "handoff.rejected", """{"task":"a","attempt":1,"contract":"report","handoff":"h","to":"b","violations":[{"contract":"report","rule":"schema/required","location":"/a","message":"no"}]}"""),
        (new HandoffAsked { Task = "a", Attempt = 1, Handoffs = ["h"], Violations = [new ContractViolation { Contract = "coverage", Rule = "missing", Message = "no" }], Output = JsonData.Parse("{\"x\":1}"), Patch = PlanPatch.Of(PlanChange.SkipTask("b", "why not")), PatchReason = "why" }, "handoff.asked", """{"task":"a","attempt":1,"handoffs":["h"],"violations":[{"contract":"coverage","rule":"missing","location":"","message":"no"}],"output":{"x":1},"patch":{"changes":[{"skipTask":{"task":"b","reason":"why not"}}]},"patchReason":"why"}"""),
        (new HandoffDecided { Task = "a", Attempt = 1, Choice = HandoffChoice.Accept, By = "Ada", Reason = "why" }, "handoff.decided", """{"task":"a","attempt":1,"choice":"Accept","by":"Ada","reason":"why"}"""),
        (new PlanPatched { Patch = PlanPatch.Of(PlanChange.SkipTask("a", "why not")), Author = "me", Reason = "why" }, "plan.patched", """{"patch":{"changes":[{"skipTask":{"task":"a","reason":"why not"}}]},"author":"me","reason":"why"}"""),
        (new PlanPatchRefused { Patch = PlanPatch.Of(PlanChange.RewirePhase("one", null)), Author = "task a", Reason = "why", Problems = [new PlanProblem { Pointer = "/changes/0/rewirePhase", Message = "no" }] }, "plan.patch_refused", """{"patch":{"changes":[{"rewirePhase":{"phase":"one"}}]},"author":"task a","reason":"why","problems":[{"pointer":"/changes/0/rewirePhase","code":"OE1000","message":"no"}]}"""),
        (new PlanMoved { Plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "echo")).Build(), Author = "me", Reason = "why" }, "plan.moved", """{"plan":PLAN,"author":"me","reason":"why"}"""),
        (new PlanMoved { Plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "echo")).Build(), Renames = new PlanRenames { Tasks = new Dictionary<string, string> { ["b"] = "a" } }, Author = "me", Reason = "why" }, "plan.moved", """{"plan":PLAN,"renames":{"phases":{},"tasks":{"b":"a"}},"author":"me","reason":"why"}"""),
        (new WorkspaceWritten { Document = "spec.md", Version = 1, How = DocumentChange.Write, Text = "x", Size = 1, Author = new WorkspaceAuthor { Task = "a", Attempt = 2, Agent = "echo" }, Id = "~a[]#2.1" }, "workspace.written", """{"document":"spec.md","version":1,"how":"Write","text":"x","size":1,"author":{"task":"a","attempt":2,"agent":"echo"},"id":"~a[]#2.1"}"""),
        (new WorkspaceWritten { Document = "spec.md", Version = 4, How = DocumentChange.Resolve, Seen = 1, Conflict = "conflict-1", Content = ContentDigest.Of("x"u8), Size = 20_000, Author = new WorkspaceAuthor { Person = "ann" }, Reason = "why" }, "workspace.written", """{"document":"spec.md","version":4,"how":"Resolve","seen":1,"conflict":"conflict-1","content":"sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881","size":20000,"author":{"person":"ann"},"reason":"why"}"""),
        (new WorkspaceSetAside { Document = "spec.md", Conflict = "conflict-1", Seen = 1, Current = 3, Text = "x", Size = 1, Author = new WorkspaceAuthor { Task = "a", Item = 3, Attempt = 2, Agent = "echo" }, To = "lead" }, "workspace.set_aside", """{"document":"spec.md","conflict":"conflict-1","seen":1,"current":3,"to":"lead","text":"x","size":1,"author":{"task":"a","item":3,"attempt":2,"agent":"echo"}}"""),
        (new WorkspaceResolved { Document = "spec.md", Conflict = "conflict-1", Choice = ConflictChoice.SetAside, Author = new WorkspaceAuthor { Person = "ann" }, Reason = "why" }, "workspace.resolved", """{"document":"spec.md","conflict":"conflict-1","choice":"SetAside","author":{"person":"ann"},"reason":"why"}"""),
        (new SignalReceived { Id = "1", Name = "go", Payload = JsonData.Parse("{ \"x\" : 2.0 }") }, "signal.received", """{"id":"1","name":"go","payload":{ "x" : 2.0 }}"""),
        (new SignalReceived { Id = "1", Name = "go" }, "signal.received", """{"id":"1","name":"go","payload":null}"""),
    ];

    public static TheoryData<int> Facts => [.. Enumerable.Range(0, Stored.Length)];

    [Theory]
    [MemberData(nameof(Facts))]
    public void The_stored_form_of_a_fact_is_what_it_always_was(int index)
    {
        var (fact, type, json) = Stored[index];
        Assert.Equal(type, fact.Type);
        Assert.Equal(1, fact.SchemaVersion);
        Assert.Equal(WithPlan(json, fact), Write(fact));
    }

    [Theory]
    [MemberData(nameof(Facts))]
    public void A_stored_fact_reads_back_as_it_was(int index)
    {
        var (fact, type, json) = Stored[index];
        var read = RunEventJson.Read(type, 1, Encoding.UTF8.GetBytes(WithPlan(json, fact)));
        Assert.Equal(fact.GetType(), read.GetType());
        Assert.Equal(Write(fact), Write(read));
    }

    [Fact]
    public void Every_kind_of_fact_is_pinned_here_and_has_a_name_of_its_own()
    {
        var kinds = typeof(RunEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RunEvent)) && !type.IsAbstract);
        Assert.Equal(kinds.OrderBy(kind => kind.Name), Stored.Select(stored => stored.Fact.GetType()).Distinct().OrderBy(kind => kind.Name));
        var names = Stored.Select(stored => (stored.Type, stored.Fact.GetType())).Distinct().ToArray();
        Assert.Equal(names.Length, names.Select(name => name.Type).Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z]+\\.[a-z_]+$", name.Type));
    }

    [Fact]
    public void A_property_that_a_later_version_added_is_passed_over()
    {
        var read = RunEventJson.Read("run.paused", 1, """{"reason":"why","by":{"name":"x"}}"""u8.ToArray());
        Assert.Equal(new RunPaused { Reason = "why" }, read);
    }

    [Fact]
    public void A_kind_that_is_not_known_is_an_error_that_names_it_and_says_to_use_a_newer_version()
    {
        var error = Assert.Throws<JournalFormatException>(() => RunEventJson.Read("task.teleported", 1, "{}"u8.ToArray()));
        Assert.Contains("'task.teleported'", error.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.started")]
    [InlineData("run.created")]
    [InlineData("attempt.succeeded")]
    public void A_shape_that_is_newer_is_an_error_that_names_it_and_says_to_use_a_newer_version(string type)
    {
        var error = Assert.Throws<JournalFormatException>(() => RunEventJson.Read(type, 2, "{}"u8.ToArray()));
        Assert.Contains($"'{type}' in shape 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.paused", "")]
    [InlineData("run.paused", "null")]
    [InlineData("run.paused", "{}")]
    [InlineData("run.paused", "{\"reason\":")]
    [InlineData("run.completed", "{\"status\":\"Sideways\"}")]
    [InlineData("attempt.started", "{\"task\":\"a\",\"attempt\":\"one\",\"agent\":\"x\"}")]
    [InlineData("run.created", "{}")]
    [InlineData("run.created", "{\"inputs\":{},\"plan\":")]
    [InlineData("run.created", "{\"inputs\":{},\"plan\":7}")]
    [InlineData("run.created", "[]")]
    public void A_damaged_payload_is_an_error_that_names_the_kind(string type, string payload)
    {
        var error = Assert.Throws<JournalFormatException>(() => RunEventJson.Read(type, 1, Encoding.UTF8.GetBytes(payload)));
        Assert.Contains($"'{type}'", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    private static string WithPlan(string json, RunEvent fact)
        => ((fact as RunCreated)?.Plan ?? (fact as PlanMoved)?.Plan) is { } plan ? json.Replace("PLAN", Encoding.UTF8.GetString(PlanJson.Write(plan)), StringComparison.Ordinal) : json;

    private static string Write(RunEvent fact)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            RunEventJson.Write(fact, writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
