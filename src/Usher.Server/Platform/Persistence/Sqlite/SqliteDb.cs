using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Usher.Domain.Audit;
using Usher.Domain.Catalog;

namespace Usher.Server.Platform.Persistence.Sqlite;

internal sealed class SqliteDb(DbContextOptions<SqliteDb> options) : UsherDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite has no type for instants: whole milliseconds sort and compare as numbers.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        // Not stored, because SQLite cannot add a stored computed column to a table.
        modelBuilder.Entity<Event>().Property(e => e.OverAt).HasComputedColumnSql(OverAt, stored: false);
        modelBuilder.Entity<Event>().HasQueryFilter(IsImported<Event>(e => e.Id));
        modelBuilder.Entity<AuditEntry>().HasQueryFilter(IsImported<AuditEntry>(a => a.EventId!.Value));
    }

    /// <summary>
    /// The event belongs to no unpublished import. On SQLite, the events of an unpublished import are among the others; on PostgreSQL,
    /// the transaction of the import hides them.
    /// </summary>
    /// <param name="id">The column of the event's id. Without an event nothing is kept back.</param>
    public static string IsImported(string id) => $"NOT EXISTS (SELECT 1 FROM imports i WHERE {id} BETWEEN i.first_id AND i.last_id)";

    private Expression<Func<T, bool>> IsImported<T>(Expression<Func<T, Guid>> id)
    {
        Expression<Func<Guid, bool>> isImported = of => !Imports.Any(i => of.CompareTo(i.FirstId) >= 0 && of.CompareTo(i.LastId) <= 0);
        return Expression.Lambda<Func<T, bool>>(ReplacingExpressionVisitor.Replace(isImported.Parameters[0], id.Body, isImported.Body), id.Parameters);
    }

    /// <summary>
    /// On SQLite, an index includes columns only as last sort columns. It also includes the column of its own filter, which would be looked
    /// up otherwise.
    /// </summary>
    protected override IndexBuilder Index(EntityTypeBuilder<Event> row, string name, string[] sorted, string[] told) =>
        row.HasIndex([.. sorted, .. told.Union([nameof(Event.Publication), nameof(Event.CancelledAt), nameof(Event.IsPast)])], name).HasDatabaseName(name);

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));

    internal sealed class AtDesignTime : IDesignTimeDbContextFactory<SqliteDb>
    {
        public SqliteDb CreateDbContext(string[] args)
        {
            var options = new DbContextOptionsBuilder<SqliteDb>();
            new SqliteEngine("Data Source=design.db").Configure(options);
            return new SqliteDb(options.Options);
        }
    }
}
