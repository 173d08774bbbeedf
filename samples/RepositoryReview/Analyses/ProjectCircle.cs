namespace RepositoryReview.Analyses;

/// <summary>Looks for projects that are built on each other in a circle.</summary>
internal static class ProjectCircle
{
    /// <summary>One circle, its first project repeated at the end; empty when there is none.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<Project> projects)
    {
        var references = projects.DistinctBy(project => project.Path).ToDictionary(project => project.Path, project => project.References, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in references.Keys.Order(StringComparer.Ordinal))
        {
            var path = new List<string>();
            var open = new Stack<(string Project, int Next)>([(start, 0)]);
            while (open.TryPop(out var top))
            {
                if (top.Next == 0)
                {
                    if (path.IndexOf(top.Project) is >= 0 and var begin)
                    {
                        return [.. path[begin..], top.Project];
                    }

                    if (done.Contains(top.Project) || !references.ContainsKey(top.Project))
                    {
                        continue;
                    }

                    path.Add(top.Project);
                }

                if (top.Next < references[top.Project].Count)
                {
                    open.Push((top.Project, top.Next + 1));
                    open.Push((references[top.Project][top.Next], 0));
                }
                else
                {
                    done.Add(top.Project);
                    path.RemoveAt(path.Count - 1);
                }
            }
        }

        return [];
    }
}
