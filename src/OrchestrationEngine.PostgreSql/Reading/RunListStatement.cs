using System.Text;
using Npgsql;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Reading;

/// <summary>The statement for a list. Its text depends on which filters there are, not on their values, so that there are few to prepare.</summary>
internal static class RunListStatement
{
    public static NpgsqlBatchCommand For(RunQuery query, long beforeKey, string columns, string runs)
    {
        // $1 and $2 are always there; the others have the next numbers in the order in which they come.
        var parameters = new List<NpgsqlParameter> { Statement.Number(beforeKey), Statement.Number(query.PageSize + 1L) };
        var filters = new StringBuilder("run_key < $1");
        if (query.BusinessKey is not null)
        {
            Add("business_key = ", Statement.Text(query.BusinessKey));
        }

        if (query.PlanId is not null)
        {
            Add("plan_id = ", Statement.Text(query.PlanId));
        }

        if (query.UpdatedBefore is { } limit)
        {
            Add("updated_at < ", Statement.Number(StoredTime.From(limit)));
        }

        // The index on the plan has the status before the key, so a list by plan names all states.
        var statuses = query.Statuses is { Count: > 0 } given ? given.Distinct().Order() : query.PlanId is null ? null : StoredStatus.All.AsEnumerable();
        var page = $"SELECT {columns} FROM {runs} WHERE {filters}";
        const string NewestFirst = "ORDER BY run_key DESC LIMIT $2";
        if (statuses is null)
        {
            return Statement.Of($"{page} {NewestFirst}", [.. parameters]);
        }

        // One walk down the index for each state, and the newest of them all: a page costs at most a page for each state,
        // however few of a million runs have it.
        parameters.Add(Statement.Texts(statuses.Select(StoredStatus.From)));
        return Statement.Of(
            $"SELECT walk.* FROM unnest(${parameters.Count}) AS wanted (state) CROSS JOIN LATERAL ({page} AND status = wanted.state {NewestFirst}) AS walk {NewestFirst}",
            [.. parameters]);

        void Add(string condition, NpgsqlParameter parameter)
        {
            parameters.Add(parameter);
            filters.Append(" AND ").Append(condition).Append('$').Append(parameters.Count);
        }
    }
}
