namespace OrchestrationEngine.Plans;

/// <summary>
/// The exclusive choices of a plan, and for each task which branches of them must have been taken when it arrives. Choices with more branches than a
/// number has bits are left out, and so are more than a few open at one place: then less is known. For one thread.
/// </summary>
internal sealed class ChoiceBranches
{
    private const int MostBranches = 62;
    private const int MostOpen = 32;

    private readonly Dictionary<int, (int Choice, int Branch)> _ofTask = [];
    private readonly List<int> _widths = [];
    private readonly List<ulong> _possible = [];
    private readonly List<int> _sure = [];
    private readonly AllowedBranches[] _allowed;

    public ChoiceBranches(PlanNames names)
    {
        var members = new Dictionary<(int Phase, string Name), List<int>>();
        for (var task = 0; task < names.TaskCount; task++)
        {
            if (names.Task(task)?.Choice is { } name)
            {
                (members.TryGetValue((names.PhaseOf(task), name), out var list) ? list : members[(names.PhaseOf(task), name)] = []).Add(task);
            }
        }

        foreach (var list in members.Values.Where(list => list.Count is > 1 and <= MostBranches))
        {
            for (var branch = 0; branch < list.Count; branch++)
            {
                _ofTask[list[branch]] = (_possible.Count, branch);
            }

            // One bit more: that none of them is taken.
            _widths.Add(list.Count + 1);
            _possible.Add((1UL << (list.Count + 1)) - 1);
            _sure.Add(int.MaxValue);
        }

        _allowed = Any ? new AllowedBranches[names.TaskCount] : [];
    }

    public bool Any => _possible.Count > 0;

    public void Set(int task, AllowedBranches allowed)
    {
        if (Any)
        {
            _allowed[task] = allowed;
        }
    }

    /// <summary>Finds under which branches at least so many tasks arrive together; false when under none.</summary>
    public bool TryJoin(ReadOnlySpan<int> sources, Func<int, bool> arrives, int arriving, int needed, out AllowedBranches allowed)
    {
        allowed = AllowedBranches.All;
        if (!Any)
        {
            return true;
        }

        SortedDictionary<int, int[]>? without = null;
        foreach (var source in sources)
        {
            if (!arrives(source))
            {
                continue;
            }

            foreach (var (choice, branches) in _allowed[source].Entries)
            {
                without ??= [];
                if (!without.TryGetValue(choice, out var counts))
                {
                    without[choice] = counts = new int[_widths[choice]];
                }

                for (var branch = 0; branch < counts.Length; branch++)
                {
                    counts[branch] += (branches & (1UL << branch)) == 0 ? 1 : 0;
                }
            }
        }

        foreach (var (choice, counts) in without ?? [])
        {
            var possible = 0UL;
            for (var branch = 0; branch < counts.Length; branch++)
            {
                possible |= arriving - counts[branch] >= needed ? 1UL << branch : 0;
            }

            possible &= _possible[choice];
            if (possible == 0)
            {
                return false;
            }

            if (possible != _possible[choice])
            {
                allowed = allowed.With(choice, possible, MostOpen);
            }
        }

        return true;
    }

    /// <summary>Says that a task arrives only when its own branch is taken; false when it can't be.</summary>
    public bool TryTake(int task, ref AllowedBranches allowed)
    {
        if (!_ofTask.TryGetValue(task, out var own))
        {
            return true;
        }

        var branches = (1UL << own.Branch) & allowed.Of(own.Choice);
        allowed = allowed.With(own.Choice, branches, MostOpen);
        return branches != 0 && own.Branch <= _sure[own.Choice];
    }

    /// <summary>Records what is known of a branch: that it is never taken, or always when it is looked at.</summary>
    public void Decide(int task, bool isPossible, bool isSure)
    {
        if (!_ofTask.TryGetValue(task, out var own))
        {
            return;
        }

        if (!isPossible)
        {
            _possible[own.Choice] &= ~(1UL << own.Branch);
        }
        else if (isSure && own.Branch < _sure[own.Choice])
        {
            _sure[own.Choice] = own.Branch;
            _possible[own.Choice] &= (2UL << own.Branch) - 1;
        }
    }
}

/// <summary>Under which branches of choices something can be; of a choice that is not named, under all. Immutable.</summary>
internal readonly record struct AllowedBranches
{
    private readonly (int Choice, ulong Branches)[]? _entries;

    private AllowedBranches((int Choice, ulong Branches)[] entries) => _entries = entries;

    public static AllowedBranches All => default;

    public ReadOnlySpan<(int Choice, ulong Branches)> Entries => _entries;

    public ulong Of(int choice)
    {
        foreach (var entry in Entries)
        {
            if (entry.Choice == choice)
            {
                return entry.Branches;
            }
        }

        return ulong.MaxValue;
    }

    /// <summary>With what is allowed of a choice; unless there are too many already, which forgets it.</summary>
    public AllowedBranches With(int choice, ulong branches, int most)
    {
        List<(int Choice, ulong Branches)> entries = [.. Entries];
        entries.RemoveAll(entry => entry.Choice == choice);
        return entries.Count >= most ? this : new([.. entries, (choice, branches)]);
    }
}
