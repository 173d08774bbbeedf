using System.Text;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Registry;

/// <summary>The part of a template file that a plan file has not: its parameters.</summary>
internal static class TemplateFile
{
    public const string Parameters = "parameters";

    private static readonly string[] Members = ["description", "schema", "default"];

    public static JsonElement? TryParse(ReadOnlyMemory<byte> utf8, PlanProblemList problems)
    {
        var text = utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        if (text.Length > PlanLimits.Default.MaxBytes)
        {
            problems.Add(PlanProblemKinds.TextTooLarge, "", FormattableString.Invariant($"The text is larger than the limit of {PlanLimits.Default.MaxBytes:N0} bytes ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxBytes)})."));
            return null;
        }

        try
        {
            var file = JsonData.Parse(text.ToArray()).ToElement();
            if (file.ValueKind == JsonValueKind.Object)
            {
                return file;
            }

            problems.Add(PlanProblemKinds.UnexpectedValue, "", $"A template is an object with the members of a plan and 'parameters'; this is {file.ValueKind}.");
        }
        catch (JsonException wrong)
        {
            problems.Add(PlanProblemKinds.NotJson, "", "The text is not JSON. " + wrong.Message, line: wrong.LineNumber + 1, column: wrong.BytePositionInLine + 1);
        }

        return null;
    }

    public static List<TemplateParameter> ParametersOf(JsonElement file, PlanProblemList problems)
    {
        var parameters = new List<TemplateParameter>();
        if (!file.TryGetProperty(Parameters, out var members))
        {
            return parameters;
        }

        if (members.ValueKind != JsonValueKind.Object)
        {
            problems.Add(PlanProblemKinds.UnexpectedValue, "/parameters", $"Expected an object (the parameters of the template, by name), found {members.ValueKind}.");
            return parameters;
        }

        foreach (var member in members.EnumerateObject())
        {
            var at = "/parameters/" + PlanPointer.Escape(member.Name);
            if (parameters.Exists(parameter => parameter.Name == member.Name))
            {
                problems.Add(PlanProblemKinds.GivenTwice, at, $"'{member.Name}' is given twice.", member.Name);
            }

            parameters.Add(ParameterOf(member, at, problems));
        }

        return parameters;
    }

    private static TemplateParameter ParameterOf(JsonProperty member, string at, PlanProblemList problems)
    {
        var parameter = new TemplateParameter { Name = member.Name };
        if (member.Value.ValueKind != JsonValueKind.Object)
        {
            problems.Add(PlanProblemKinds.UnexpectedValue, at, $"Expected an object (a parameter), found {member.Value.ValueKind}.");
            return parameter;
        }

        foreach (var property in member.Value.EnumerateObject())
        {
            switch (property.Name)
            {
                case "description" when property.Value.ValueKind == JsonValueKind.String:
                    parameter = parameter with { Description = property.Value.GetString() };
                    break;
                case "description":
                    problems.Add(PlanProblemKinds.UnexpectedValue, at + "/description", $"Expected a string, found {property.Value.ValueKind}.");
                    break;
                case "schema":
                    parameter = parameter with { Schema = JsonData.From(property.Value) };
                    break;
                case "default":
                    parameter = parameter with { Default = JsonData.From(property.Value) };
                    break;
                default:
                    problems.Add(PlanProblemKinds.UnknownProperty, $"{at}/{PlanPointer.Escape(property.Name)}", $"'{property.Name}' is not a property of a parameter. It can have: {string.Join(", ", Members)}.", property.Name, Members);
                    break;
            }
        }

        if (parameter.Schema is { } schema)
        {
            ValueSchemas.Check(schema, parameter.Default, (step, message) => problems.Add(PlanProblemKinds.BadSchema, at + step, message, member.Name));
        }

        return parameter;
    }
}
