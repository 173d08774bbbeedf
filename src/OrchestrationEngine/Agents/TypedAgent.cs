using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>An agent that is a function over types of the application: it binds the inputs and leaves the result to a second function.</summary>
internal sealed class TypedAgent<TRequest, TResult>(
    Func<TRequest, IAgentContext, CancellationToken, Task<TResult>> execute,
    JsonTypeInfo<TRequest> requestInfo,
    Func<TResult, AgentResult> conclude) : IAgentAdapter
{
    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        TRequest? bound;
        try
        {
            bound = InputsOf(request).To(requestInfo);
        }
        catch (JsonException problem)
        {
            return Unreadable(request, Explain(problem));
        }

        return bound is null
            ? Unreadable(request, "They are read as null.")
            : conclude(await execute(bound, context, cancellationToken).ConfigureAwait(false));
    }

    // A request type that has a member for what was wrong with the attempt before is given it, unless the task has an input of that name.
    private JsonData InputsOf(AgentRequest request)
    {
        const string Name = "feedback";
        return request.Feedback.Count == 0 || request.Inputs.TryGet(Name, out _) || !requestInfo.Properties.Any(static property => string.Equals(property.Name, Name, StringComparison.OrdinalIgnoreCase))
            ? request.Inputs.ToJson()
            : request.Inputs.With(Name, AgentFeedback.ToJson(request.Feedback)).ToJson();
    }

    private static AgentResult Unreadable(AgentRequest request, string problem) => AgentResult.Failed(
        FailureClass.InvalidInput,
        $"The inputs of task '{request.Task}' do not fit agent '{request.Agent}', which takes a {NameOf(typeof(TRequest))}. {problem} "
        + (request.Inputs.Count == 0 ? "The task has no inputs." : $"The task has the inputs: {string.Join(", ", request.Inputs.Names)}."),
        retryable: false);

    // The serializer's own message names the type of the whole request where a parameter of its constructor is at fault, so the input's type is added.
    private string Explain(JsonException problem)
    {
        var reason = problem.InnerException?.Message ?? Reason(problem);
        return problem.Path is not { Length: > 2 } path ? reason
            : InputAt(path) is { } input ? $"At {path}, where input '{input.Name}' is read as {NameOf(input.PropertyType)}: {reason}"
            : $"At {path}: {reason}";
    }

    private JsonPropertyInfo? InputAt(string path)
    {
        var name = path.StartsWith("$['", StringComparison.Ordinal)
            ? path[3..Math.Max(3, path.IndexOf("']", StringComparison.Ordinal))]
            : path[2..].Split('.', '[')[0];
        return requestInfo.Properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
    }

    // The serializer appends path, line and byte, of which only the path says something to whoever wrote the plan.
    private static string Reason(JsonException problem)
    {
        var end = problem.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? problem.Message : problem.Message[..end];
    }

    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return NameOf(value) + "?";
        }

        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
            : type.Name;
    }
}
