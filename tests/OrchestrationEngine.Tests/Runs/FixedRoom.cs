using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

/// <summary>An engine with room for so many more attempts of one run.</summary>
internal sealed class FixedRoom : IAdmission
{
    private static readonly Gate Full = new(GateKind.EngineRoom, 0);

    private int _left;

    private FixedRoom(int left) => _left = left;

    /// <summary>Decides what follows, with room for so many more attempts.</summary>
    public static void Advance(RunStep step, RunState state, DateTimeOffset now, int room)
    {
        state.Engine = new FixedRoom(room);
        state.Agenda.Open(state, Full);
        step.Advance(now);
    }

    Gate? IAdmission.TryTake(RunState state, int task) => _left-- > 0 ? null : Full;

    string IAdmission.Reason(Gate gate) => "there is no room.";
}
