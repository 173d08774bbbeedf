namespace OrchestrationEngine.Plans;

/// <summary>What must hold for the contracts of a plan, those with names and those that stand where they are used.</summary>
internal static class ContractRules
{
    private const int Sha256Digits = 64;

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    public static void Check(PlanCheck check)
    {
        var plan = check.Plan;
        var list = PlanPointer.Plan.Member("contracts");
        check.DistinctNames(plan.Contracts, list, "The contract", contract => contract.Name, (at, index, contract) => contract.Name is null ? at.Item(index) : at.Leaf(contract.Name));
        foreach (var contract in (plan.Contracts ?? []).Where(contract => contract is { Name: not null, Contract: null }))
        {
            check.Exists(list.Leaf(contract.Name), contract.Contract);
        }

        var names = (plan.Contracts ?? []).Select(contract => contract?.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var placed in ContractPlaces.Uses(check.Names, plan))
        {
            CheckUse(check, placed, names);
        }

        foreach (var placed in ContractPlaces.All(check.Names, plan))
        {
            CheckContract(check, placed, names);
        }

        ContractCircles.Check(check);
    }

    private static void CheckUse(PlanCheck check, PlacedUse placed, HashSet<string> names)
    {
        var (at, use, _, _) = placed;
        if (!check.Exists(at, use))
        {
            return;
        }

        if (use.Name is null == use.Inline is null)
        {
            check.Problem(PlanProblemKinds.UnclearForm, at, "A contract is named or stands here; exactly one of both.");
        }
        else if (use.Name is { } name && !names.Contains(name))
        {
            check.Unknown(PlanProblemKinds.UnknownContract, at, $"The plan has no contract '{name}'. {PlanCheck.Known("It has", names)}", name, names);
        }
    }

    private static void CheckContract(PlanCheck check, PlacedContract placed, HashSet<string> names)
    {
        var (at, contract, depth, _) = placed;
        if (depth > ContractPlaces.MaxDepth)
        {
            check.Problem(PlanProblemKinds.ContractCircle, at, FormattableString.Invariant($"More than {ContractPlaces.MaxDepth} contracts stand in one another."));
            return;
        }

        if (IsEmpty(contract) && !check.HasLostParts)
        {
            check.Problem(PlanProblemKinds.EmptyContract, at, "The contract asks for nothing. Say what must hold, or leave it out.");
        }

        if (contract.Uses is not null)
        {
            check.Name(at.Leaf("uses"), contract.Uses, "The name of the registered contract");
        }

        CheckSchema(check, at, contract.Schema);
        CheckRequired(check, at.Within("required"), contract.Required);
        CheckMediaTypes(check, at.Within("mediaTypes"), contract.MediaTypes);
        CheckSize(check, at, contract);
        if (contract.Sha256 is { } sha && !IsSha256(sha))
        {
            check.Problem(PlanProblemKinds.BadContract, at.Leaf("sha256"), $"'{sha}' is no SHA-256; expected {Sha256Digits} hexadecimal digits.", sha);
        }

        CheckPatterns(check, at.Within("artifacts"), contract.Artifacts, mayBeFolder: false);
        CheckPatterns(check, at.Within("files"), contract.Files, mayBeFolder: true);
        CheckJudge(check, at.Within("judge"), contract.Judge);
        check.Exists(at.Leaf("all"), contract.All);
        check.Exists(at.Leaf("any"), contract.Any);
        foreach (var use in ContractPlaces.Combined(placed))
        {
            CheckUse(check, use, names);
        }
    }

    private static bool IsEmpty(ContractDefinition contract)
        => contract is { Uses: null, Schema: null, MinBytes: null, MaxBytes: null, Sha256: null, Expression: null, Judge: null }
            && Lacks(contract.Required) && Lacks(contract.MediaTypes) && Lacks(contract.Artifacts) && Lacks(contract.Files) && Lacks(contract.All) && Lacks(contract.Any);

    private static bool Lacks<T>(IReadOnlyList<T>? list) => list is null or { Count: 0 };

    private static void CheckSchema(PlanCheck check, PlanPointer at, JsonData? given)
    {
        if (given is not { } schema)
        {
            return;
        }

        TaskRules.CheckSize(check, at.Leaf("schema"), schema);
        if (ContractSchemas.IsName(schema))
        {
            if (ContractSchemas.NameOf(schema) is not { Length: > 0 } uri || !Uri.TryCreate(uri, UriKind.RelativeOrAbsolute, out _))
            {
                check.Problem(PlanProblemKinds.BadContract, at.Leaf("schema"), "The text is no URI of a registered schema.");
            }

            return;
        }

        foreach (var problem in ContractSchemas.Problems(schema))
        {
            check.ProblemAt(PlanProblemKinds.BadSchema, at + "/schema" + problem.Pointer, "The schema can't be used. " + problem.Message + (problem.Nearest is null ? "" : $" Did you mean '{problem.Nearest}'?"));
        }
    }

    private static void CheckRequired(PlanCheck check, PlanPointer at, IReadOnlyList<string>? members)
    {
        check.DistinctTexts(members, at, "The member");
        for (var index = 0; index < (members?.Count ?? 0); index++)
        {
            if (members![index] is { Length: > 0 } member && member.Split('.').Any(name => name.Length == 0))
            {
                check.Problem(PlanProblemKinds.BadContract, at.Item(index), $"'{member}' has an empty name between its dots.", member);
            }
        }
    }

    private static void CheckMediaTypes(PlanCheck check, PlanPointer at, IReadOnlyList<string>? types)
    {
        check.DistinctTexts(types, at, "The media type");
        for (var index = 0; index < (types?.Count ?? 0); index++)
        {
            if (types![index] is { } type)
            {
                CheckMediaType(check, at.Item(index), type, mayBeAny: true);
            }
        }
    }

    /// <summary>Checks a media type.</summary>
    public static void CheckMediaType(PlanCheck check, PlanPointer at, string type, bool mayBeAny)
    {
        var parts = type.Split(';')[0].Trim().Split('/');
        if (parts is not [var kind, var sub] || !IsToken(kind) || !IsToken(sub))
        {
            check.Problem(PlanProblemKinds.BadContract, at, $"'{type}' is no media type; write one as 'application/json'{(mayBeAny ? " or 'text/*'" : "")}.", type);
        }

        bool IsToken(string text) => text.Length > 0 && text.All(unit => char.IsAsciiLetterOrDigit(unit) || "!#$&-^_.+".Contains(unit, StringComparison.Ordinal) || (mayBeAny && unit == '*'));
    }

    private static void CheckSize(PlanCheck check, PlanPointer at, ContractDefinition contract)
    {
        foreach (var (name, size) in new[] { ("minBytes", contract.MinBytes), ("maxBytes", contract.MaxBytes) })
        {
            if (size < 0)
            {
                check.Problem(PlanProblemKinds.NumberOutOfRange, at.Leaf(name), FormattableString.Invariant($"The size is {size}; it must be 0 or more."));
            }
        }

        if (contract.MinBytes > contract.MaxBytes)
        {
            check.Problem(PlanProblemKinds.NumberOutOfRange, at.Leaf("minBytes"), FormattableString.Invariant($"The least size is {contract.MinBytes}, which is more than the largest, {contract.MaxBytes}; nothing keeps to both."));
        }
    }

    private static bool IsSha256(string text)
    {
        var digits = text.StartsWith("sha256:", StringComparison.Ordinal) ? text.AsSpan(7) : text;
        return digits.Length == Sha256Digits && !digits.ContainsAnyExcept(HexDigits);
    }

    private static void CheckPatterns(PlanCheck check, PlanPointer at, IReadOnlyList<string>? patterns, bool mayBeFolder)
    {
        check.DistinctTexts(patterns, at, "The pattern");
        for (var index = 0; index < (patterns?.Count ?? 0); index++)
        {
            if (patterns![index] is { Length: > 0 } pattern && RelativeName.PatternProblem(pattern, mayBeFolder) is { } problem)
            {
                check.Problem(PlanProblemKinds.UnsafeName, at.Item(index), $"The pattern '{pattern}' {problem}.", pattern);
            }
        }
    }

    private static void CheckJudge(PlanCheck check, PlanPointer at, JudgeDefinition? judge)
    {
        if (judge is null)
        {
            return;
        }

        if (check.Exists(at.Leaf("agent"), judge.Agent))
        {
            TaskRules.CheckAgent(check, judge.Agent, at.Leaf("agent"));
        }

        if (!(judge.Threshold >= 0 && judge.Threshold <= 1))
        {
            check.Problem(PlanProblemKinds.NumberOutOfRange, at.Leaf("threshold"), FormattableString.Invariant($"The threshold is {judge.Threshold}; scores are from 0 to 1."));
        }
    }
}
