using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>Plans in which "make" hands over to "use", and contracts of which tests say what they find.</summary>
internal static class HandoffPlans
{
    /// <summary>What "make" makes, "use" gets. The tasks have three attempts without a delay.</summary>
    public static OrchestrationPlan Of(Func<TaskDefinition, TaskDefinition>? make = null, Func<TaskDefinition, TaskDefinition>? use = null, params HandoffDefinition[] handoffs)
    {
        var plan = TestEngine.Plan(plan => plan.Phase("one", phase => phase
            .Task("make", "x", task => task.Retry(3, TimeSpan.Zero))
            .Task("use", "x", task => task.Bind("in", "tasks.make.output").Retry(3, TimeSpan.Zero))));
        var tasks = plan.Phases[0].Tasks;
        return plan with
        {
            Phases = [plan.Phases[0] with { Tasks = [(make ?? Same)(tasks[0]), (use ?? Same)(tasks[1])] }],
            Handoffs = handoffs,
        };
    }

    public static ContractUse Inline(ContractDefinition contract) => new() { Inline = contract };

    /// <summary>A contract that asks for members.</summary>
    public static ContractUse Requires(params string[] members) => Inline(new ContractDefinition { Required = members });

    public static HandoffDefinition Handoff(params HandoffPart[] sends) => new() { Id = "h", From = "make", To = "use", Sends = sends };

    public static HandoffPart Part(string name, OnMissing ifMissing = OnMissing.Retry, ContractUse? contract = null, bool critical = true)
        => new() { Name = name, IfMissing = ifMissing, Contract = contract, Critical = critical };

    /// <summary>Decides, unless the process dies: then nobody may ever answer.</summary>
    public static async Task DecideAsync(TestEngine engine, RunId run, string task, HandoffChoice choice, Func<bool> dead)
    {
        var deciding = engine.Orchestrator.DecideHandoffAsync(run, task, new HandoffDecision { Choice = choice, By = "Ada", Reason = "So." }, cancellationToken: TestEngine.Ending);
        while (!deciding.IsCompleted && !dead())
        {
            await Task.Yield();
        }

        try
        {
            await (deciding.IsCompleted ? deciding : Task.CompletedTask);
        }
        catch (RunRefusedException e) when (e.Message.Contains("Nobody is asked", StringComparison.Ordinal))
        {
            // A decision that was made before the process died has arrived in the meantime.
        }
    }

    private static TaskDefinition Same(TaskDefinition task) => task;
}

/// <summary>A contract of the application's that does what a test says.</summary>
internal sealed class GivenContract(string name, Func<Handoff, CancellationToken, ValueTask<HandoffVerdict>> check) : IHandoffContract
{
    public string Name => name;

    public ValueTask<HandoffVerdict> ValidateAsync(Handoff handoff, CancellationToken cancellationToken) => check(handoff, cancellationToken);

    public static HandoffVerdict Broken(params string[] messages)
        => new() { Violations = [.. messages.Select(message => new ContractViolation { Contract = "given", Rule = "given", Message = message })] };
}
