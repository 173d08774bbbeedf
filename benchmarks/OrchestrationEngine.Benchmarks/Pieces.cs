using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using OrchestrationEngine.Graphs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Benchmarks;

/// <summary>One transition of a task, beside the switch that one would write by hand.</summary>
[MemoryDiagnoser]
public class TransitionBenchmark
{
    [Params(RunTaskStatus.Running)]
    public RunTaskStatus Status { get; set; }

    [Benchmark(Baseline = true)]
    public RunTaskStatus Switch() => Status switch
    {
        RunTaskStatus.Running or RunTaskStatus.Waiting => RunTaskStatus.Succeeded,
        _ => throw new InvalidOperationException(),
    };

    [Benchmark]
    public RunTaskStatus Table() => TaskLifecycle.Table.Fire("task", Status, TaskTrigger.Succeed);
}

/// <summary>What loading a plan costs beside a bare topological sort of the same graph.</summary>
[MemoryDiagnoser]
public class PlanBenchmark
{
    private OrchestrationPlan _plan = null!;
    private byte[] _json = null!;
    private int[] _sources = null!;
    private int[] _targets = null!;

    [Params(1_000, 100_000)]
    public int Tasks { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _plan = Workload.Layers(Tasks / 100, 100);
        _json = PlanJson.Write(_plan);
        var graph = PlanGraph.Compile(_plan);
        var edges = Enumerable.Range(0, graph.TaskCount).SelectMany(task => graph.JoinDependents(task).ToArray().Concat(graph.OrderDependents(task).ToArray()).Select(dependent => (task, dependent))).ToArray();
        _sources = [.. edges.Select(edge => edge.task)];
        _targets = [.. edges.Select(edge => edge.dependent)];
    }

    [Benchmark(Baseline = true)]
    public int[] TopologicalSort() => DirectedGraph.FromEdges(Tasks, _sources, _targets).TopologicalSort();

    [Benchmark]
    public object Read() => PlanJson.Read(_json, PlanReadOptions.Stored);

    [Benchmark]
    public object Verify() => PlanVerifier.Verify(_plan);

    [Benchmark]
    public object Compile() => PlanGraph.Compile(_plan);

    [Benchmark]
    public object VerifyAndCompile() => (PlanVerifier.Verify(_plan), PlanGraph.Compile(_plan));
}

/// <summary>One task through the pure core: the decision, the fold and what follows, without store, threads or agents.</summary>
[MemoryDiagnoser]
public class StepBenchmark
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly JsonData Output = JsonData.String("done");
    private PlanGraph _graph = null!;

    [Params(100, 10_000)]
    public int Tasks { get; set; }

    [GlobalSetup]
    public void Setup() => _graph = PlanGraph.Compile(Workload.Layers(Tasks / 100, 100));

    [Benchmark]
    public long RunToTheEnd()
    {
        var created = new RecordedEvent(1, Now, new RunCreated { Plan = _graph.Plan, Inputs = JsonData.Null });
        var state = RunFold.Begin(new RunId("r"), created, _graph, TimeSpan.Zero);
        var step = new RunStep(state);
        step.Decide(new RunCommand.Start(), Now);
        var next = new Queue<int>();
        while (true)
        {
            step.Advance(Now);
            foreach (var task in state.Agenda.Touched)
            {
                if (WantedEffects.ForTask(state, task) is not null)
                {
                    next.Enqueue(task);
                }
            }

            state.Agenda.Touched.Clear();
            step.Clear();
            if (!next.TryDequeue(out var done))
            {
                return state.Version;
            }

            step.Decide(new RunCommand.ReportSuccess(done, 1, Output), Now);
        }
    }
}

/// <summary>The stored form of the two facts of a plain task.</summary>
[MemoryDiagnoser]
public class EventJsonBenchmark : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly RunEvent _started = new AttemptStarted { Task = "t4711", Attempt = 1, Agent = "step" };
    private readonly RunEvent _succeeded = new AttemptSucceeded { Task = "t4711", Attempt = 1, Output = JsonData.String("done") };
    private Utf8JsonWriter _writer = null!;

    [GlobalSetup]
    public void Setup() => _writer = new Utf8JsonWriter(_buffer, RunEventJson.WriterOptions);

    [GlobalCleanup]
    public void Dispose()
    {
        _writer.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = 2)]
    public int Write()
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        RunEventJson.Write(_started, _writer);
        _writer.Flush();
        _writer.Reset();
        RunEventJson.Write(_succeeded, _writer);
        _writer.Flush();
        return _buffer.WrittenCount;
    }
}
