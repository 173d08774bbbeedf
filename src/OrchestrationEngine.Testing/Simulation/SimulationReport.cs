using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Testing;

/// <summary>What came of a simulation.</summary>
public sealed record SimulationReport
{
    /// <summary>Its seed.</summary>
    public required int Seed { get; init; }

    /// <summary>With what it was made.</summary>
    public required SimulationOptions Options { get; init; }

    /// <summary>What was not as it must be; null when all was well.</summary>
    public SimulationViolation? Violation { get; init; }

    /// <summary>What went wrong on purpose.</summary>
    public required IReadOnlyList<SimulatedFault> Faults { get; init; }

    /// <summary>What happened.</summary>
    public required SimulationTrace Trace { get; init; }

    /// <summary>How much happened.</summary>
    public required long Events { get; init; }

    /// <summary>How long it took, by the simulation's time.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>How many attempts agents were called for.</summary>
    public required int Attempts { get; init; }

    /// <summary>How many processes of nodes were started.</summary>
    public required int Lives { get; init; }

    /// <summary>Whether all was well.</summary>
    public bool IsSuccess => Violation is null;

    /// <summary>How to run it again.</summary>
    public string Replay => Options.ReplayCommand?.Invoke(this)
        ?? string.Create(CultureInfo.InvariantCulture, $"Simulation.Run({Seed}, options with {{ Runs = {Options.Runs}, Commands = {Options.Commands}, Faults = SimulatedFault.Parse(\"{SimulatedFault.Format(Faults)}\") }})");

    /// <summary>What was wrong, how to see it again, and the last that happened.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Seed {Seed}: ");
        if (Violation is null)
        {
            text.Append(CultureInfo.InvariantCulture, $"all well; {Events} events in {Length.TotalSeconds:0} s of virtual time, {Attempts} attempts, {Lives} processes, trace {Trace.Hash}");
            return text.ToString();
        }

        text.Append(CultureInfo.InvariantCulture, $"{Violation.Rule}\n  at {Violation.At.TotalSeconds:0.0000} s: {Violation.Message}\n");
        text.Append(CultureInfo.InvariantCulture, $"Replay it with:\n  {Replay}\nFaults ({Faults.Count}):\n");
        foreach (var fault in Faults)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {fault}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"Trace {Trace.Hash}:\n{Trace}\n").ToString();
    }
}
