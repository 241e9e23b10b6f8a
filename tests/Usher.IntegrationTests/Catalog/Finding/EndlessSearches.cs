using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Usher.Server.Platform.Persistence.Postgres;
using Usher.Server.Platform.Persistence.Sqlite;

namespace Usher.IntegrationTests.Catalog.Finding;

/// <summary>Whoever looks for the word <c>endless</c> keeps the database busy until somebody stops it.</summary>
internal sealed class EndlessSearches : DbCommandInterceptor
{
    private int _begun;

    public int Begun => Volatile.Read(ref _begun);

    public void AddTo(IServiceCollection services) => services
        .ConfigureDbContext<SqliteDb>(options => options.AddInterceptors(this))
        .ConfigureDbContext<PostgresDb>(options => options.AddInterceptors(this));

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (command.Parameters.Cast<DbParameter>().Any(parameter => parameter.Value is string text && text.Contains("endless", StringComparison.Ordinal)))
        {
            command.CommandText = "WITH RECURSIVE busy(n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM busy WHERE n < 1000000000000000) SELECT count(*) FROM busy";
            command.Parameters.Clear();
            Interlocked.Increment(ref _begun);
        }
        return ValueTask.FromResult(result);
    }
}
