namespace OrchestrationEngine.Testing;

/// <summary>What can go wrong in a simulation.</summary>
public enum SimulatedFaultKind
{
    /// <summary>The process of a node is killed, and started again when the duration is over; with an amount of 1 under another name.</summary>
    Crash,

    /// <summary>The node is killed just before its next write reaches the store.</summary>
    CrashBeforeWrite,

    /// <summary>The node is killed just after its next write is in the store, before it hears of it.</summary>
    CrashAfterWrite,

    /// <summary>The next attempt that begins on the node takes the process down.</summary>
    CrashInAttempt,

    /// <summary>The node is stopped in an orderly way and started again.</summary>
    Drain,

    /// <summary>The process stands still (SIGSTOP, a long collection of garbage) and then goes on as if nothing had been.</summary>
    Pause,

    /// <summary>The node and the store can't reach each other.</summary>
    Partition,

    /// <summary>Each call of the store takes up to the amount longer, in milliseconds, each way.</summary>
    SlowStore,

    /// <summary>Calls of the store fail without an effect; the amount is how many in a thousand.</summary>
    FailingStore,

    /// <summary>Calls of the store have their effect, and fail; the amount is how many in a thousand.</summary>
    LostResponses,

    /// <summary>Writes reach the store twice, the second time late; the amount is how many in a thousand.</summary>
    RepeatedWrites,

    /// <summary>The wall clock of the node is put forward, or back, by the amount, in milliseconds. The monotonic clock does not jump.</summary>
    ClockJump,

    /// <summary>The clock of the node runs fast, or slow, by the amount, in parts per million, all the time.</summary>
    ClockDrift,

    /// <summary>Attempts that begin neither end nor listen; the amount is how many in a thousand. Only of tasks that have a timeout.</summary>
    AgentHangs,

    /// <summary>Attempts end with an exception; the amount is how many in a thousand.</summary>
    AgentDies,

    /// <summary>Attempts report something other than what they did; the amount is how many in a thousand.</summary>
    AgentLies,

    /// <summary>Attempts don't listen when they are told to stop, and answer late; the amount is how many in a thousand.</summary>
    AgentLate,

    /// <summary>Attempts do what they do twice at the same time, and one of the two goes on when the other has answered; the amount is how many in a thousand.</summary>
    AgentDoesItTwice,
}
