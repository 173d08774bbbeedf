using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Registry;

/// <summary>The values of a template's parameters, checked.</summary>
internal static class TemplateValues
{
    public static Dictionary<string, JsonElement> Of(IReadOnlyList<TemplateParameter> parameters, IReadOnlyDictionary<string, JsonData> given, PlanProblemList problems)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            var at = "/parameters/" + PlanPointer.Escape(parameter.Name);
            if (!given.TryGetValue(parameter.Name, out var value))
            {
                if (parameter.Default is { } otherwise)
                {
                    values[parameter.Name] = otherwise.ToElement();
                }
                else
                {
                    var meaning = parameter.Description is null ? string.Empty : $" ({parameter.Description})";
                    problems.Add(PlanProblemKinds.ParameterMissing, at, $"The parameter '{parameter.Name}'{meaning} has no default and was not given.", parameter.Name);
                }

                continue;
            }

            if (parameter.Schema is { } schema)
            {
                ValueSchemas.Validate(schema, value, (step, message) => problems.Add(PlanProblemKinds.ParameterNotValid, at + step, message, parameter.Name));
            }

            values[parameter.Name] = value.ToElement();
            if (HoldsTemplate(values[parameter.Name]))
            {
                problems.Add(PlanProblemKinds.ParameterNotValid, at, $"The value of parameter '{parameter.Name}' holds '${{', which would be read as a template of the plan. A parameter brings values, not templates.", parameter.Name);
            }
        }

        var known = parameters.Select(parameter => parameter.Name).ToList();
        foreach (var name in given.Keys.Where(name => !known.Contains(name)))
        {
            problems.Add(PlanProblemKinds.UnknownParameter, "/parameters/" + PlanPointer.Escape(name), $"The template has no parameter '{name}'. {PlanCheck.Known("It has", known)}", name, known);
        }

        return values;
    }

    private static bool HoldsTemplate(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Contains("${", StringComparison.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Any(HoldsTemplate),
        JsonValueKind.Object => value.EnumerateObject().Any(member => HoldsTemplate(member.Value)),
        _ => false,
    };
}
