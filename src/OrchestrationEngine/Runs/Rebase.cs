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
        var tasks = new TaskSlot[graph.TaskCount];
        var outputs = new JsonData[graph.TaskCount];
        var phases = new PhaseSlot[graph.PhaseCount];
        tasks.AsSpan().Fill(new TaskSlot { Generation = 1 });
        phases.AsSpan().Fill(new PhaseSlot { Generation = 1 });
        var taskNumbers = new int[before.TaskCount];
        var phaseNumbers = new int[before.PhaseCount];
        for (var phase = 0; phase < phaseNumbers.Length; phase++)
        {
            phaseNumbers[phase] = graph.TryGetPhase(renames.Phase(before.Phase(phase).Id), out var to) ? to : -1;
            Carry(phaseNumbers[phase], phases, state.Phase(phase));
        }

        for (var task = 0; task < taskNumbers.Length; task++)
        {
            taskNumbers[task] = graph.TryGetTask(renames.Task(before.Task(task).Id), out var to) ? to : -1;
            Carry(taskNumbers[task], tasks, state.Task(task));
            Carry(taskNumbers[task], outputs, state.Output(task));
        }

        // What is ready keeps its order, which is by age and no fact.
        var ready = state.Agenda.ReadyTasks(state).OrderBy(task => state.Task(task).Ticket).ToList();
        var touched = state.Agenda.Touched.ToList();
        Renumber(state.Failures, taskNumbers);
        Renumber(state.LostAttempts, taskNumbers);
        state.Items.Renumber(task => taskNumbers[task]);
        state.Replace(graph, tasks, phases, outputs, renames);
        Counts.Recount(state);
        Recall(state, ready, touched, taskNumbers);
    }

    // The agenda is made anew from the state; entries too many do no harm.
    private static void Recall(RunState state, List<int> ready, List<int> touched, int[] numbers)
    {
        for (var task = 0; task < state.Tasks.Length; task++)
        {
            state.Task(task).Ticket = 0;
        }

        foreach (var task in ready)
        {
            // An item that was ready is not in the new queue yet, whatever its slot says.
            if (NumberOf(task, numbers) is >= 0 and var number && state.Has(number))
            {
                state.Task(number).Ticket = 0;
                if (state.IsStartable(number))
                {
                    state.Agenda.AddReady(state, number);
                }
            }
        }

        foreach (var task in touched)
        {
            if (NumberOf(task, numbers) is >= 0 and var number)
            {
                state.Agenda.Touch(number);
            }
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

    // Items keep their numbers: those are of the run, not of its plan.
    private static int NumberOf(int task, int[] numbers) => task < ItemTable.First ? numbers[task] : task;

    private static void Carry<T>(int to, T[] values, in T value)
    {
        if (to >= 0)
        {
            values[to] = value;
        }
    }

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
