namespace OrchestrationEngine.Plans;

/// <summary>What is only wrong because something could not be read: a part that is missing from the model is a gap, which the rules report again in other words.</summary>
internal static class FollowUps
{
    private static readonly HashSet<string> OfGaps = new(
        new[] { PlanProblemKinds.Gap, PlanProblemKinds.ImpossibleWait, PlanProblemKinds.ImpossibleJoin, PlanProblemKinds.ImpossibleSubPlan, PlanProblemKinds.NoKind, PlanProblemKinds.EmptyContract, PlanProblemKinds.BadTransform }.Select(kind => kind.Code),
        StringComparer.Ordinal);

    /// <summary>Problems without those that follow from others.</summary>
    public static List<PlanProblem> Without(IReadOnlyList<PlanProblem> unreadable, IReadOnlyList<PlanProblem> verified)
    {
        var known = unreadable.Select(problem => problem.Pointer).ToHashSet(StringComparer.Ordinal);
        return [.. verified.Where(problem => !known.Contains(problem.Pointer) && !(OfGaps.Contains(problem.Code) && known.Any(pointer => IsWithin(pointer, problem.Pointer) || IsWithin(problem.Pointer, pointer))))];
    }

    private static bool IsWithin(string pointer, string outer) => pointer.Length > outer.Length && pointer[outer.Length] == '/' && pointer.StartsWith(outer, StringComparison.Ordinal);
}
