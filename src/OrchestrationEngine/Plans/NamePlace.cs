namespace OrchestrationEngine.Plans;

/// <summary>Where in a plan an expression stands, which decides the names that it may use.</summary>
/// <param name="Task">The task, or -1.</param>
/// <param name="Phase">The phase, or -1.</param>
/// <param name="Kind">When it is read.</param>
/// <param name="More">The names besides those that exist everywhere.</param>
internal readonly record struct NamePlace(int Task, int Phase, PlaceKind Kind, MoreNames More = MoreNames.None)
{
    /// <summary>The output of the plan: everything has ended.</summary>
    public static NamePlace Outputs => new(-1, -1, PlaceKind.AtEnd);

    /// <summary>Where a run starts: nothing has happened yet.</summary>
    public static NamePlace Start => new(-1, -1, PlaceKind.AtStart);
}

/// <summary>When an expression is read.</summary>
internal enum PlaceKind
{
    /// <summary>Before anything: only the inputs are there.</summary>
    AtStart,

    /// <summary>When a phase would start.</summary>
    PhaseStart,

    /// <summary>When a task would start: it waits for the tasks that it mentions.</summary>
    TaskStart,

    /// <summary>Again and again, with what is there.</summary>
    Live,

    /// <summary>When all has ended.</summary>
    AtEnd,
}

/// <summary>Names that exist in some places only.</summary>
[Flags]
internal enum MoreNames
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>item</c> and <c>index</c>.</summary>
    Item = 1,

    /// <summary><c>turn</c>.</summary>
    Turn = 2,

    /// <summary><c>signal.payload</c>.</summary>
    Signal = 4,
}
