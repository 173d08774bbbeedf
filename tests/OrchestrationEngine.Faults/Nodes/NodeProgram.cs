using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Faults.Ledger;
using OrchestrationEngine.Faults.Stores;
using OrchestrationEngine.Faults.Workload;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Faults.Nodes;

/// <summary>
/// A node: one process with the engine in it. It reads questions from its standard input and writes an answer to each; at the end of the input
/// (also because whoever started it is gone) it stops in good order.
/// </summary>
internal static class NodeProgram
{
    /// <summary>What a node says when it is ready for questions.</summary>
    public const string Ready = "ready";

    private static readonly Task<AgentResult> Idle = Task.FromResult(AgentResult.Succeeded("done"));

    public static async Task<int> RunAsync(NodeSettings settings)
    {
        using var ledger = await LedgerClient.ConnectAsync(settings.LedgerPort);
        using var log = new FileLogger(settings.LogFile);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Information));
        var builder = services.AddOrchestration(options =>
        {
            options.NodeName = settings.Name;
            options.LeaseDuration = settings.Trial.Lease;
            options.PollInterval = TimeSpan.FromMilliseconds(250);
            options.StopGracePeriod = TimeSpan.FromSeconds(5);
            options.ShutdownGracePeriod = TimeSpan.FromSeconds(2);
            options.UnloadWaitingRunsAfter = TimeSpan.FromSeconds(1);
        });
        StoreChoice.Use(builder, settings.Trial.Store, settings.Connection);
        builder.AddAgent(RunCatalog.Agent, new EffectAgent(ledger));
        builder.AddAgent(RunCatalog.Idler, static (_, _, _) => Idle);
        await using var provider = services.BuildServiceProvider();
        var orchestrator = provider.GetRequiredService<IOrchestrator>();
        var answers = TextWriter.Synchronized(Console.Out);
        answers.WriteLine(Ready);
        await orchestrator.StartNodeAsync();

        var open = new List<Task>();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            open.RemoveAll(task => task.IsCompleted);
            open.Add(AnswerAsync(orchestrator, settings.Trial, NodeQuestion.Parse(line), answers));
        }

        await orchestrator.StopNodeAsync();
        return 0;
    }

    private static async Task AnswerAsync(IOrchestrator orchestrator, TrialSettings trial, NodeQuestion question, TextWriter answers)
    {
        // Reading goes on while this is carried out.
        await Task.Yield();
        NodeAnswer answer;
        try
        {
            await CarryOutAsync(orchestrator, trial, question);
            answer = new NodeAnswer(question.Number, AnswerKind.Accepted, "");
        }
        catch (RunRefusedException e)
        {
            answer = new NodeAnswer(question.Number, AnswerKind.Refused, e.Message);
        }
        catch (Exception e) when (e is StateStoreException or OperationCanceledException or ObjectDisposedException)
        {
            answer = new NodeAnswer(question.Number, AnswerKind.Unknown, $"{e.GetType().Name}: {e.Message}");
        }
        catch (Exception e)
        {
            // Anything else, that there is no such run above all, is a bug, and is told to whoever checks.
            answer = new NodeAnswer(question.Number, AnswerKind.Wrong, e.ToString());
        }

        answers.WriteLine(answer.ToLine());
    }

    private static async Task CarryOutAsync(IOrchestrator orchestrator, TrialSettings trial, NodeQuestion question)
    {
        var run = new RunId(question.Run);
        switch (question.Verb)
        {
            case NodeVerb.Start:
                var planned = RunCatalog.Make(trial, int.Parse(question.Argument, CultureInfo.InvariantCulture));
                var handle = await orchestrator.StartAsync(planned.Plan, new StartRunOptions { Id = run, BusinessKey = question.Run });
                if (handle.Id != run)
                {
                    throw new InvalidOperationException($"Run '{question.Run}' was to be started, and '{handle.Id}' was given.");
                }

                break;
            case NodeVerb.Pause:
                await orchestrator.PauseAsync(run, question.Argument);
                break;
            case NodeVerb.Resume:
                await orchestrator.ResumeAsync(run, question.Argument);
                break;
            case NodeVerb.Cancel:
                await orchestrator.CancelAsync(run, question.Argument);
                break;
            case NodeVerb.Signal:
                await orchestrator.SignalAsync(run, question.Argument);
                break;
            case NodeVerb.Step:
                await orchestrator.StartAsync(RunCatalog.ShortSteps, new StartRunOptions { Id = run, BusinessKey = question.Run });
                break;
            case NodeVerb.Race:
                var starts = Enumerable.Range(0, int.Parse(question.Argument, CultureInfo.InvariantCulture)).Select(_ => orchestrator.StartAsync(RunCatalog.TenIdleSteps)).ToList();
                var handles = await Task.WhenAll(starts);
                var results = await Task.WhenAll(handles.Select(each => each.WaitAsync()));
                if (results.FirstOrDefault(result => result.Status != RunStatus.Succeeded) is { } bad)
                {
                    throw new InvalidOperationException($"{bad}");
                }

                break;
            default:
                throw new NotSupportedException($"A node does not know '{question.Verb}'.");
        }
    }
}
