using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Carries a state over to another form of its plan: what is known of phases and tasks goes to their new numbers, and everything that follows from the
/// plan is counted anew from where they stand. It judges nothing; what may be changed was decided before.
/// </summary>
internal static class Rebase
{
    /// <summary>Carries a state over.</summary>
    /// <param name="state">The state.</param>
    /// <param name="graph">The plan that holds from now on. It has every phase and task that has begun.</param>
    /// <param name="renames">What phases and tasks are called in it, where they are called otherwise.</param>
    public static void To(RunState state, PlanGraph graph, PlanRenames renames)
    {
        var before = state.Graph;
        var rebased = new RunState(state.Id, graph, state.Inputs, state.GracePeriod);
        for (var phase = 0; phase < before.PhaseCount; phase++)
        {
            if (graph.TryGetPhase(renames.Phase(before.Phase(phase).Id), out var to))
            {
                rebased.Phase(to) = state.Phase(phase);
            }
        }

        var numbers = new int[before.TaskCount];
        for (var task = 0; task < numbers.Length; task++)
        {
            numbers[task] = graph.TryGetTask(renames.Task(before.Task(task).Id), out var to) ? to : -1;
            if (numbers[task] >= 0)
            {
                rebased.Task(to) = state.Task(task);
                rebased.Output(to) = state.Output(task);
            }
        }

        // What is ready keeps its order, which is by age and no fact.
        var ready = state.Agenda.ReadyTasks(state).OrderBy(task => state.Task(task).Ticket).ToList();
        var (touched, created) = (state.Agenda.Touched.ToList(), state.Agenda.ChildrenCreated.ToList());
        Renumber(state.Failures, numbers);
        Renumber(state.LostAttempts, numbers);
        Renumber(state.Canceling, numbers);
        Renumber(state.Children, numbers);
        RenumberGuards(state, graph, numbers);
        state.Waits.Renumber(task => NumberOf(task, numbers));
        state.Handoffs.Renumber(task => NumberOf(task, numbers));
        state.Loops.Renumber(numbers);
        state.Items.Renumber(numbers);
        state.Replace(rebased, renames);
        Counts.Recount(state);
        Recall(state, ready, touched, numbers);
        state.Agenda.ChildrenCreated.AddRange(created.Select(task => NumberOf(task, numbers)).Where(static task => task >= 0));
    }

    // The agenda is made anew from the state; entries too many do no harm.
    private static void Recall(RunState state, List<int> ready, List<int> touched, int[] numbers)
    {
        foreach (var task in state.Numbers)
        {
            ref var slot = ref state.Task(task);
            slot.Ticket = 0;

            // Whether it is done at all may be another question now; that it is, is no fact.
            slot.Admitted = false;
        }

        foreach (var task in ready)
        {
            if (NumberOf(task, numbers) is >= 0 and var number && state.Has(number) && state.IsStartable(number))
            {
                state.Agenda.AddReady(state, number);
            }
        }

        foreach (var task in touched)
        {
            if (NumberOf(task, numbers) is >= 0 and var number)
            {
                state.Agenda.Touch(number);
            }
        }

        foreach (var fanOut in state.Items.FanOuts.Values)
        {
            fanOut.IsOnAgenda = false;
        }

        RunStateCodec.LookAtAll(state);
        for (var task = 0; task < state.Tasks.Length; task++)
        {
            if (state.Task(task).Status == RunTaskStatus.Pending)
            {
                RunFold.Offer(state, task);
            }
        }
    }

    // A milestone that is another one now, or none, is waited for anew.
    private static void RenumberGuards(RunState state, PlanGraph graph, int[] numbers)
    {
        foreach (var task in state.GuardDues.Keys.ToList())
        {
            var now = numbers[task] < 0 ? null : graph.Task(numbers[task]);
            var was = state.Graph.Task(task);
            if (now is null || now.Guard?.Text != was.Guard?.Text || now.GuardTimeout != was.GuardTimeout)
            {
                state.GuardDues.Remove(task);
            }
        }

        Renumber(state.GuardDues, numbers);
    }

    // Items keep their numbers: those are of the run, not of its plan.
    private static int NumberOf(int task, int[] numbers) => task < ItemTable.First ? numbers[task] : task;

    private static void Renumber<T>(Dictionary<int, T> values, int[] numbers)
    {
        var entries = values.ToArray();
        values.Clear();
        foreach (var (task, value) in entries)
        {
            if (NumberOf(task, numbers) is >= 0 and var number)
            {
                values[number] = value;
            }
        }
    }
}
