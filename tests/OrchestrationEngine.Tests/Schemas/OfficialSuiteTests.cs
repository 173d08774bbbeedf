using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class OfficialSuiteTests(ITestOutputHelper output)
{
    private const string Draft = "draft2020-12";

    /// <summary>Optional tests that do not come out as the suite has them, with the reason.</summary>
    private static readonly Dictionary<string, string> Known = new()
    {
        ["optional/cross-draft.json: refs to historic drafts are processed as historic drafts: first item not a string is valid"] =
            "It refers to a schema of draft 2019-09, which is refused with an error: only 2020-12 and 07 are known.",
    };

    public static TheoryData<string> Required => OfficialSuite.Files(Draft, isOptional: false);

    public static TheoryData<string> Optional => OfficialSuite.Files(Draft, isOptional: true);

    [Theory, MemberData(nameof(Required))]
    public void The_required_tests_of_draft_2020_12_pass(string file)
    {
        SkipWithoutSuite();
        var (count, failed) = OfficialSuite.Run(OfficialSuite.Read(Draft, file), new SchemaOptions { Registry = OfficialSuite.Remotes });
        output.WriteLine($"{count - failed.Count} of {count} pass");
        Assert.Empty(failed);
    }

    [Theory, MemberData(nameof(Optional))]
    public void The_optional_tests_of_draft_2020_12_pass_but_for_those_listed(string file)
    {
        SkipWithoutSuite();
        var options = new SchemaOptions { Registry = OfficialSuite.Remotes, AssertFormats = file.StartsWith("optional/format/", StringComparison.Ordinal) };
        var (count, failed) = OfficialSuite.Run(OfficialSuite.Read(Draft, file), options);
        output.WriteLine($"{count - failed.Count} of {count} pass");
        Assert.DoesNotContain(failed, test => !Known.ContainsKey($"{file}: {test.Key}"));
        Assert.DoesNotContain(Known.Keys, name => name.StartsWith(file + ": ", StringComparison.Ordinal) && !failed.ContainsKey(name[(file.Length + 2)..]));
    }

    private static void SkipWithoutSuite()
        => Assert.SkipWhen(OfficialSuite.Root is null, $"The official JSON Schema test suite is not there: set {OfficialSuite.Variable} to the folder that has 'json-schema-suite' in it.");
}
