using System.Globalization;
using System.Text;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Reading;

/// <summary>The statement for a list. Its text depends on which filters there are, not on their values, so that there are few to prepare.</summary>
internal sealed class RunListStatement
{
    private const int BeforeKey = 1;
    private const int Limit = 2;
    private const int PlanId = 3;
    private const int BusinessKey = 4;
    private const int UpdatedBefore = 5;
    private const int FirstStatus = 6;
    private readonly RunQuery _query;
    private readonly RunStatus[] _statuses;

    public RunListStatement(RunQuery query, string columns)
    {
        _query = query;

        // The index on the plan has the status before the key, so a list by plan names all states.
        _statuses = query.Statuses is { Count: > 0 } statuses ? [.. statuses.Distinct().Order()] : query.PlanId is null ? [] : [.. StoredStatus.All];
        Sql = query.BusinessKey is not null || _statuses.Length == 0 ? Filtered(columns) : ByStatus(columns);
    }

    public string Sql { get; }

    public void Bind(Statement statement, long beforeKey, int limit)
    {
        statement.Bind(BeforeKey, beforeKey);
        statement.Bind(Limit, limit);
        if (_query.PlanId is not null)
        {
            statement.Bind(PlanId, _query.PlanId);
        }

        if (_query.BusinessKey is not null)
        {
            statement.Bind(BusinessKey, _query.BusinessKey);
        }

        if (_query.UpdatedBefore is { } before)
        {
            statement.Bind(UpdatedBefore, StoredTime.From(before));
        }

        for (var i = 0; i < _statuses.Length; i++)
        {
            statement.Bind(FirstStatus + i, StoredStatus.From(_statuses[i]));
        }
    }

    private static string Number(int parameter) => parameter.ToString(CultureInfo.InvariantCulture);

    // By business key there is one row at most, and without a filter the order is that of the table.
    private string Filtered(string columns)
    {
        var sql = new StringBuilder($"SELECT {columns} FROM runs WHERE run_key < ?{BeforeKey}");
        if (_query.BusinessKey is not null)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND business_key = ?{BusinessKey}");
        }

        if (_query.PlanId is not null)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND plan_id = ?{PlanId}");
        }

        if (_query.UpdatedBefore is not null)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND updated_at < ?{UpdatedBefore}");
        }

        if (_statuses.Length > 0)
        {
            sql.Append(" AND status IN (").AppendJoin(", ", _statuses.Select((_, i) => "?" + Number(FirstStatus + i))).Append(')');
        }

        return sql.Append(CultureInfo.InvariantCulture, $" ORDER BY run_key DESC LIMIT ?{Limit}").ToString();
    }

    // One walk down the index for each state, and the newest of them all: a page costs at most a page for each state,
    // however few of a million runs have it.
    private string ByStatus(string columns)
    {
        var index = _query.PlanId is null ? "runs_by_status" : "runs_by_plan";
        var plan = _query.PlanId is null ? "" : $"plan_id = ?{PlanId} AND ";
        var updated = _query.UpdatedBefore is null ? "" : $"updated_at < ?{UpdatedBefore} AND ";
        var walks = _statuses.Select((_, i) =>
            $"SELECT * FROM (SELECT {columns} FROM runs INDEXED BY {index} WHERE {plan}{updated}status = ?{Number(FirstStatus + i)} AND run_key < ?{BeforeKey} ORDER BY run_key DESC LIMIT ?{Limit})");
        return $"{string.Join(" UNION ALL ", walks)} ORDER BY run_key DESC LIMIT ?{Limit}";
    }
}
