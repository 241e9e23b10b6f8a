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
        // SQLite has no instants: whole milliseconds sort and compare as numbers.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        // Not stored: a column that is cannot be added to a table.
        modelBuilder.Entity<Event>().Property(e => e.OverAt).HasComputedColumnSql(OverAt, stored: false);
        // Here an import's events stand among the others before they are published; on PostgreSQL its transaction keeps them.
        modelBuilder.Entity<Event>().HasQueryFilter(e => !Imports.Any(i => e.Id.CompareTo(i.FirstId) >= 0 && e.Id.CompareTo(i.LastId) <= 0));
        modelBuilder.Entity<AuditEntry>().HasQueryFilter(a => a.EventId == null
            || !Imports.Any(i => a.EventId.Value.CompareTo(i.FirstId) >= 0 && a.EventId.Value.CompareTo(i.LastId) <= 0));
    }

    /// <summary>Here an index covers what it sorts by, after all else; and also what its own filter says, which is looked up otherwise.</summary>
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
