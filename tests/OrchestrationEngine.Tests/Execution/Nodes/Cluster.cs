using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Execution;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Runs;

namespace OrchestrationEngine.Tests.Execution.Nodes;

/// <summary>Several nodes on one store, one clock and one thread: the test says when time passes, and nothing depends on how fast the machine is.</summary>
internal sealed class Cluster(OneThread thread)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    public ManualTimeProvider Time { get; } = new();

    public InMemoryStateStore Store => field ??= new InMemoryStateStore(Time);

    public static void Run(Action<Cluster> test) => OneThread.Run(thread => test(new Cluster(thread)));

    /// <summary>Starts a node.</summary>
    public ClusterNode Join(string name, Action<OrchestrationOptions>? configure = null, Action<IOrchestrationBuilder>? build = null)
    {
        var node = new ClusterNode(this, name, options =>
        {
            options.WorkScheduler = thread;
            configure?.Invoke(options);
        }, build);
        Do(node.Engine.Orchestrator.StartNodeAsync());
        return node;
    }

    /// <summary>Does what there is to do, and lets time pass until something has ended.</summary>
    public T Do<T>(Task<T> task) => thread.Until(task, Time);

    public void Do(Task task) => thread.Until(task, Time);

    /// <summary>Lets time pass until something is so.</summary>
    /// <returns>How long that took.</returns>
    public TimeSpan Until(Func<bool> condition)
    {
        var since = Time.GetUtcNow();
        thread.Until(condition, Time);
        return Time.GetUtcNow() - since;
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        var end = Time.GetUtcNow() + time;
        thread.Pump();
        while (Time.NextDue is { } due && due <= end)
        {
            Time.AdvanceToNext();
            thread.Pump();
        }

        Time.Advance(end - Time.GetUtcNow());
        thread.Pump();
    }

    /// <summary>Does what there is to do now.</summary>
    public void Pump() => thread.Pump();

    public RunSummary Find(RunId run) => Do(Store.FindAsync(run, default).AsTask())!;

    public List<string> JournalOf(RunId run)
    {
        var facts = new List<string>();
        Do(ReadAsync());
        return facts;

        async Task ReadAsync()
        {
            await foreach (var recorded in Store.ReadAsync(run, 0, default))
            {
                facts.Add(FactText.Of(recorded));
            }
        }
    }
}

/// <summary>One of the nodes, with its own agent, its own way to the store and its own timers.</summary>
internal sealed class ClusterNode
{
    private readonly Cluster _cluster;

    public ClusterNode(Cluster cluster, string name, Action<OrchestrationOptions> configure, Action<IOrchestrationBuilder>? build)
    {
        _cluster = cluster;
        Store = new NodeStore(cluster.Store);
        Timers = new SleepyTimers(cluster.Time);
        Engine = new TestEngine(Store, Agent, cluster.Time, options =>
        {
            options.TimeProvider = Timers;
            options.NodeName = name;
            options.LeaseDuration = Cluster.Lease;
            options.PollInterval = TimeSpan.FromSeconds(1);
            configure(options);
        }, build);
    }

    public ScriptedAgent Agent { get; } = new();

    public NodeStore Store { get; }

    public SleepyTimers Timers { get; }

    public TestEngine Engine { get; }

    public IOrchestrator Orchestrator => Engine.Orchestrator;

    public RunId Start(Action<PlanBuilder> write) => _cluster.Do(Orchestrator.StartAsync(TestEngine.Plan(write))).Id;

    public void Kill() => Engine.DisposeAtOnce();
}

/// <summary>A node's way to the store, which can be cut, and on which answers can be lost.</summary>
internal sealed class NodeStore(InMemoryStateStore inner) : DelegatingStateStore(inner), IStateStoreNotifications
{
    private static readonly StateStoreException Unreachable = new("The store can't be reached.", isTransient: true);

    /// <summary>Nothing gets through.</summary>
    public bool IsCut { get; set; }

    /// <summary>The next leases are given, and the node does not hear of it.</summary>
    public bool LosesLeases { get; set; }

    /// <summary>How often this node has looked for something to do, or said that it is there.</summary>
    public int Looks { get; private set; }

    /// <summary>What was appended by this node.</summary>
    public List<RunAppend> Appended { get; } = [];

    public IDisposable Subscribe(Action ring) => inner.Subscribe(() =>
    {
        if (!IsCut)
        {
            ring();
        }
    });

    public override ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken) => IsCut ? throw Unreachable : base.CreateAsync(run, cancellationToken);

    public override async ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        if (IsCut)
        {
            throw Unreachable;
        }

        await base.AppendAsync(append, cancellationToken);
        Appended.Add(append with { Events = append.Events.ToArray() });
    }

    public override ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        Looks++;
        return IsCut ? throw Unreachable : base.RenewAsync(heartbeat, cancellationToken);
    }

    public override ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken)
    {
        Looks++;
        return base.ReadInboxAsync(node, max, cancellationToken);
    }

    public override ValueTask<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken)
    {
        Looks++;
        return base.ListNodesAsync(cancellationToken);
    }

    public override ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken) => IsCut ? throw Unreachable : base.JoinAsync(node, cancellationToken);

    public override ValueTask<RunSummary?> FindAsync(RunId run, CancellationToken cancellationToken) => IsCut ? throw Unreachable : base.FindAsync(run, cancellationToken);

    public override ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken) => IsCut ? throw Unreachable : base.ReleaseAsync(release, cancellationToken);

    public override async ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        Looks++;
        var leased = IsCut ? throw Unreachable : await base.AcquireAsync(request, cancellationToken);
        if (LosesLeases && leased.Runs.Count > 0)
        {
            LosesLeases = false;
            throw Unreachable;
        }

        return leased;
    }
}

/// <summary>The timers of a process that is stopped for a while: what comes due meanwhile comes due when it goes on.</summary>
internal sealed class SleepyTimers(ManualTimeProvider time) : TimeProvider
{
    private readonly List<Action> _late = [];
    private bool _asleep;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(
        _ =>
        {
            if (_asleep)
            {
                _late.Add(() => callback(state));
            }
            else
            {
                callback(state);
            }
        },
        null,
        dueTime,
        period);

    public void Sleep() => _asleep = true;

    public void WakeUp()
    {
        _asleep = false;
        foreach (var late in _late.ToList())
        {
            late();
        }

        _late.Clear();
    }
}
