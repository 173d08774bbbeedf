using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>What every journal says of handoffs, whatever happened: nothing that was rejected, or was not checked, ever counted.</summary>
internal static class HandoffJournal
{
    public static void RequireSound(OrchestrationPlan plan, IEnumerable<RecordedEvent> journal)
    {
        var tasks = plan.Phases.SelectMany(phase => phase.Tasks).ToDictionary(task => task.Id);
        var (rejected, validated, asked, accepted) = (new HashSet<(string, int)>(), new HashSet<(string, int, string?)>(), new HashSet<(string, int)>(), new HashSet<string>());
        foreach (var recorded in journal)
        {
            switch (recorded.Event)
            {
                case HandoffRejected fact:
                    Assert.NotEmpty(fact.Violations);
                    rejected.Add((fact.Task, fact.Attempt));
                    break;
                case HandoffValidated fact:
                    validated.Add((fact.Task, fact.Attempt, fact.Handoff));
                    break;
                case HandoffAsked fact:
                    Assert.DoesNotContain((fact.Task, fact.Attempt), rejected);
                    Assert.True(asked.Add((fact.Task, fact.Attempt)), $"{fact.Task} was asked about twice.");
                    RequireChecked(fact.Task, fact.Attempt);
                    break;
                case HandoffDecided fact:
                    Assert.True(asked.Remove((fact.Task, fact.Attempt)), $"Nobody was asked about {fact.Task}.");
                    _ = fact.Choice == HandoffChoice.Accept && accepted.Add(fact.Task);
                    break;
                case TaskSucceeded fact:
                    Assert.True(accepted.Remove(fact.Task), $"{fact.Task} succeeded without an attempt, and nobody accepted it.");
                    break;
                case AttemptSucceeded fact:
                    Assert.DoesNotContain((fact.Task, fact.Attempt), rejected);
                    RequireChecked(fact.Task, fact.Attempt);
                    break;
                case ArtifactRegistered { Quarantined: false } fact:
                    Assert.DoesNotContain((fact.Task, fact.Attempt), rejected);
                    break;
            }
        }

        void RequireChecked(string task, int attempt)
        {
            Assert.True(tasks[task].Contract is null || validated.Contains((task, attempt, null)), $"Nobody checked attempt {attempt} of {task}.");
            foreach (var handoff in plan.Handoffs.Where(handoff => handoff.From == task && (handoff.Contract is not null || handoff.Transforms.Count > 0)))
            {
                Assert.True(validated.Contains((task, attempt, handoff.Id)), $"Nobody checked handoff {handoff.Id} of attempt {attempt} of {task}.");
            }
        }
    }
}
