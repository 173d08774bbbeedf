using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Tests.Workspaces;

/// <summary>A run whose tasks a, b and c are under way, each doing what the test says as its attempt; and its workspace as a person sees it.</summary>
internal sealed class WorkspaceLab : IAsyncDisposable
{
    private readonly Dictionary<string, (TaskCompletionSource<IWorkspace> Began, TaskCompletionSource Ends)> _tasks = new(StringComparer.Ordinal);

    private WorkspaceLab(TestEngine engine) => Engine = engine;

    public TestEngine Engine { get; }

    public RunHandle Run { get; private set; } = null!;

    public IRunWorkspace Outside => Engine.Orchestrator.OpenWorkspace(Run.Id, "ann");

    public static Task<WorkspaceLab> StartAsync(params DocumentDefinition[] documents) => StartAsync(null, documents);

    public static Task<WorkspaceLab> StartAsync(IArtifactStore? artifacts, params DocumentDefinition[] documents) => StartAsync(artifacts, static plan => plan, documents);

    public static async Task<WorkspaceLab> StartAsync(IArtifactStore? artifacts, Func<OrchestrationPlan, OrchestrationPlan> change, params DocumentDefinition[] documents)
    {
        var engine = new TestEngine(build: builder =>
        {
            // Documents name it as a reader; it does nothing here.
            builder.AddAgent("y", (_, _, _) => Task.FromResult(AgentResult.Succeeded()));
            if (artifacts is not null)
            {
                builder.Services.AddSingleton(artifacts);
            }
        });
        var lab = new WorkspaceLab(engine);
        foreach (var task in new[] { "a", "b", "c" })
        {
            var (began, ends) = lab._tasks[task] = (new TaskCompletionSource<IWorkspace>(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            engine.Agent.On(task).Does(async (_, context, token) =>
            {
                began.TrySetResult(context.Workspace);
                await ends.Task.WaitAsync(token);
                return AgentResult.Succeeded();
            });
        }

        var plan = TestEngine.Plan(TestEngine.Together("a", "b", "c")) with { Workspace = documents };
        lab.Run = await engine.Orchestrator.StartAsync(change(plan), null, TestEngine.Ending).Soon();
        return lab;
    }

    /// <summary>Does something as the attempt at a task.</summary>
    public async Task AsAsync(string task, Func<IWorkspace, CancellationToken, Task> act) => await act(await _tasks[task].Began.Task.Soon(), TestEngine.Ending).Soon();

    public Task<IWorkspace> WorkspaceOf(string task) => _tasks[task].Began.Task.Soon();

    /// <summary>Has the attempt at a task end.</summary>
    public void End(string task) => _tasks[task].Ends.TrySetResult();

    /// <summary>Ends the attempt at a task.</summary>
    public async Task EndAsync(string task)
    {
        End(task);
        await Engine.SeenAsync(Run.Id, $"attempt.succeeded {task}#1");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, ends) in _tasks.Values)
        {
            ends.TrySetResult();
        }

        await Engine.DisposeAsync();
    }
}
