namespace OrchestrationEngine.Plans;

/// <content>What must hold of what a task makes, and what it takes over.</content>
public sealed partial class TaskBuilder
{
    /// <summary>Says what must hold of what an attempt makes, before anybody else can see it.</summary>
    /// <param name="name">The name of a contract of the plan.</param>
    public TaskBuilder Contract(string name) => Contract(ContractUse.Of(name));

    /// <summary>Says what must hold of what an attempt makes, before anybody else can see it.</summary>
    /// <param name="contract">The contract.</param>
    public TaskBuilder Contract(ContractDefinition contract) => Contract(ContractUse.Of(contract));

    /// <summary>Says what becomes of the task when its last attempt broke a contract. The default is quarantine.</summary>
    /// <param name="onViolation">What becomes of it.</param>
    public TaskBuilder OnViolation(OnViolation onViolation)
    {
        _task = _task with { OnViolation = onViolation };
        return this;
    }

    /// <summary>Has the task take over what was made before from the same inputs, instead of having it made again.</summary>
    /// <param name="maxAge">How old it may be; null for any age.</param>
    /// <param name="key">What it depends on besides the inputs; null for nothing.</param>
    public TaskBuilder Memo(TimeSpan? maxAge = null, DataTemplate? key = null)
    {
        _task = _task with { Memo = new MemoDefinition { MaxAge = maxAge, Key = key } };
        return this;
    }

    private TaskBuilder Contract(ContractUse contract)
    {
        _task = _task with { Contract = contract };
        return this;
    }
}
