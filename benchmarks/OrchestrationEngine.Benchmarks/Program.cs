using BenchmarkDotNet.Running;
using OrchestrationEngine.Benchmarks;

if (args is ["--pieces", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Harness).Assembly).Run(rest);
    return 0;
}

if (args is ["--plans", ..])
{
    return PlanSizes.Run(args.Contains("--quick"));
}

if (args is ["--artifacts", ..])
{
    await ArtifactThroughput.RunAsync(args.Contains("--quick"), args.Contains("--huge"));
    return 0;
}

if (args is ["--schemas", ..])
{
    return SchemaChecks.Run(args.Contains("--quick"));
}

if (args is ["--nodes", ..])
{
    return await NodeProcesses.RunAsync(args.Contains("--quick"));
}

return await Harness.RunAsync(args);
