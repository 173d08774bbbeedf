namespace OrchestrationEngine.Runs;

/// <summary>What is stored with an attempt's outcome, as the run has it now.</summary>
internal static class AttemptRecords
{
    /// <summary>Adds the records of an outcome that counts: by the names that the plan has by now, and with the versions that artifacts get.</summary>
    public static void Add(RunState state, int task, int attempt, PlanEdition? edition, IReadOnlyList<AttemptEvent> records, List<RunEvent> facts)
    {
        if (records.Count == 0)
        {
            return;
        }

        var (id, item) = (state.Definition(task).Id, state.ItemOf(task));
        Dictionary<string, int>? versions = null;
        foreach (var record in HandoffOutcomes.Current(state, edition, records))
        {
            // The plan may have other names by now than when the attempt began.
            var fact = record with { Task = id, Item = item, Attempt = attempt };
            if (fact is ArtifactRegistered artifact)
            {
                versions ??= new Dictionary<string, int>(StringComparer.Ordinal);
                var name = artifact.Artifact.Name;
                versions[name] = versions.GetValueOrDefault(name, state.Artifacts.Of(name).Count) + 1;
                fact = artifact with { Version = versions[name] };
            }

            facts.Add(fact);
        }
    }
}
