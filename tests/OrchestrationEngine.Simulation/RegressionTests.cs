using OrchestrationEngine.Testing;

namespace OrchestrationEngine.SimulationTests;

/// <summary>What the simulation has found, each with the seed and the faults that showed it, shrunk. None of them shows it any more.</summary>
public sealed class RegressionTests
{
    public static TheoryData<string, int, int, string> Found => new()
    {
        // The framework's delay, when it is cut short, goes on on the thread pool: the drain of a node with an append under way left the simulation's thread.
        { "A wait that is cut short goes on where the engine's work runs", 161, 1, "Partition:0:67373:27468:0,Drain:0:75863:9815:0" },
        { "A wait that is cut short goes on where the engine's work runs", 53, 3, "ClockDrift:2:0:90000:-6289,LostResponses:2:33982:25897:427,LostResponses:2:49583:28716:602" },

        // A process that had stood still for longer than its lease began attempts before it heard that another node had the run.
        { "A node that stood still begins nothing until its lease is renewed", 319, 3, "Pause:1:11587:45422:0,Pause:-1:33370:10740:0" },
        { "A node that stood still begins nothing until its lease is renewed", 2372, 3, "CrashInAttempt:1:33731:9235:0,CrashInAttempt:-1:48318:3165:1,LostResponses:0:72069:25455:657,Pause:-1:88371:11388:0" },
        { "A node that stood still begins nothing until its lease is renewed", 6031, 3, "ClockDrift:1:0:90000:8525,ClockDrift:2:0:90000:-7010,AgentLies:2:1501:15317:292,AgentLate:1:14760:10487:101,Partition:0:15082:1477:0,Partition:0:29617:6712:0,Partition:1:38327:5101:0,ClockJump:0:42590:0:611162,Partition:0:60897:36041:0,Pause:-1:66101:50433:0,ClockJump:0:71580:0:1121" },

        // It also told who asked to resume a run that it was not paused, from what it remembered; another node had paused it meanwhile.
        { "A node that stood still answers nothing from memory until its lease is renewed", 12061, 3, "ClockJump:1:36342:0:-578322,Pause:1:70149:22851:0" },

        // A run whose creation the store finished after the node had given up waiting and looked for it belonged to the node, which never knew.
        { "A lease that the store gives late is found", 607, 3, "ClockDrift:1:0:90000:8653,ClockDrift:2:0:90000:2820,Partition:1:18534:37549:0,AgentLies:0:18937:4453:707,AgentLies:-1:27333:17680:202,Partition:0:32530:3763:0,Partition:2:34142:2691:0,Pause:-1:51462:1255:0,Partition:-1:56675:2967:0" },

        // At the end of its grace period a drained node waited for one loop after the other, while the attempts of the others went on beyond the lease.
        { "A node that is drained tells all attempts to stop before its lease is over", 858, 3, "Drain:2:14056:8852:0,Partition:2:44826:6528:0,Drain:-1:58769:7308:0,Partition:-1:58795:7014:0,Pause:1:63663:729:0" },
        { "A node that is drained tells all attempts to stop before its lease is over", 12798, 3, "Drain:1:10324:5008:0,Drain:2:11277:9884:0,AgentLate:1:12543:26890:580,Partition:1:36772:37556:0,Drain:1:37434:8592:0" },

        // Of several that wait for one task the framework takes all but one to the thread pool.
        { "Several attempts that wait for one renewal begin where the engine's work runs", 2648, 3, "Pause:-1:9032:7028:0" },
    };

    [Theory, MemberData(nameof(Found))]
    public void What_was_found_is_found_no_more(string what, int seed, int nodes, string faults)
    {
        var drawn = Simulation.Run(seed, new SimulationOptions { Nodes = nodes });
        var given = Simulation.Run(seed, new SimulationOptions { Nodes = nodes, Faults = SimulatedFault.Parse(faults) });

        Assert.True(drawn.IsSuccess, $"{what}. {drawn}");
        Assert.True(given.IsSuccess, $"{what}. {given}");
    }
}
