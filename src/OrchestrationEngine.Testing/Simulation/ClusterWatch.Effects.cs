using OrchestrationEngine.Agents;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Testing;

// What is done in the world: each attempt once, by the node that may.
internal sealed partial class ClusterWatch
{
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(100);

    private readonly List<WatchedEffect> _effects = [];

    /// <summary>The attempts under way.</summary>
    public IReadOnlyList<WatchedEffect> Effects => _effects;

    /// <summary>How many attempts have begun.</summary>
    public int Attempts { get; private set; }

    public WatchedEffect Begins(SimulatedLife life, AgentRequest request)
    {
        Attempts++;
        trace.Add(loop.Now, life, "begins", request.Run.Value, request.Attempt, request.Task);
        var attempt = (request.Task, request.Attempt);
        long epoch = 0;
        if (!_runs.TryGetValue(request.Run, out var run) || !run.Begun.TryGetValue(attempt, out var writer))
        {
            Fail("an attempt begins when that is in the journal", $"{life} began attempt {request.Attempt} of task '{request.Task}' of run '{request.Run}', and the journal does not know of it.");
        }
        else
        {
            epoch = run.Epoch;
            if (run.Made.TryGetValue(attempt, out var former))
            {
                Fail("an attempt is made once", $"{life} began attempt {request.Attempt} of task '{request.Task}' of run '{request.Run}', which {former} had begun before.");
            }
            else if (writer != life)
            {
                Fail("an attempt is made by the node that wrote it down", $"{life} began attempt {request.Attempt} of task '{request.Task}' of run '{request.Run}'; {writer} had written that it would.");
            }
            else if (run.Holder is { } holder ? !life.Stays.Contains(holder) : run.Epoch != 0)
            {
                Fail("who has lost a run begins nothing in it", $"{life} began attempt {request.Attempt} of task '{request.Task}' of run '{request.Run}' after it had lost the run: it is in epoch {run.Epoch}, {HolderOf(run)}.");
            }

            run.Made[attempt] = life;
        }

        var effect = new WatchedEffect(life, request, epoch);
        _effects.Add(effect);
        return effect;
    }

    public void IsToldToStop(WatchedEffect effect)
    {
        if (!effect.IsToldToStop)
        {
            effect.IsToldToStop = true;
            trace.Add(loop.Now, effect.Life, "is told to stop", effect.Request.Run.Value, effect.Request.Attempt, effect.Request.Task);
        }
    }

    public void Ends(WatchedEffect effect, string how)
    {
        if (_effects.Remove(effect))
        {
            trace.Add(loop.Now, effect.Life, how, effect.Request.Run.Value, effect.Request.Attempt, effect.Request.Task);
        }
    }

    /// <summary>What a process did goes with it.</summary>
    public void Vanish(SimulatedLife life) => _effects.RemoveAll(effect => effect.Life == life);

    private TimeSpan AfterStandstill => leaseDuration / 10 + TimeSpan.FromMilliseconds(500);

    private IEnumerable<WatchedEffect> Running(SimulatedLife life, RunId run)
        => life.IsAlive ? _effects.Where(effect => effect.Life == life && effect.Request.Run == run) : [];

    // Another may take the run from now on. A process that stands still can't stop anything: it has a tenth of the lease once it goes on. One that
    // gives a run away has told its attempts, and it may be a moment until they hear it.
    private void ExpectStopped(WatchedStay stay, RunId run, TimeSpan within)
    {
        foreach (var effect in Running(stay.Life, run).Where(effect => !effect.IsToldToStop).ToList())
        {
            if (stay.Life.IsPaused)
            {
                stay.Life.WhenResumed(() => loop.After(AfterStandstill, null, () => ExpectStopped(effect, AfterStandstill)));
            }
            else
            {
                var wait = Math.Max(within.Ticks, stay.Life.ResumedAt + AfterStandstill.Ticks - loop.Now);
                if (wait > 0)
                {
                    loop.At(loop.Now + wait, null, () => ExpectStopped(effect, within));
                }
                else
                {
                    Fail("who loses a run has stopped its attempts", $"{stay.Life} was put out while {effect} was under way and not told to stop.");
                }
            }
        }
    }

    private void ExpectStopped(WatchedEffect effect, TimeSpan within)
    {
        if (effect.Life is { IsAlive: true, IsPaused: false } && !effect.IsToldToStop && _effects.Contains(effect))
        {
            Fail("who loses a run has stopped its attempts", $"{effect} goes on, and was not told to stop within {within} after its node lost the run, or went on after it.");
        }
    }
}
