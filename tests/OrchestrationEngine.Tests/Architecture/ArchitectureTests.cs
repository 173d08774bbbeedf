using System.Text.RegularExpressions;
using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Tests.Architecture;

/// <summary>The rooms of the core: namespace = folder = room. A room may use the rooms below it and, where named, beside it.</summary>
public sealed partial class ArchitectureTests
{
    private const string Core = "src/OrchestrationEngine";

    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["StateMachines"] = [],
        ["Graphs"] = [],
        ["Expressions"] = [],
        ["Schemas"] = [],
        ["Plans"] = ["Graphs", "Expressions", "Schemas"],
        ["Resilience"] = ["StateMachines", "Plans"],
        ["Runs"] = ["StateMachines", "Graphs", "Expressions", "Plans", "Resilience"],
        ["State"] = ["Schemas", "Plans", "Runs"],
        ["Artifacts"] = ["Expressions", "Plans", "Runs", "State"],
        ["Workspaces"] = ["Plans", "Runs", "Artifacts"],
        ["Handoffs"] = ["Expressions", "Schemas", "Plans", "Runs", "Artifacts"],
        ["Agents"] = ["Schemas", "Plans", "Runs", "Artifacts", "Workspaces"],
        ["Drawing"] = ["Graphs", "Plans", "Runs"],
        ["Preflight"] = ["Graphs", "Expressions", "Plans", "Runs"],
        ["Registry"] = ["Expressions", "Schemas", "Plans"],
        ["Bundles"] = ["Plans", "Runs", "State", "Artifacts"],
        ["Retention"] = ["Plans", "Runs", "State", "Artifacts", "Bundles"],
        ["Execution"] = ["StateMachines", "Graphs", "Expressions", "Schemas", "Plans", "Resilience", "Runs", "State", "Agents", "Registry", "Artifacts", "Workspaces", "Handoffs"],
    };

    private static readonly string[] PureRooms = ["StateMachines", "Graphs", "Expressions", "Schemas", "Plans", "Resilience", "Runs", "Drawing", "Preflight"];

    // The base of all errors, and the error for what only a whole application can have wrong.
    private static readonly string[] RootTypesForAll = [nameof(OrchestrationException), nameof(OrchestrationConfigurationException)];

    private static readonly HashSet<string> CoreTypes = [.. typeof(IOrchestrator).Assembly.GetTypes().Select(type => type.FullName!.Split('`')[0])];

    [Fact]
    public void Every_room_has_its_row_in_the_table()
        => Assert.Equal(MayKnow.Keys.Order(StringComparer.Ordinal), Repository.Folders(Core));

    [Fact]
    public void The_table_of_rooms_has_no_circle()
    {
        var rooms = MayKnow.Keys.ToList();
        var arrows = MayKnow.SelectMany(row => row.Value.Select(known => (From: rooms.IndexOf(known), To: rooms.IndexOf(row.Key)))).ToList();
        Assert.True(DirectedGraph.FromEdges(rooms.Count, [.. arrows.Select(arrow => arrow.From)], [.. arrows.Select(arrow => arrow.To)]).IsDirectedAcyclic());
    }

    [Fact]
    public void A_room_knows_only_the_rooms_below_it()
    {
        var wrong =
            from file in RoomFiles()
            from known in RoomsNamedIn(CodeText.Of(file))
            where known != file.Folders[2] && !MayKnow[file.Folders[2]].Contains(known)
            select $"{file.Name} knows {known}";
        Repository.ExpectNone(wrong);
    }

    [Fact]
    public void No_room_knows_the_roof()
    {
        var roof = typeof(IOrchestrator).Assembly.GetTypes()
            .Where(type => type.Namespace is "OrchestrationEngine" or "Microsoft.Extensions.DependencyInjection" && !type.IsNested)
            .Select(type => type.Name.Split('`')[0])
            .Except(RootTypesForAll)
            .ToHashSet(StringComparer.Ordinal);
        var wrong =
            from file in RoomFiles()
            from Match word in Word().Matches(CodeText.Of(file))
            where roof.Contains(word.Value)
            select $"{file.Name} knows {word.Value}";
        Repository.ExpectNone(wrong);
    }

    [Fact]
    public void A_room_is_a_namespace()
    {
        var wrong =
            from file in RoomFiles()
            where !file.Text.Contains($"\nnamespace {file.Folders[1]}.{file.Folders[2]};\n", StringComparison.Ordinal)
                && !file.Text.StartsWith($"namespace {file.Folders[1]}.{file.Folders[2]};\n", StringComparison.Ordinal)
            select file.Name;
        Repository.ExpectNone(wrong);
    }

    [Fact]
    public void Pure_rooms_do_not_wait_or_touch_the_world()
    {
        var wrong =
            from file in RoomFiles()
            where PureRooms.Contains(file.Folders[2])
            from Match found in Impure().Matches(CodeText.Of(file))
            select $"{file.Name}: {found.Value}";
        Repository.ExpectNone(wrong);
    }

    private static IEnumerable<SourceFile> RoomFiles() => Repository.Sources(Core).Where(file => file.Folders.Length > 2);

    // By a using or a full name, or by half a name, as in Plans.JsonData: the rooms share their first namespace.
    private static IEnumerable<string> RoomsNamedIn(string code)
        => Qualified().Matches(code)
            .Where(name => name.Groups["root"].Success || CoreTypes.Contains($"OrchestrationEngine.{name.Groups["room"].Value}.{name.Groups["member"].Value}"))
            .Select(name => name.Groups["room"].Value)
            .Where(MayKnow.ContainsKey)
            .Distinct();

    [GeneratedRegex(@"(?<![\w.])(?<root>OrchestrationEngine\.)?(?<room>[A-Z]\w+)(\.(?<member>[A-Z]\w*))?")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();

    [GeneratedRegex(@"\basync\b|\bawait\b|\bILogger\b|\bTimeProvider\b|\b(File|Directory|Console|Thread|ThreadPool|Process)\.|\bTask\.(Run|Delay)\b|\bnew Random\b|\bRandom\.Shared\b|\bGuid\.(New|Create)|\bEnvironment\.(?!NewLine\b)|\bHttpClient\b")]
    private static partial Regex Impure();
}
