using BenchmarkDotNet.Running;
using OrchestrationEngine.Benchmarks;

if (args is ["--pieces", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Harness).Assembly).Run(rest);
    return 0;
}

if (args is ["--million"])
{
    return await MillionTasks.RunAsync(1_000_000);
}

return await Harness.RunAsync(args);
