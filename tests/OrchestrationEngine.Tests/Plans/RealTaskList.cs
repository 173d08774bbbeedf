using System.Text.Json;

namespace OrchestrationEngine.Tests.Plans;

/// <summary>A task list that users of another project have on disk, where ORCHESTRATION_TEST_DATA says that it is.</summary>
internal sealed record RealTaskList(string Id, int Phase, string Agent, string[] DependsOn, string[] Writes)
{
    public const string Variable = "ORCHESTRATION_TEST_DATA";

    private const string Place = "inputs/AgenticCoder/_extracted-json/TaskExtractionEngine__01_task-parser__05_task-list-json.json";

    public static RealTaskList[]? Read()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } folder || Path.Combine(folder, Place) is not { } file || !File.Exists(file))
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return
        [
            .. document.RootElement.GetProperty("tasks").EnumerateArray().Select(task => new RealTaskList(
                task.GetProperty("id").GetString()!,
                task.GetProperty("phase").GetInt32(),
                task.GetProperty("agent").GetString()!,
                [.. task.GetProperty("depends_on").EnumerateArray().Select(id => id.GetString()!)],
                [.. task.GetProperty("outputs").EnumerateObject().Where(output => output.Value.ValueKind == JsonValueKind.String).Select(output => output.Value.GetString()!)])),
        ];
    }
}
