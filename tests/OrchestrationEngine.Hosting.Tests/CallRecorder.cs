using System.Reflection;

namespace OrchestrationEngine.Hosting.Tests;

/// <summary>Stands in for an interface whose members return tasks, and records which of them are called.</summary>
public class CallRecorder : DispatchProxy
{
    private List<string> _calls = [];

    public static T Record<T>(List<string> calls)
        where T : class
    {
        var proxy = Create<T, CallRecorder>();
        ((CallRecorder)(object)proxy)._calls = calls;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _calls.Add($"{targetMethod!.DeclaringType!.Name}.{targetMethod.Name}");
        return Task.CompletedTask;
    }
}
