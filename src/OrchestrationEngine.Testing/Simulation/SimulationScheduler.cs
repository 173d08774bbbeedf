using OrchestrationEngine.Execution;

namespace OrchestrationEngine.Testing;

/// <summary>Where the work of one life of a node runs: on the simulation's thread, in an order that the seed draws, now and then after a moment.</summary>
internal sealed class SimulationScheduler(SimulationLoop loop, SimulatedLife life, Random random) : WorkScheduler
{
    public override void Queue(IThreadPoolWorkItem item, bool preferLocal)
    {
        loop.RequireThread($"The scheduler of {life}");
        if (random.Next(8) == 0)
        {
            loop.At(loop.Now + random.Next((int)(5 * TimeSpan.TicksPerMillisecond)), life, item.Execute);
        }
        else
        {
            loop.Soon(life, item.Execute);
        }
    }
}
