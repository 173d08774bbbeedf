using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>
/// What passed the gates of a walk, kept a second time from the facts: nobody gets anything but what a task made that succeeded, in the form that was
/// made of it for him.
/// </summary>
internal sealed class HandoffModel
{
    private readonly Dictionary<string, (int Attempt, Dictionary<string, JsonData> Values)> _checked = [];
    private readonly Dictionary<string, (JsonData Output, Dictionary<string, JsonData> Sent)> _passed = [];
    private readonly Dictionary<string, int> _rejected = [];
    private readonly Dictionary<string, (int Attempt, JsonData Output)> _asked = [];
    private readonly Dictionary<string, HandoffChoice> _decided = [];

    /// <summary>Takes a fact.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Saw(RunEvent recorded)
    {
        switch (recorded)
        {
            case AttemptStarted fact:
                _checked.Remove(fact.Task);
                break;
            case HandoffValidated { Transforms.Count: > 0 } fact:
                CheckedBy(fact)[fact.To!] = fact.Output;
                break;
            case HandoffRejected fact:
                _rejected[fact.Task] = fact.Attempt;
                break;
            case HandoffAsked fact:
                _asked[fact.Task] = (fact.Attempt, fact.Output);
                return _rejected.GetValueOrDefault(fact.Task) == fact.Attempt ? "a person is asked about what was rejected" : null;
            case HandoffDecided fact:
                _decided[fact.Task] = fact.Choice;
                return _asked.Remove(fact.Task, out var asked) && asked.Attempt == fact.Attempt ? Decided(fact, asked.Output) : "nobody was asked";
            case AttemptSucceeded fact:
                _passed[fact.Task] = (fact.Output, CheckedBy(fact));
                return _rejected.GetValueOrDefault(fact.Task) == fact.Attempt ? "it was rejected" : null;
            case TaskCanceled or TaskFailed or TaskQuarantined:
                _asked.Remove(((TaskEvent)recorded).Task);
                break;
        }

        return null;
    }

    /// <summary>Whether this was decided about a task, and nothing has come of it yet.</summary>
    public bool Takes(string task, HandoffChoice choice) => _decided.Remove(task, out var decided) && decided == choice;

    /// <summary>Whether the last attempt of a task was rejected.</summary>
    public bool IsRejected(string task, int attempt) => _rejected.GetValueOrDefault(task) == attempt;

    /// <summary>What a task may be given of another that has succeeded.</summary>
    public JsonData Given(string from, string to)
    {
        var (output, sent) = _passed[from];
        return sent.GetValueOrDefault(to, output);
    }

    private string? Decided(HandoffDecided fact, JsonData output)
    {
        if (fact.Choice == HandoffChoice.Accept)
        {
            _passed[fact.Task] = (output, CheckedBy(fact));
        }

        return null;
    }

    private Dictionary<string, JsonData> CheckedBy(AttemptEvent fact)
    {
        if (!_checked.TryGetValue(fact.Task, out var found) || found.Attempt != fact.Attempt)
        {
            _checked[fact.Task] = found = (fact.Attempt, []);
        }

        return found.Values;
    }
}
