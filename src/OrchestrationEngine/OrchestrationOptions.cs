using System.Globalization;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Execution;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Retention;

namespace OrchestrationEngine;

/// <summary>The engine's options. They are checked and copied when the engine is made; changing them later has no effect.</summary>
public sealed class OrchestrationOptions
{
    private const int MaxNodeName = 64;

    /// <summary>How many attempts may be under way in this process at the same time, over all runs.</summary>
    /// <value>The default is 256; at least 1.</value>
    public int MaxConcurrentAttempts { get; set; } = 256;

    /// <summary>How many attempts may be under way in this process at the same time over all runs of a plan, by the plan's id. A plan that is not in it has no such limit.</summary>
    /// <value>The default is none; each at least 1.</value>
    public IDictionary<string, int> MaxConcurrentPerPlan { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// How much of each named resource there is in this process: attempts at tasks that say what they take of it (<see cref="TaskDefinition.Resources"/>) wait
    /// until there is enough. A plan that names another resource, or more than there is, is refused.
    /// </summary>
    /// <value>The default is none; each at least 1.</value>
    public IDictionary<string, int> Resources { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>How long an attempt that was asked to stop (it took too long, or its phase or run is stopped) has before it is given up.</summary>
    /// <value>The default is 30 seconds; zero gives up at once.</value>
    public TimeSpan StopGracePeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long attempts under way may go on when the node is stopped. What is not done then is left for the next node.</summary>
    /// <value>The default is 30 seconds; zero waits for none.</value>
    public TimeSpan ShutdownGracePeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A run that only waits, for at least this long, leaves memory until its time comes.</summary>
    /// <value>The default is 10 seconds. Zero unloads whatever waits.</value>
    public TimeSpan UnloadWaitingRunsAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The name of this node in the store. A process that starts with the name it had before takes over at once the runs that it left when it died.
    /// No two live processes may have the same: each puts the other out. Up to 64 characters.
    /// </summary>
    /// <value>The default is null: a name that no other node has, of the machine, the process and a random part.</value>
    public string? NodeName { get; set; }

    /// <summary>
    /// How long this node stays entered in the store without being heard of. When it dies, others take its runs over after this time; when it can't reach
    /// the store, it stops its attempts a tenth of it earlier. It is heard of three times as often.
    /// </summary>
    /// <value>The default is 15 seconds; from 1 second to 30 days. It must be longer than the store may be out of reach in good order.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the node looks into the store for runs and messages when nothing tells it to; half to one and a half times as long, at random.</summary>
    /// <value>The default is 1 second; more than zero, up to a day.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many runs this node has leases on at the same time. Runs that only wait for long count no more.</summary>
    /// <value>The default is 10,000; at least 1.</value>
    public int MaxRuns { get; set; } = 10_000;

    /// <summary>
    /// How deep runs may be nested that do tasks of other runs, below the run that the application started. A task whose plan would be deeper fails;
    /// it may say otherwise itself.
    /// </summary>
    /// <value>The default is 16; at least 1.</value>
    public int MaxSubPlanDepth { get; set; } = 16;

    /// <summary>
    /// The largest output of an attempt that is kept in the journal, in bytes of JSON, and the most bytes of moved values that the inputs of an attempt are
    /// given as values. Where there is an artifact store, an agent may return more, as what is large is moved there (<see cref="ArtifactThreshold"/>);
    /// otherwise a larger output fails the attempt.
    /// </summary>
    /// <value>The default is 4 MiB; at least 1 KiB.</value>
    public int MaxOutputBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The largest document of a run's workspace, in bytes of UTF-8. A write that would make a larger one is refused.</summary>
    /// <value>The default is 4 MiB; from 1 KiB to 64 MiB.</value>
    public int MaxDocumentBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The folder below which contracts look for files; what is outside of it is never looked at. Plans whose contracts look for files are refused without one.</summary>
    /// <value>The default is null: there is none. It need not exist yet.</value>
    public string? HandoffFiles { get; set; }

    /// <summary>The largest artifact that a contract looks into, in bytes. A larger one breaks every contract that asks for what is in it; its name, size and checksum can still be asked for.</summary>
    /// <value>The default is 16 MiB; from 1 KiB to 1 GiB.</value>
    public int MaxCheckedBytes { get; set; } = HandoffSettings.DefaultMaxContentBytes;

    /// <summary>
    /// Outputs of more bytes of JSON than this are moved to the artifact store by themselves, where there is one: their largest members first, until the rest
    /// is no larger. Agents that are given them get the values again. What conditions of the plan look into is not moved.
    /// </summary>
    /// <value>The default is 64 KiB; at least 1 KiB.</value>
    public int ArtifactThreshold { get; set; } = 64 * 1024;

    /// <summary>The largest content beside the journal: of an artifact, or of an output that is moved.</summary>
    /// <value>The default is 16 GiB; at least 1 KiB.</value>
    public long MaxArtifactBytes { get; set; } = 16L * 1024 * 1024 * 1024;

    /// <summary>
    /// By how many facts the journal of a run must have grown before its state is kept in the store again, so that loading it need not read the journal
    /// from its beginning. Not before it has grown by half, either, so that a long journal costs no more than its length. Only where the store can keep states.
    /// </summary>
    /// <value>The default is 1,000. Zero neither keeps states nor uses those that are kept.</value>
    public int SnapshotEvery { get; set; } = 1000;

    /// <summary>Which runs that have ended are removed from the store, and when; they are applied one after the other by each node, from time to time.</summary>
    /// <value>The default is none: runs are kept for ever. The store must be able to remove runs where there is one.</value>
    public IList<RetentionRule> Retention { get; } = [];

    /// <summary>How long a node waits between two applications of <see cref="Retention"/>, give or take a tenth.</summary>
    /// <value>The default is 10 minutes; more than zero, at most a month.</value>
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long contents are kept that no run needs, and links that the journal of their run does not name. Longer than any attempt takes: what it writes is
    /// named by its journal only when it has succeeded.
    /// </summary>
    /// <value>The default is 24 hours; from one minute to ten years.</value>
    public TimeSpan ArtifactGracePeriod { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a node waits between two collections of contents that nobody needs, give or take a tenth.</summary>
    /// <value>The default is an hour; more than zero, at most a month. Null for never: <see cref="Artifacts.IArtifactCollection"/> does it when it is asked to.</value>
    public TimeSpan? ArtifactCollectionInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long results are remembered for tasks that take them over (<c>memo</c> in the plan).</summary>
    /// <value>The default is 30 days; more than zero.</value>
    public TimeSpan MemoRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How large plans may be.</summary>
    /// <value>The default is <see cref="PlanLimits.Default"/>.</value>
    public PlanLimits PlanLimits { get; set; } = PlanLimits.Default;

    /// <summary>The engine's clock.</summary>
    /// <value>The default is null: the <see cref="System.TimeProvider"/> of the services, or the system's.</value>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Where the engine's work runs: the loops of runs, calls of agents, and what waits for their ends.</summary>
    /// <value>The default is <see cref="WorkScheduler.ThreadPool"/>. Another is for simulations; agents must then wait only for what completes there.</value>
    public WorkScheduler WorkScheduler { get; set; } = WorkScheduler.ThreadPool;

    /// <summary>Gives random numbers from [0, 1) for the jitter of retries; called from many threads.</summary>
    /// <value>The default is the shared generator of the framework.</value>
    public Func<double> Randomizer { get; set; } = Random.Shared.NextDouble;

    /// <summary>Makes the ids of runs that were given none; called from many threads. No id may come twice.</summary>
    /// <value>The default makes time-ordered UUIDs (version 7), without dashes.</value>
    public Func<DateTimeOffset, string> RunIdGenerator { get; set; } = static now => Guid.CreateVersion7(now).ToString("N");

    private static string UniqueName()
    {
        var machine = Environment.MachineName;
        return string.Create(CultureInfo.InvariantCulture, $"{machine[..Math.Min(machine.Length, 32)]}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}");
    }

    private static bool IsFolder(string path) => !string.IsNullOrWhiteSpace(path) && path.AsSpan().IndexOfAny(Path.GetInvalidPathChars()) < 0 && !File.Exists(path);

    private static bool IsName(string name) => !string.IsNullOrWhiteSpace(name) && name.Length <= MaxNodeName && !name.Any(char.IsControl);

    /// <summary>Checks the options as a whole and copies them.</summary>
    /// <exception cref="OrchestrationConfigurationException">Something is wrong; the exception has all of it.</exception>
    internal EngineSettings Validate(IReadOnlyCollection<AgentRegistration> agents)
    {
        var problems = new List<string>();
        Require(MaxConcurrentAttempts >= 1, nameof(MaxConcurrentAttempts), MaxConcurrentAttempts, "at least 1");
        Require(StopGracePeriod >= TimeSpan.Zero, nameof(StopGracePeriod), StopGracePeriod, "zero or more");
        Require(ShutdownGracePeriod >= TimeSpan.Zero, nameof(ShutdownGracePeriod), ShutdownGracePeriod, "zero or more");
        Require(UnloadWaitingRunsAfter >= TimeSpan.Zero, nameof(UnloadWaitingRunsAfter), UnloadWaitingRunsAfter, "zero or more");
        Require(MaxOutputBytes >= 1024, nameof(MaxOutputBytes), MaxOutputBytes, "at least 1024");
        Require(MaxDocumentBytes is >= 1024 and <= 64 * 1024 * 1024, nameof(MaxDocumentBytes), MaxDocumentBytes, "from 1024 to 67108864");
        Require(HandoffFiles is null || IsFolder(HandoffFiles), nameof(HandoffFiles), HandoffFiles, "null, or the path of a folder");
        Require(MaxCheckedBytes is >= 1024 and <= 1024 * 1024 * 1024, nameof(MaxCheckedBytes), MaxCheckedBytes, "from 1024 to 1 GiB");
        Require(ArtifactThreshold >= 1024, nameof(ArtifactThreshold), ArtifactThreshold, "at least 1024");
        Require(MaxArtifactBytes >= 1024, nameof(MaxArtifactBytes), MaxArtifactBytes, "at least 1024");
        Require(SnapshotEvery >= 0, nameof(SnapshotEvery), SnapshotEvery, "zero or more");
        Require(RetentionInterval > TimeSpan.Zero && RetentionInterval <= TimeSpan.FromDays(31), nameof(RetentionInterval), RetentionInterval, "more than zero, at most 31 days");
        Require(ArtifactGracePeriod >= TimeSpan.FromMinutes(1) && ArtifactGracePeriod <= TimeSpan.FromDays(3653), nameof(ArtifactGracePeriod), ArtifactGracePeriod, "from one minute to ten years");
        Require(ArtifactCollectionInterval is null || (ArtifactCollectionInterval > TimeSpan.Zero && ArtifactCollectionInterval <= TimeSpan.FromDays(31)), nameof(ArtifactCollectionInterval), ArtifactCollectionInterval, "more than zero, at most 31 days, or null");
        Require(MemoRetention > TimeSpan.Zero, nameof(MemoRetention), MemoRetention, "more than zero");
        problems.AddRange(Retention.Select((rule, i) => (i, Problem: rule is null ? "It is null." : rule.Problem())).Where(rule => rule.Problem is not null).Select(rule => $"{nameof(Retention)}[{rule.i}]: {rule.Problem}"));
        Require(NodeName is null || IsName(NodeName), nameof(NodeName), NodeName, $"null, or a name of up to {MaxNodeName} characters without control characters");
        Require(LeaseDuration >= TimeSpan.FromSeconds(1) && LeaseDuration <= TimeSpan.FromDays(30), nameof(LeaseDuration), LeaseDuration, "from one second to 30 days");
        Require(PollInterval > TimeSpan.Zero && PollInterval <= TimeSpan.FromDays(1), nameof(PollInterval), PollInterval, "more than zero, up to a day");
        Require(MaxRuns >= 1, nameof(MaxRuns), MaxRuns, "at least 1");
        Require(MaxSubPlanDepth >= 1, nameof(MaxSubPlanDepth), MaxSubPlanDepth, "at least 1");
        Require(PlanLimits is not null, nameof(PlanLimits), PlanLimits, "limits");
        Require(WorkScheduler is not null, nameof(WorkScheduler), WorkScheduler, "a scheduler");
        Require(Randomizer is not null, nameof(Randomizer), Randomizer, "a function");
        Require(RunIdGenerator is not null, nameof(RunIdGenerator), RunIdGenerator, "a function");
        RequireEach(nameof(MaxConcurrentPerPlan), MaxConcurrentPerPlan);
        RequireEach(nameof(Resources), Resources);
        problems.AddRange(AgentRegistry.Problems(agents));
        return problems.Count == 0
            ? new EngineSettings(LimitsWith(agents), StopGracePeriod, ShutdownGracePeriod, UnloadWaitingRunsAfter, MaxOutputBytes, SnapshotEvery, PlanLimits!, WorkScheduler!, NodeName ?? UniqueName(), LeaseDuration, PollInterval, MaxRuns, MaxSubPlanDepth) { ArtifactThreshold = ArtifactThreshold, MaxArtifactBytes = MaxArtifactBytes, MaxDocumentBytes = MaxDocumentBytes }
            : throw new OrchestrationConfigurationException(problems);

        void Require(bool holds, string name, object? value, string expected)
        {
            if (!holds)
            {
                problems.Add($"{name} is {value ?? "null"}; expected {expected}.");
            }
        }

        void RequireEach(string name, IDictionary<string, int> limits)
        {
            foreach (var (key, limit) in limits.OrderBy(limit => limit.Key, StringComparer.Ordinal))
            {
                Require(!string.IsNullOrWhiteSpace(key), $"A key of {name}", $"'{key}'", "a name");
                Require(limit >= 1, $"{name}['{key}']", limit, "at least 1");
            }
        }
    }

    internal HandoffSettings ForHandoffs() => new(HandoffFiles is null ? null : Path.GetFullPath(HandoffFiles), MaxCheckedBytes);

    private EngineLimits LimitsWith(IEnumerable<AgentRegistration> agents) => new(
        MaxConcurrentAttempts,
        new Dictionary<string, int>(MaxConcurrentPerPlan, StringComparer.Ordinal),
        new AgentRegistry(agents).MaxConcurrent,
        new Dictionary<string, int>(Resources, StringComparer.Ordinal));
}
