using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Agents;

public sealed record ReviewRequest(string File, int MaxFindings, IReadOnlyList<string>? Rules = null)
{
    [JsonRequired]
    public string File { get; init; } = File;
}

public sealed record MendRequest(string File, IReadOnlyList<ContractViolation>? Feedback = null);

public sealed record Review(string Verdict, int Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReviewRequest))]
[JsonSerializable(typeof(Review))]
internal sealed partial class ReviewJson : JsonSerializerContext;

public class TypedAgentTests
{
    private static readonly KeyValuePair<string, JsonData> File = new("file", JsonData.String("a.cs"));
    private readonly Builder _builder = new();

    [Fact]
    public async Task Inputs_are_bound_and_the_result_is_written_by_source_generated_metadata()
    {
        _builder.AddAgent("review", ReviewAsync, ReviewJson.Default.ReviewRequest, ReviewJson.Default.Review);

        var result = await CallAsync(File, new("maxFindings", JsonData.Parse("3")));

        Assert.True(result.IsSuccess);
        Assert.Equal("""{"verdict":"a.cs","findings":3}""", result.Output.ToString());
    }

    [Fact]
    public async Task Inputs_are_bound_and_the_result_is_written_by_reflection()
    {
        _builder.AddAgent("review", async (ReviewRequest request, IAgentContext context, CancellationToken cancellationToken) =>
            await ReviewAsync(request, context, cancellationToken));

        var result = await CallAsync(File, new("MAXFINDINGS", JsonData.Parse("3")), new("unknown", JsonData.Null));

        Assert.Equal("""{"verdict":"a.cs","findings":3}""", result.Output.ToString());
    }

    [Fact]
    public async Task A_request_type_that_has_a_member_for_feedback_is_given_it()
    {
        var agent = new TypedAgent<MendRequest, AgentResult>(
            (request, _, _) => Task.FromResult(AgentResult.Succeeded(string.Join(' ', [request.File, .. (request.Feedback ?? []).Select(each => each.Message)]))),
            (System.Text.Json.Serialization.Metadata.JsonTypeInfo<MendRequest>)System.Text.Json.JsonSerializerOptions.Web.GetTypeInfo(typeof(MendRequest)),
            static result => result);
        ContractViolation[] feedback = [new() { Contract = "c", Rule = "r", Message = "It is \"bad\"." }];

        Assert.Equal("\"a.cs\"", (await agent.ExecuteAsync(Mending([], File), new TestAgentContext(), TestContext.Current.CancellationToken)).Output.ToString());
        Assert.Equal("a.cs It is \"bad\".", (await agent.ExecuteAsync(Mending(feedback, File), new TestAgentContext(), TestContext.Current.CancellationToken)).Output.ToElement().GetString());

        // An input of that name is the plan's own.
        var own = await agent.ExecuteAsync(Mending(feedback, File, new("feedback", JsonData.Parse("""[{"contract":"x","rule":"x","message":"own"}]"""))), new TestAgentContext(), TestContext.Current.CancellationToken);
        Assert.Equal("\"a.cs own\"", own.Output.ToString());
    }

    [Fact]
    public async Task A_function_without_types_is_still_the_untyped_agent()
    {
        _builder.AddAgent("review", async (request, context, cancellationToken) =>
        {
            await Task.Yield();
            return AgentResult.Succeeded(request.Task);
        });

        Assert.Equal("\"task-1\"", (await CallAsync()).Output.ToString());
    }

    [Fact]
    public async Task A_function_that_names_the_untyped_types_is_the_untyped_agent()
    {
        _builder.AddAgent("review", (AgentRequest request, IAgentContext _, CancellationToken _) => Task.FromResult(AgentResult.Succeeded(request.Task)));

        Assert.Equal("\"task-1\"", (await CallAsync()).Output.ToString());
    }

    [Fact]
    public async Task A_method_can_be_the_agent()
    {
        _builder.AddAgent<ReviewRequest, Review>("review", ReviewAsync);

        Assert.True((await CallAsync(File)).IsSuccess);
    }

    [Fact]
    public async Task A_typed_agent_can_fail_in_its_own_words()
    {
        _builder.AddAgent("review", async (ReviewRequest request, IAgentContext _, CancellationToken _) =>
        {
            await Task.Yield();
            return request.MaxFindings == 0 ? AgentResult.Failed(FailureClass.Refused, "Nothing to look for.", retryable: false) : AgentResult.Succeeded();
        });

        Assert.Equal(FailureClass.Refused, (await CallAsync(File)).FailureClass);
        Assert.True((await CallAsync(File, new("maxFindings", JsonData.Parse("1")))).Output.IsNull);
    }

    [Fact]
    public async Task A_typed_agent_that_fails_in_its_own_words_can_have_source_generated_metadata()
    {
        _builder.AddAgent(
            "review",
            (ReviewRequest request, IAgentContext _, CancellationToken _) => Task.FromResult(AgentResult.Failed(FailureClass.Refused, request.File)),
            ReviewJson.Default.ReviewRequest);

        Assert.Equal("a.cs", (await CallAsync(File)).Message);
    }

    [Fact]
    public async Task An_input_of_another_type_fails_for_good_with_its_path_and_the_expected_type()
    {
        var result = await FailAsync(File, new("maxFindings", JsonData.Parse("\"many\"")));

        Assert.Contains("At $.maxFindings, where input 'maxFindings' is read as Int32: ", result.Message, StringComparison.Ordinal);
        Assert.Contains("takes a ReviewRequest", result.Message, StringComparison.Ordinal);
        Assert.Contains("task 'task-1'", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("many", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_an_input_of_another_type_is_named_by_its_path()
    {
        var result = await FailAsync(File, new("rules", JsonData.Parse("""["a", 2]""")));

        Assert.Contains("At $.rules[1], where input 'rules' is read as IReadOnlyList<String>: ", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_that_is_missing_is_named_beside_those_that_are_there()
    {
        var result = await FailAsync(new KeyValuePair<string, JsonData>("files", JsonData.String("a.cs")));

        Assert.Contains("'file'", result.Message, StringComparison.Ordinal);
        Assert.Contains("The task has the inputs: files.", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_without_inputs_gives_an_empty_object()
    {
        _builder.AddAgent("review", (Dictionary<string, string> inputs, IAgentContext _, CancellationToken _) => Task.FromResult(inputs.Count));

        Assert.Equal("0", (await CallAsync()).Output.ToString());
    }

    [Fact]
    public async Task A_result_of_null_is_json_null()
    {
        _builder.AddAgent("review", (ReviewRequest _, IAgentContext _, CancellationToken _) => Task.FromResult<Review?>(null));

        var result = await CallAsync(File);

        Assert.True(result.IsSuccess && result.Output.IsNull);
    }

    [Fact]
    public async Task What_the_function_throws_is_not_hidden()
    {
        _builder.AddAgent("review", Task<Review> (ReviewRequest _, IAgentContext _, CancellationToken _) => throw new TimeZoneNotFoundException());

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => CallAsync(File));
    }

    [Fact]
    public void A_process_agent_is_registered_by_its_options_or_by_its_command_line()
    {
        _builder.AddProcessAgent("one", options => options.FileName = "cat").AddProcessAgent("two", "git", "log", "-1").AddProcessAgent("three", "cat");

        var registry = new AgentRegistry(_builder.Registrations);

        Assert.Equal(["one", "two", "three"], registry.Names);
        Assert.All(registry.Names, name => Assert.IsType<ProcessAgent>(registry.Find(name)!.Adapter));
    }

    [Fact]
    public void A_process_agent_that_is_configured_wrongly_is_named()
    {
        var exception = Assert.Throws<OrchestrationConfigurationException>(() => _builder.AddProcessAgent("coder", options => options.MaxOutputBytes = 0));

        Assert.Equal(2, exception.Problems.Count);
        Assert.All(exception.Problems, problem => Assert.StartsWith("Process agent 'coder': ", problem, StringComparison.Ordinal));
    }

    private static Task<Review> ReviewAsync(ReviewRequest request, IAgentContext context, CancellationToken cancellationToken)
        => Task.FromResult(new Review(request.File, request.MaxFindings));

    private async Task<AgentResult> FailAsync(params IReadOnlyList<KeyValuePair<string, JsonData>> inputs)
    {
        _builder.AddAgent("review", Task<Review> (ReviewRequest _, IAgentContext _, CancellationToken _) => throw new TimeZoneNotFoundException("It was called."));
        var result = await CallAsync(inputs);
        Assert.False(result.IsSuccess);
        Assert.Equal(FailureClass.InvalidInput, result.FailureClass);
        Assert.False(result.Retryable);
        return result;
    }

    private Task<AgentResult> CallAsync(params IReadOnlyList<KeyValuePair<string, JsonData>> inputs)
    {
        var request = new AgentRequest
        {
            Run = new RunId("run-1"),
            Plan = "plan-1",
            Phase = "phase-1",
            Task = "task-1",
            Agent = "review",
            Attempt = 1,
            Inputs = TaskInputs.From(inputs),
        };
        return Assert.Single(_builder.Registrations).Adapter!.ExecuteAsync(request, new TestAgentContext(), TestContext.Current.CancellationToken);
    }

    private sealed class Builder : IOrchestrationBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public IEnumerable<AgentRegistration> Registrations => Services.Select(service => service.ImplementationInstance).OfType<AgentRegistration>();
    }

    private static AgentRequest Mending(IReadOnlyList<ContractViolation> feedback, params KeyValuePair<string, JsonData>[] inputs) => new()
    {
        Run = new RunId("r"),
        Plan = "p",
        Phase = "one",
        Task = "a",
        Agent = "x",
        Attempt = 2,
        Inputs = TaskInputs.From(inputs),
        Feedback = feedback,
    };
}
