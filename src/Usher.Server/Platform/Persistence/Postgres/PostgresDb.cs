using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;

namespace Usher.Server.Platform.Persistence.Postgres;

internal sealed class PostgresDb(DbContextOptions<PostgresDb> options) : UsherDb(options)
{
    /// <summary>What a clock somewhere shows; instants are <see cref="DateTimeOffset"/> everywhere.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTime>().HaveColumnType("timestamp without time zone");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Event>().Property(e => e.OverAt).HasComputedColumnSql(OverAt, stored: true);
        // Whatever has no price comes last in both directions: read backwards, the other index has it first.
        Index(modelBuilder.Entity<Event>(), "ix_events_shown_price_desc", [nameof(Event.MinPriceScaled), nameof(Event.Id)],
                [nameof(Event.OverAt), nameof(Event.SoldOut), nameof(Event.MaxPriceScaled)])
            .HasFilter(OnShow).IsDescending().HasNullSortOrder(NullSortOrder.NullsLast, NullSortOrder.NullsLast);
        // Room on the page keeps a counter's new version beside the old one, so that no index is touched.
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
