using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Faults.Workload;

/// <summary>What one task of a trial does, as its inputs say.</summary>
/// <param name="Duration">How long it takes.</param>
/// <param name="Fails">How many of its first visits fail for now.</param>
/// <param name="Hangs">How many of its first visits never come back by themselves.</param>
/// <param name="Impossible">Whether it fails for good.</param>
internal readonly record struct EffectWork(TimeSpan Duration, int Fails = 0, int Hangs = 0, bool Impossible = false)
{
    public static EffectWork From(TaskInputs inputs)
        => new(
            TimeSpan.FromMilliseconds(inputs["milliseconds"].ToElement().GetInt32()),
            inputs["fails"].ToElement().GetInt32(),
            inputs["hangs"].ToElement().GetInt32(),
            inputs["impossible"].ToElement().GetBoolean());

    public IReadOnlyList<TaskInput> ToInputs()
        =>
        [
            Number("milliseconds", (int)Duration.TotalMilliseconds),
            Number("fails", Fails),
            Number("hangs", Hangs),
            new TaskInput { Name = "impossible", Value = JsonData.Parse(Impossible ? "true" : "false") },
        ];

    private static TaskInput Number(string name, int value) => new() { Name = name, Value = JsonData.Parse(FormattableString.Invariant($"{value}")) };
}
