using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;

namespace Usher.Server.Platform.Persistence.Postgres;

internal sealed class PostgresDb(DbContextOptions<PostgresDb> options) : UsherDb(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Event>().Property(e => e.LocalDate).HasColumnType("timestamp without time zone");
        modelBuilder.Entity<Event>().Property(e => e.OverAt).HasComputedColumnSql(OverAt, stored: true);
        // What a count needs of a row stands in the index, so that ten thousand rows cost a hundred pages.
        modelBuilder.Entity<Event>(row =>
        {
            void Cover(string name, params string[] columns) => CoverIndex($"ix_events_shown_{name}", columns);
            void CoverIndex(string index, string[] columns) => row.Metadata.FindIndex(index)!.SetIncludeProperties(columns);
            string[] told = [nameof(Event.OverAt), nameof(Event.SoldOut)];
            string[] filters = [.. told, nameof(Event.LocalDate), nameof(Event.CategoryKey), nameof(Event.CityKey), nameof(Event.CountryKey),
                nameof(Event.Currency), nameof(Event.MinPriceScaled), nameof(Event.MaxPriceScaled)];
            Cover("date", filters);
            Cover("city", [.. filters.Except([nameof(Event.CityKey)])]);
            Cover("country", [.. filters.Except([nameof(Event.CountryKey)])]);
            Cover("category", [.. filters.Except([nameof(Event.CategoryKey)])]);
            Cover("name", told);
            Cover("price", [.. told, nameof(Event.MaxPriceScaled)]);
            Cover("created", told);
            Cover("popularity", filters);
            Cover("max_price", [.. told, nameof(Event.MinPriceScaled)]);
            Cover("currency", [.. told, nameof(Event.MinPriceScaled), nameof(Event.MaxPriceScaled)]);
            Cover("sold_out", nameof(Event.OverAt));
            Cover("place", [.. told, nameof(Event.Id), nameof(Event.StartsAt)]);
            // What facets show, and what they are filtered by.
            Cover("shuffle", [.. told, nameof(Event.Category), nameof(Event.City), nameof(Event.Country), nameof(Event.LocalDate), nameof(Event.MinPriceScaled),
                nameof(Event.MaxPriceScaled), nameof(Event.Currency), nameof(Event.StartsAt), nameof(Event.CategoryKey), nameof(Event.CityKey), nameof(Event.CountryKey)]);
            // Past events and cancelled ones are counted off these.
            row.HasIndex(e => new { e.StartsAt, e.Id }).IncludeProperties(e => new { e.Publication, e.CancelledAt, e.OverAt, e.SoldOut });
            CoverIndex("ix_events_cancelled", [nameof(Event.Publication), nameof(Event.OverAt)]);
        });
        // Whatever has no price comes last in both directions: read backwards, the other index has it first.
        modelBuilder.Entity<Event>().HasIndex([nameof(Event.MinPriceScaled), nameof(Event.Id)], "ix_events_shown_price_desc").HasDatabaseName("ix_events_shown_price_desc")
            .HasFilter(OnShow).IsDescending().HasNullSortOrder(NullSortOrder.NullsLast, NullSortOrder.NullsLast)
            .IncludeProperties(e => new { e.OverAt, e.SoldOut, e.MaxPriceScaled });
        // Room on the page keeps a counter's new version beside the old one, so that no index is touched.
        modelBuilder.Entity<EventStock>().HasStorageParameter("fillfactor", 20);
        modelBuilder.Entity<TicketStock>().HasStorageParameter("fillfactor", 20);
        modelBuilder.Entity<Booking>().Property(b => b.Code).UseCollation("C");
        // Folded keys sort by code point, as they do on SQLite, whatever the database's locale.
        modelBuilder.Entity<Event>().Property(e => e.NameKey).UseCollation("C");
    }

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
