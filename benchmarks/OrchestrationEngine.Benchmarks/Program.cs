using OrchestrationEngine.Benchmarks;

return await Harness.RunAsync(args);
