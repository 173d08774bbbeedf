using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Workspaces;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Workspaces;

/// <summary>Each version of a document keeps to its contract.</summary>
public sealed class DocumentContractTests
{
    private static readonly ContractDefinition Schema = new() { Schema = JsonData.Parse("""{"type":"object","required":["name"],"properties":{"count":{"type":"integer"}}}""") };

    [Fact]
    public async Task A_text_that_breaks_the_contract_is_refused_with_everything_that_is_wrong()
    {
        await using var lab = await WorkspaceLab.StartAsync(new DocumentDefinition { Name = "api.json", Contract = new ContractUse { Inline = Schema } });
        var refused = await lab.Outside.WriteAsync("api.json", """{"count":"x"}""", 0, null, Ending);
        Assert.Equal((WriteOutcome.Refused, WriteRefusal.ContractBroken), (refused.Outcome, refused.Refusal));
        Assert.Equal(2, refused.Violations.Count);
        Assert.Contains(refused.Violations, violation => violation.Location == "/count");
        Assert.Equal(WriteRefusal.ContractBroken, (await lab.Outside.WriteAsync("api.json", "no json", 0, null, Ending)).Refusal);
        Assert.Empty(await lab.Outside.ListAsync(Ending));
        Assert.True((await lab.Outside.WriteAsync("api.json", """{"name":"x","count":1}""", 0, null, Ending)).IsAccepted);
        Assert.True((await lab.Outside.AppendAsync("api.json", "\n", null, Ending)).IsAccepted);
        Assert.Equal(WriteRefusal.ContractBroken, (await lab.Outside.AppendAsync("api.json", "{", null, Ending)).Refusal);
    }

    [Fact]
    public async Task What_a_merge_makes_keeps_to_the_contract_too()
    {
        // Either change is short enough; both together are not.
        await using var lab = await WorkspaceLab.StartAsync(new DocumentDefinition { Name = "d", Merge = DocumentMerge.ThreeWay, Initial = "a\nb\nc\n", Contract = new ContractUse { Inline = new ContractDefinition { MaxBytes = 7 } } });
        Assert.True((await lab.Outside.WriteAsync("d", "aa\nb\nc\n", 1, null, Ending)).IsAccepted);
        Assert.Equal(WriteRefusal.ContractBroken, (await lab.Outside.WriteAsync("d", "a\nb\ncc\n", 1, null, Ending)).Refusal);
        Assert.Equal(new DocumentText("d", 2, "aa\nb\nc\n"), await lab.Outside.ReadAsync("d", null, Ending));
    }

    [Fact]
    public async Task Texts_that_are_added_at_once_keep_to_the_contract_together()
    {
        await using var lab = await WorkspaceLab.StartAsync(new DocumentDefinition { Name = "log", AppendOnly = true, Contract = new ContractUse { Inline = new ContractDefinition { MaxBytes = 10 } } });
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => lab.Outside.AppendAsync("log", "x\n", null, Ending)));
        Assert.Equal(5, results.Count(result => result.IsAccepted));
        Assert.All(results.Where(result => !result.IsAccepted), result => Assert.Equal(WriteRefusal.ContractBroken, result.Refusal));
        Assert.Equal("x\nx\nx\nx\nx\n", (await lab.Outside.ReadAsync("log", null, Ending))!.Text);
    }
}
