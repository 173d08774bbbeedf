using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

/// <summary>The derived edges against a plain pairwise check of conflicts.</summary>
public sealed class SmartConflictTests
{
    [Fact]
    public void The_order_is_that_of_a_pairwise_check_of_all_conflicts()
    {
        var (derived, conflicting) = (0, 0);
        for (var seed = 0; seed < 3_000; seed++)
        {
            var plan = Make(new Random(seed));
            var graph = PlanGraph.Compile(plan);
            var tasks = Enumerable.Range(0, graph.TaskCount).Select(graph.Task).ToArray();
            var planned = Planned(graph);
            var order = Order(graph, tasks, planned);

            var expected = (bool[,])planned.Clone();
            for (var left = 0; left < order.Length; left++)
            {
                for (var right = left + 1; right < order.Length; right++)
                {
                    if (AreSmart(graph, order[left], order[right]) && Conflict(graph, tasks, order[left], order[right]))
                    {
                        expected[order[left], order[right]] = true;
                        conflicting++;
                    }
                }
            }

            var actual = (bool[,])planned.Clone();
            for (var to = 0; to < tasks.Length; to++)
            {
                foreach (var from in graph.OrderDependencies(to).ToArray().Where(from => graph.IsDerived(from, to)))
                {
                    actual[from, to] = true;
                    derived++;
                    Assert.NotNull(graph.ReasonOf(from, to));
                    Assert.True(Conflict(graph, tasks, from, to), $"seed {seed}: no conflict between {tasks[from].Id} and {tasks[to].Id}");
                }
            }

            Assert.True(Closure(expected).Cast<bool>().SequenceEqual(Closure(actual).Cast<bool>()), $"seed {seed}");
            for (var task = 0; task < tasks.Length; task++)
            {
                Assert.False(actual[task, task]);
            }
        }

        Assert.True(derived > 5_000 && conflicting > derived, $"{derived} of {conflicting}");
    }

    [Fact]
    public void The_edges_are_linear_in_the_declarations()
    {
        const int Tasks = 20_000;
        var graph = PlanGraph.Compile(new PlanBuilder("p").Phase("a", phase =>
        {
            phase.Smart();
            for (var task = 0; task < Tasks; task++)
            {
                var (number, writes) = (task, task % 100 == 0);
                phase.Task($"t{task}", "g", one => (writes ? one.Writes("d") : one.Reads("d").After($"t{number - (number % 100)}")).Exclusive($"e{number % 3}"));
            }
        }).Build());

        Assert.InRange(Enumerable.Range(0, Tasks).Sum(task => graph.OrderDependencies(task).Length), Tasks, 3 * Tasks);
    }

    private static OrchestrationPlan Make(Random random)
    {
        var builder = new PlanBuilder("p");
        var earlier = new List<string>();
        for (var phase = 0; phase < random.Next(1, 4); phase++)
        {
            var before = Enumerable.Range(0, phase).Where(_ => random.Next(3) == 0).Select(index => $"p{index}").ToArray();
            builder.Phase($"p{phase}", made =>
            {
                made.DependsOn(before);
                _ = random.Next(5) == 0 ? made.Parallel() : made.Smart();
                for (var count = random.Next(7); count > 0; count--)
                {
                    var id = $"t{earlier.Count}";
                    made.Task(id, "g", task =>
                    {
                        task.After([.. earlier.Where(_ => random.Next(8) == 0)]).Reads(Some("d")).Writes(Some("d")).Exclusive(Some("e"));
                        _ = random.Next(8) == 0 ? task.Critical() : task;
                    });
                    earlier.Add(id);
                }
            });
        }

        return builder.Build();

        string[] Some(string kind) => [.. Enumerable.Range(0, random.Next(3)).Select(_ => $"{kind}{random.Next(4)}").Distinct()];
    }

    private static bool AreSmart(PlanGraph graph, int left, int right)
        => graph.Phase(graph.PhaseOf(left)).Mode == PhaseMode.Smart && graph.Phase(graph.PhaseOf(right)).Mode == PhaseMode.Smart;

    private static bool Conflict(PlanGraph graph, TaskDefinition[] tasks, int left, int right)
    {
        var (a, b) = (tasks[left], tasks[right]);
        return a.Writes.Intersect(b.Writes.Concat(b.Reads)).Any() || a.Reads.Intersect(b.Writes).Any() || a.Exclusive.Intersect(b.Exclusive).Any()
            || (graph.PhaseOf(left) == graph.PhaseOf(right) && TaskCriticality.Critical is var critical && (a.Criticality == critical || b.Criticality == critical));
    }

    /// <summary>What dependencies of tasks and phases say.</summary>
    private static bool[,] Planned(PlanGraph graph)
    {
        var planned = new bool[graph.TaskCount, graph.TaskCount];
        var phases = new bool[graph.PhaseCount, graph.PhaseCount];
        for (var phase = 0; phase < graph.PhaseCount; phase++)
        {
            foreach (var before in graph.PhaseDependencies(phase))
            {
                phases[before, phase] = true;
            }
        }

        phases = Closure(phases);
        for (var to = 0; to < graph.TaskCount; to++)
        {
            for (var from = 0; from < graph.TaskCount; from++)
            {
                planned[from, to] = graph.JoinDependencies(to).Contains(from) || phases[graph.PhaseOf(from), graph.PhaseOf(to)];
            }
        }

        return Closure(planned);
    }

    // Writers before readers of each thing, unless that is circular; of the tasks that can be next, the first in the plan.
    private static int[] Order(PlanGraph graph, TaskDefinition[] tasks, bool[,] planned)
    {
        var count = tasks.Length;
        var smart = Enumerable.Range(0, count).Where(task => graph.Phase(graph.PhaseOf(task)).Mode == PhaseMode.Smart).ToArray();
        var things = smart.SelectMany(task => tasks[task].Writes).Distinct().ToList();
        var pairs = things.ToDictionary(
            thing => thing,
            thing => (from writer in smart
                      where tasks[writer].Writes.Contains(thing)
                      from reader in smart
                      where tasks[reader].Reads.Contains(thing) && !tasks[reader].Writes.Contains(thing)
                      select (writer, reader)).ToList());
        var all = (bool[,])planned.Clone();
        pairs.Values.SelectMany(list => list).ToList().ForEach(pair => all[pair.writer, pair.reader] = true);
        all = Closure(all);
        var preferred = (bool[,])planned.Clone();
        foreach (var list in pairs.Values.Where(list => !list.Any(pair => list.Any(other => Reaches(all, other.reader, pair.writer)))))
        {
            list.ForEach(pair => preferred[pair.writer, pair.reader] = true);
        }

        var order = new List<int>();
        while (order.Count < count)
        {
            order.Add(Enumerable.Range(0, count).First(task => !order.Contains(task) && Enumerable.Range(0, count).All(before => !preferred[before, task] || order.Contains(before))));
        }

        return [.. order];
    }

    private static bool Reaches(bool[,] closure, int from, int to) => from == to || closure[from, to];

    private static bool[,] Closure(bool[,] edges)
    {
        var (closure, count) = ((bool[,])edges.Clone(), edges.GetLength(0));
        for (var through = 0; through < count; through++)
        {
            for (var from = 0; from < count; from++)
            {
                for (var to = 0; closure[from, through] && to < count; to++)
                {
                    closure[from, to] |= closure[through, to];
                }
            }
        }

        return closure;
    }
}
