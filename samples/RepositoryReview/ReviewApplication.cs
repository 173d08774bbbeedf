using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrchestrationEngine;
using OrchestrationEngine.Runs;
using RepositoryReview.Watching;

namespace RepositoryReview;

/// <summary>Starts a review or goes on with one, and shows how it goes.</summary>
internal static class ReviewApplication
{
    public static async Task<int> RunAsync(CommandLine commandLine, Screen screen, CancellationToken stop)
    {
        var database = ReviewAssignment.DatabaseOf(commandLine);
        var begun = await BegunReview.FindAsync(database, stop);
        if (commandLine.Resume && begun is null)
        {
            throw new UsageException($"There is no review in '{database}' to go on with. Leave out --resume to begin one.");
        }

        var assignment = commandLine.Resume ? ReviewAssignment.From(begun!.Created, commandLine) : ReviewAssignment.From(commandLine);
        Directory.CreateDirectory(Path.GetDirectoryName(database)!);
        if (commandLine is { Output: null, Resume: false })
        {
            await KeepOutOfGitAsync(assignment.Output, stop);
        }

        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new ErrorLoggerProvider()));
        services.AddOrchestration(options => options.ShutdownGracePeriod = TimeSpan.FromSeconds(5))
            .UseSqlite(database)
            .AddReviewAgents(assignment.Repository, commandLine.Delay);
        await using var provider = services.BuildServiceProvider();
        var orchestrator = provider.GetRequiredService<IOrchestrator>();
        try
        {
            var run = commandLine.Resume ? begun!.Summary.Id : await StartAsync(orchestrator, assignment, database, begun, screen, stop);
            if (commandLine.Resume && begun!.HasEnded)
            {
                screen.WriteLine("This review had already ended; there is nothing to go on with.");
            }

            var display = new ProgressDisplay(screen, showAfter: commandLine.Resume ? begun!.Summary.Version : 0);
            await foreach (var recorded in orchestrator.WatchAsync(run, cancellationToken: stop))
            {
                display.Show(recorded);
            }

            new ClosingSummary(display.Tally, assignment).Write(screen);
            return display.Tally.Status == RunStatus.Succeeded ? ExitCodes.Succeeded : ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await orchestrator.StopNodeAsync(CancellationToken.None);
            screen.WriteLine("Stopped. What is done is kept; --resume goes on from here.");
            return ExitCodes.Failed;
        }
    }

    // Whoever did not choose where the review goes did not mean to commit it.
    private static async Task KeepOutOfGitAsync(string output, CancellationToken stop)
    {
        Directory.CreateDirectory(output);
        var rules = Path.Combine(output, ".gitignore");
        if (!File.Exists(rules))
        {
            await File.WriteAllTextAsync(rules, "*\n", stop);
        }
    }

    private static async Task<RunId> StartAsync(
        IOrchestrator orchestrator,
        ReviewAssignment assignment,
        string database,
        BegunReview? begun,
        Screen screen,
        CancellationToken stop)
    {
        if (begun is { HasEnded: false, Summary.Id: var unfinished })
        {
            // The engine takes up what is unfinished; two reviews would write to the same files.
            await orchestrator.CancelAsync(unfinished, "A new review was started.", stop);
            await orchestrator.WaitAsync(unfinished, stop);
            screen.WriteLine($"Review {unfinished} had not ended and is given up; --resume would have gone on with it.");
        }

        var run = await orchestrator.StartAsync(ReviewPlan.Read(), new StartRunOptions { Inputs = assignment.ToInputs(database) }, stop);
        return run.Id;
    }
}
