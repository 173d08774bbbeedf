using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Execution;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution.Nodes;

public sealed class OwnedRunTests
{
    [Fact]
    public void A_loop_that_was_replaced_can_not_take_away_the_times_of_the_one_after_it()
        => OneThread.Run(thread =>
        {
            var (time, host, woken) = (new ManualTimeProvider(), new SilentHost(), new List<RunId>());
            using var wakeUps = new WakeUps(time, woken.Add);
            var run = OwnedRun(thread, time, host);
            run.TryPost(default);
            var first = run.Actor!;
            Assert.NotNull(run.Recover(first, wakeUps));
            Assert.True(run.IsRecovering);
            run.TryPost(default);
            var second = run.Actor!;
            run.WakeAt(second, (time.GetUtcNow() + TimeSpan.FromHours(1)).UtcTicks, wakeUps);

            // All that the first may still say.
            run.WakeAt(first, null, wakeUps);
            Assert.Null(run.Recover(first, wakeUps));
            Assert.False(run.TryEnd(first, wakeUps));
            time.Advance(TimeSpan.FromMinutes(59));
            Assert.Empty(woken);
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.Single(woken);
        });

    [Fact]
    public void A_run_that_is_the_nodes_no_longer_takes_nothing()
        => OneThread.Run(thread =>
        {
            var time = new ManualTimeProvider();
            using var wakeUps = new WakeUps(time, _ => { });
            var run = OwnedRun(thread, time, new SilentHost());
            run.TryPost(default);
            run.WakeAt(run.Actor!, 5, wakeUps);
            run.End(wakeUps);
            Assert.Equal(0, wakeUps.Count);
            Assert.False(run.TryPost(default));
            run.WakeAt(run.Actor!, 5, wakeUps);
            Assert.Equal(0, wakeUps.Count);
        });

    [Fact]
    public void A_stay_has_one_lease_on_a_run_and_it_is_the_latest()
        => OneThread.Run(thread =>
        {
            var time = new ManualTimeProvider();
            using var wakeUps = new WakeUps(time, _ => { });
            var stay = new NodeStay(new NodeId("n/1"), new LeaseValidity(time, thread));
            var runs = new long[] { 1, 3, 2 }.Select(epoch => OwnedRun(thread, time, new SilentHost(), stay, epoch)).ToList();
            Assert.True(stay.TryReserve(2) && stay.TryAdd(runs[0], wakeUps));
            Assert.True(stay.TryReserve(2) && stay.TryAdd(runs[1], wakeUps));
            Assert.False(stay.TryReserve(2) && stay.TryAdd(runs[2], wakeUps));
            Assert.Equal((runs[1], 1, true, false), (stay.Find(runs[0].Id), stay.Count, runs[0].HasEnded, runs[1].HasEnded));
            Assert.True(stay.TryReserve(2));
            Assert.False(stay.TryReserve(2));
            stay.Unreserve();
            stay.End(wakeUps);
            Assert.True(runs[1].HasEnded);
            Assert.True(stay.TryReserve(1));
            Assert.False(stay.TryAdd(OwnedRun(thread, time, new SilentHost(), stay, 5), wakeUps));
            Assert.Equal(0, stay.Count);
        });

    private static OwnedRun OwnedRun(OneThread thread, ManualTimeProvider time, IRunHost host, NodeStay? stay = null, long epoch = 1)
    {
        var settings = new OrchestrationOptions { WorkScheduler = thread }.Validate([]);
        var context = new NodeContext(settings, new InMemoryStateStore(time), new AgentRegistry([]), time, () => 0.5, new ServiceCollection().BuildServiceProvider(), NullLoggerFactory.Instance);
        return new OwnedRun(new RunId("r"), epoch, stay ?? new NodeStay(new NodeId("n/1"), new LeaseValidity(time, thread)), context, host);
    }

    private sealed class SilentHost : IRunHost
    {
        public bool IsStopping => false;

        public void WakeAt(RunActor actor, long? ticks)
        {
        }

        public void Left(RunActor actor, in Departure departure)
        {
        }

        public void Faulted(RunActor actor, Exception exception)
        {
        }
    }
}
