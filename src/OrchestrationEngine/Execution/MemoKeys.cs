using System.Security.Cryptography;
using System.Text;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>What a result depends on, as one hash: the agent and its version, what it is given, what the plan wants of it, and under which contracts.</summary>
internal static class MemoKeys
{
    /// <summary>The key of an attempt's result.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="task">What it says of the task.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="request">What the agent is given, with moved values in their places.</param>
    /// <param name="more">What the task says that its result depends on besides, or null.</param>
    public static string Of(OrchestrationPlan plan, TaskDefinition task, AgentRegistration agent, AgentRequest request, JsonData? more)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, "memo/1"u8);
        Add(hash, agent.Name);
        Add(hash, agent.Version);
        for (var i = 0; i < request.Inputs.Count; i++)
        {
            Add(hash, task.Inputs[i].Name);
            Add(hash, request.Inputs.Values[i].Utf8.Span);
        }

        Add(hash, "item"u8);
        Add(hash, request.Item is { } item ? item.Utf8.Span : default);
        Add(hash, more is { } key ? key.Utf8.Span : default);
        Add(hash, PlanJson.Write(Terms(plan, task)));
        return "memo/1:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A result that was taken over, as a source.</summary>
    public static ArtifactSource SourceOf(ReusedResult result)
        => new() { Kind = BoundSources.Reused, Name = FormattableString.Invariant($"{result.Run}/{ContentNames.Of(result.Task, result.Item)}#{result.Attempt}") };

    // What the plan demands of the result, in the plan's own words, and nothing of how the task comes to be done.
    private static OrchestrationPlan Terms(OrchestrationPlan plan, TaskDefinition task)
    {
        const string Name = "t";
        var demands = new TaskDefinition { Id = Name, Agent = Name, Outputs = task.Outputs, Contract = task.Contract };
        return new OrchestrationPlan
        {
            Id = Name,
            Phases = [new PhaseDefinition { Id = Name, Tasks = [demands] }],
            Contracts = task.Contract is null && plan.Handoffs.Count == 0 ? [] : plan.Contracts,
            Handoffs = [.. plan.Handoffs.Where(handoff => handoff.From == task.Id || handoff.To == task.Id)],
        };
    }

    private static void Add(IncrementalHash hash, string? text) => Add(hash, text is null ? default : Encoding.UTF8.GetBytes(text));

    // Its length first, so that no two lists of parts give the same bytes.
    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
