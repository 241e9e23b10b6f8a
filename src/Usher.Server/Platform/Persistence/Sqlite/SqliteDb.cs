using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
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
        // On SQLite, the events of an unpublished import are among the others; on PostgreSQL, its transaction hides them.
        modelBuilder.Entity<Event>().HasQueryFilter(e => !Imports.Any(i => e.Id.CompareTo(i.FirstId) >= 0 && e.Id.CompareTo(i.LastId) <= 0));
        modelBuilder.Entity<AuditEntry>().HasQueryFilter(a => a.EventId == null
            || !Imports.Any(i => a.EventId.Value.CompareTo(i.FirstId) >= 0 && a.EventId.Value.CompareTo(i.LastId) <= 0));
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
