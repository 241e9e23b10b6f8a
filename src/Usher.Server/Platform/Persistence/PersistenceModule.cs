using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Persistence.Postgres;
using Usher.Server.Platform.Persistence.Sqlite;

namespace Usher.Server.Platform.Persistence;

internal static class PersistenceModule
{
    public static void AddPersistence(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DatabaseOptions>().BindConfiguration(DatabaseOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<DatabaseClock>();
        builder.Services.AddSingleton<IDatabaseEngine>(services =>
        {
            var options = services.GetRequiredService<IOptions<DatabaseOptions>>().Value;
            var configured = builder.Configuration.GetConnectionString("Database");
            if (options.Engine == EngineName.Sqlite)
                return new SqliteEngine(string.IsNullOrEmpty(configured) ? SqliteEngine.ConnectionStringOf(services.GetRequiredService<DataDirectory>().File("usher.db")) : configured, TimeSpan.FromSeconds(options.LockTimeoutSeconds));
            return string.IsNullOrEmpty(configured)
                ? throw new InvalidOperationException("Database:Engine is Postgres, but ConnectionStrings:Database is empty.")
                : new PostgresEngine(configured, options);
        });

        builder.Services.AddDbContextPool<SqliteDb>(Configure);
        builder.Services.AddDbContextPool<PostgresDb>(Configure);
        builder.Services.AddScoped<UsherDb>(services => services.GetRequiredService<IDatabaseEngine>().Pick<UsherDb>(
            sqlite: services.GetRequiredService<SqliteDb>,
            postgres: services.GetRequiredService<PostgresDb>));
    }

    private static void Configure(IServiceProvider services, DbContextOptionsBuilder options)
    {
        services.GetRequiredService<IDatabaseEngine>().Configure(options);
        // A limited count needs a limit without an order.
        options.ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.RowLimitingOperationWithoutOrderByWarning,
            // The build checks for changes without a migration; at each start, the check would build the model twice more.
            RelationalEventId.PendingModelChangesWarning));
    }

    /// <summary>Stops every process that cannot work on the database, in any role.</summary>
    public static async Task RefuseObstacle(this IServiceProvider services, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<IDatabaseEngine>().FindObstacle(cancellationToken) is { } obstacle)
            throw new InvalidOperationException(obstacle);
    }

    /// <summary>Upgrades the schema, also after an interrupted migration.</summary>
    public static async Task Migrate(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        // Most starts find nothing to do, and the check costs much less than the preparation of a migration.
        if ((await Schema.Read(db, cancellationToken)).IsNewest)
            return;
        await using var alone = await services.GetRequiredService<IDatabaseEngine>().BeginMigration(db, cancellationToken);
        var schema = await Schema.Read(db, cancellationToken);
        if (schema.Unknown.Count > 0 && !schema.IsNewest)
            throw new InvalidOperationException(schema.Fault);
        try
        {
            await db.Database.MigrateAsync(cancellationToken);
        }
        catch (DbException failure)
        {
            throw new InvalidOperationException($"The database could not be brought to the newest schema: {failure.Message}", failure);
        }
    }

    public static async Task RefuseOldSchema(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var schema = await Schema.Read(scope.ServiceProvider.GetRequiredService<UsherDb>(), cancellationToken);
        if (!schema.IsNewest)
            throw new InvalidOperationException(schema.Fault);
    }

    public static async Task RefuseUnsafeDatabase(this WebApplication app, CancellationToken cancellationToken)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var engine = scope.ServiceProvider.GetRequiredService<IDatabaseEngine>();
        var found = await engine.FindUnsafeSettings(scope.ServiceProvider.GetRequiredService<UsherDb>(), cancellationToken);
        if (found.Count == 0)
            return;
        var what = $"The database may lose acknowledged sales in a crash: {string.Join(", ", found)}.";
        if (app.Environment.IsProduction())
            throw new InvalidOperationException(what);
        app.Logger.LogWarning("{Warning} Production refuses to start so.", what);
    }
}
