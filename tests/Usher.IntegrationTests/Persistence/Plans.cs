using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Persistence.Postgres;
using Usher.Server.Platform.Persistence.Sqlite;

namespace Usher.IntegrationTests.Persistence;

/// <summary>
/// Explains each statement of a request just before it runs, on its own connection and with its own values, and keeps what
/// reads a table through. A request says by a header what it is.
/// </summary>
internal sealed class Plans(Engine engine) : DbCommandInterceptor, IStartupFilter
{
    public const string Header = "X-Explain";

    /// <summary>With what PostgreSQL tells whether there is an index for a statement: of a table of three rows it would use none.</summary>
    public const string ByIndexWherePossible = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off";

    private readonly AsyncLocal<string?> _request = new();
    private readonly ConcurrentDictionary<(string Request, string Statement), string> _scans = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _plans = new();

    /// <summary>What reads a table through, and the plan.</summary>
    public IEnumerable<string> Scans => _scans.Select(scan => $"{scan.Key.Request}: {scan.Value}\n{scan.Key.Statement}");

    /// <summary>The plans of a request's statements.</summary>
    public IReadOnlyCollection<string> Of(string request) => _plans.GetValueOrDefault(request) ?? [];

    /// <summary>What is asked meanwhile belongs to a request of that name.</summary>
    public IDisposable As(string request)
    {
        _request.Value = request;
        return new Named(_request);
    }

    public void AddTo(IServiceCollection services) => services.AddSingleton<IStartupFilter>(this)
        .ConfigureDbContext<SqliteDb>(options => options.AddInterceptors(this))
        .ConfigureDbContext<PostgresDb>(options => options.AddInterceptors(this));

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            _request.Value = context.Request.Headers[Header];
            return rest(context);
        });
        next(app);
    };

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await Explain(command, eventData, cancellationToken);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await Explain(command, eventData, cancellationToken);
        return result;
    }

    public override async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        await Explain(command, eventData, cancellationToken);
        return result;
    }

    private async Task Explain(DbCommand command, CommandEventData data, CancellationToken cancellationToken)
    {
        // What a tracked row was changed to is written by its key, and several of those are one command.
        if (_request.Value is not { } request || data.CommandSource == CommandSource.SaveChanges || !IsExplained(command.CommandText))
            return;
        await using var explain = command.Connection!.CreateCommand();
        explain.Transaction = command.Transaction;
        explain.CommandText = $"{(engine == Engine.Sqlite ? "EXPLAIN QUERY PLAN" : "EXPLAIN")} {command.CommandText}";
        foreach (DbParameter parameter in command.Parameters)
            explain.Parameters.Add(parameter is NpgsqlParameter ofPostgres ? ofPostgres.Clone() : new Microsoft.Data.Sqlite.SqliteParameter(parameter.ParameterName, parameter.Value));
        var lines = new List<string>();
        await using (var rows = await explain.ExecuteReaderAsync(cancellationToken))
            while (await rows.ReadAsync(cancellationToken))
                lines.Add(rows.GetString(engine == Engine.Sqlite ? 3 : 0));
        var plan = string.Join("\n  ", lines);
        _plans.GetOrAdd(request, _ => []).Enqueue(plan);
        if ((engine == Engine.Sqlite ? OnSqlite(lines) : OnPostgres(lines)) is { } scan)
            _scans[(request, command.CommandText)] = $"{scan}\n  {plan}";
    }

    private static bool IsExplained(string statement) =>
        ((string[])["SELECT", "WITH", "UPDATE", "DELETE"]).Any(verb => statement.TrimStart().StartsWith(verb, StringComparison.Ordinal));

    private sealed class Named(AsyncLocal<string?> request) : IDisposable
    {
        public void Dispose() => request.Value = null;
    }

    /// <summary>A SCAN of what was made a moment ago, or of a list of values, is no scan of a table.</summary>
    private static string? OnSqlite(List<string> plan)
    {
        var made = plan.Select(line => line.Split(' ')).Where(words => words is ["MATERIALIZE" or "CO-ROUTINE", _, ..]).Select(words => words[1]).ToHashSet();
        return plan.Find(line => line.StartsWith("SCAN ", StringComparison.Ordinal) && !line.Contains("CONSTANT ROW", StringComparison.Ordinal)
            && !line.Contains("VIRTUAL TABLE", StringComparison.Ordinal) && !made.Contains(line.Split(' ')[1]) && !IsOfImports(plan, line));
    }

    /// <summary>Of the imports that are under way, mostly none: looked at in a subquery of its own.</summary>
    private static bool IsOfImports(List<string> plan, string line) =>
        line == "SCAN imports" || (line == "SCAN i" && plan.IndexOf(line) is var at and > 0 && plan[at - 1].Contains("SCALAR SUBQUERY", StringComparison.Ordinal));

    /// <summary>An index without a condition is read through as well.</summary>
    private static string? OnPostgres(List<string> plan)
    {
        for (var at = 0; at < plan.Count; at++)
        {
            var isIndex = plan[at].Contains("Index Scan", StringComparison.Ordinal) || plan[at].Contains("Index Only Scan", StringComparison.Ordinal);
            var about = plan.Skip(at + 1).TakeWhile(line => !line.Contains("->", StringComparison.Ordinal));
            if (plan[at].Contains("Seq Scan", StringComparison.Ordinal) || isIndex && !about.Any(line => line.Contains("Index Cond", StringComparison.Ordinal)))
                return plan[at].Trim();
        }
        return null;
    }
}
