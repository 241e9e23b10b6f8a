using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;

namespace Usher.Server.Platform.Persistence.Postgres;

internal sealed class PostgresDb(DbContextOptions<PostgresDb> options) : UsherDb(options)
{
    /// <summary>Local times; instants are <see cref="DateTimeOffset"/> everywhere.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTime>().HaveColumnType("timestamp without time zone");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Event>().Property(e => e.OverAt).HasComputedColumnSql(OverAt, stored: true);
        // Nulls come last in both directions; read backwards, the other index has them first.
        Index(modelBuilder.Entity<Event>(), "ix_events_shown_price_desc", [nameof(Event.MinPriceScaled), nameof(Event.Id)],
                [nameof(Event.OverAt), nameof(Event.SoldOut), nameof(Event.MaxPriceScaled)])
            .HasFilter(OnShow).IsDescending().HasNullSortOrder(NullSortOrder.NullsLast, NullSortOrder.NullsLast);
        // Free space on the page holds the next version of a counter, so that no index changes (HOT update).
        modelBuilder.Entity<EventStock>().HasStorageParameter("fillfactor", 20);
        modelBuilder.Entity<TicketStock>().HasStorageParameter("fillfactor", 20);
        modelBuilder.Entity<Booking>().Property(b => b.Code).UseCollation("C");
        // Folded keys sort by code point, as they do on SQLite, whatever the database's locale.
        modelBuilder.Entity<Event>().Property(e => e.NameKey).UseCollation("C");
    }

    protected override IndexBuilder Index(EntityTypeBuilder<Event> row, string name, string[] sorted, string[] told) =>
        row.HasIndex(sorted, name).HasDatabaseName(name).IncludeProperties(told);

    internal sealed class AtDesignTime : IDesignTimeDbContextFactory<PostgresDb>
    {
        public PostgresDb CreateDbContext(string[] args)
        {
            var options = new DbContextOptionsBuilder<PostgresDb>();
            new PostgresEngine("Host=127.0.0.1;Database=design", new DatabaseOptions()).Configure(options);
            return new PostgresDb(options.Options);
        }
    }
}
