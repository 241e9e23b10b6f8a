using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Domain.Notifications;
using Usher.Domain.Reports;

namespace Usher.Server.Platform.Persistence;

/// <summary>The model. The two engines' contexts differ from it in conventions and column types only.</summary>
internal abstract class UsherDb(DbContextOptions options) : DbContext(options)
{
    /// <summary>Condition of the events that lists show by default. A query must use the same text to match the partial indexes.</summary>
    public static readonly string OnShow = $"publication = {(int)Publication.Published} AND cancelled_at IS NULL AND NOT is_past";

    /// <summary>Events that an older version of the rules derived.</summary>
    public static readonly string ToDerive = string.Create(CultureInfo.InvariantCulture, $"derived_by < {Event.Rules}");

    /// <summary>End of an event, as a column of the database.</summary>
    protected const string OverAt = "coalesce(ends_at, starts_at)";

    public DbSet<User> Users => Set<User>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();
    public DbSet<AccountLink> AccountLinks => Set<AccountLink>();
    public DbSet<LogInFailures> LogInFailures => Set<LogInFailures>();
    public DbSet<SecondFactor> SecondFactors => Set<SecondFactor>();
    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();
    public DbSet<FormerAddress> FormerAddresses => Set<FormerAddress>();
    public DbSet<MailCount> MailCounts => Set<MailCount>();
    public DbSet<Event> Events => Set<Event>();
    public DbSet<FormerEvent> FormerEvents => Set<FormerEvent>();
    public DbSet<ZoneRules> ZoneRules => Set<ZoneRules>();
    public DbSet<EventStock> EventStock => Set<EventStock>();
    public DbSet<TicketType> TicketTypes => Set<TicketType>();
    public DbSet<TicketStock> TicketStock => Set<TicketStock>();
    public DbSet<Booking> Bookings => Set<Booking>();
    public DbSet<BookingItem> BookingItems => Set<BookingItem>();
    public DbSet<EventCancellation> EventCancellations => Set<EventCancellation>();

    /// <summary>Written by <see cref="Change.Publish"/> and by the ledgers.</summary>
    public IQueryable<OutboxRow> Outbox => Set<OutboxRow>();
    public DbSet<Mail> Mails => Set<Mail>();
    public DbSet<Report> Reports => Set<Report>();
    public DbSet<ReportProgress> ReportProgress => Set<ReportProgress>();
    public DbSet<InboxRow> Inbox => Set<InboxRow>();
    public DbSet<IdempotencyRow> IdempotencyKeys => Set<IdempotencyRow>();
    public DbSet<Import> Imports => Set<Import>();
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    /// <summary>The differences between the engines.</summary>
    public IDatabaseEngine Engine => field ??= this.GetService<IDatabaseEngine>();

    public DatabaseClock Clock => field ??= this.GetService<DatabaseClock>();
    public OutboxSignal OutboxSignal => field ??= this.GetService<OutboxSignal>();

    /// <inheritdoc cref="IDatabaseEngine.BeginSnapshot"/>
    public Task<IAsyncDisposable> BeginSnapshot(CancellationToken cancellationToken, TimeSpan? patience = null) => Engine.BeginSnapshot(this, cancellationToken, patience);

    /// <summary>Asks the database what time it is, and sets <see cref="Clock"/> by it.</summary>
    public async Task<DateTimeOffset> ReadClock(CancellationToken cancellationToken) => Clock.Observe(await Engine.ReadClock(this, cancellationToken));

    /// <summary>An index that includes more columns than it sorts by.</summary>
    protected abstract IndexBuilder Index(EntityTypeBuilder<Event> row, string name, string[] sorted, string[] told);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<User>(user =>
        {
            user.Property(u => u.Id).ValueGeneratedNever();
            user.HasIndex(u => u.UsernameKey).IsUnique();
            user.HasIndex(u => u.EmailKey).IsUnique();
        });
        modelBuilder.Entity<Session>(session =>
        {
            session.Property(s => s.Id).ValueGeneratedNever();
            session.HasOne<User>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Restrict);
            session.HasIndex(s => s.RevokedAt);
            session.HasIndex(s => s.ExpiresAt);
        });
        modelBuilder.Entity<RefreshToken>(token =>
        {
            token.HasKey(t => t.Hash);
            token.HasOne<Session>().WithMany().HasForeignKey(t => t.SessionId).OnDelete(DeleteBehavior.Cascade);
            token.HasIndex(t => t.UsedAt).HasFilter("used_at IS NOT NULL");
        });

        modelBuilder.Entity<AuditEntry>(entry =>
        {
            entry.Property(a => a.Id).ValueGeneratedNever();
            entry.HasIndex(a => new { a.EventId, a.Id });
            entry.HasIndex(a => new { a.ActorId, a.Id });
            entry.HasIndex(a => new { a.UserId, a.Id });
        });
        modelBuilder.Entity<AccountLink>(link =>
        {
            link.Property(l => l.Id).ValueGeneratedNever();
            link.HasOne<User>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
            link.HasIndex(l => l.Hash).IsUnique();
            link.HasIndex(l => new { l.EmailKey, l.CreatedAt });
            link.HasIndex(l => l.ExpiresAt);
        });
        modelBuilder.Entity<LogInFailures>(failures =>
        {
            failures.HasKey(f => f.Key);
            failures.HasIndex(f => f.LastAt);
        });
        modelBuilder.Entity<MailCount>(count =>
        {
            count.HasKey(c => c.Key);
            count.HasIndex(c => c.LastAt);
        });
        modelBuilder.Entity<SecondFactor>(factor =>
        {
            factor.HasKey(f => f.UserId);
            factor.HasOne<User>().WithOne().HasForeignKey<SecondFactor>(f => f.UserId).OnDelete(DeleteBehavior.Cascade);
            factor.HasIndex(f => f.CreatedAt).HasFilter("confirmed_at IS NULL");
        });
        modelBuilder.Entity<RecoveryCode>(code =>
        {
            code.HasKey(c => new { c.UserId, c.Hash });
            code.HasOne<SecondFactor>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<FormerAddress>(address =>
        {
            address.Property(a => a.Id).ValueGeneratedNever();
            address.HasOne<User>().WithMany().HasForeignKey(a => a.UserId).OnDelete(DeleteBehavior.Cascade);
            address.HasIndex(a => a.ReplacedAt);
            address.HasIndex(a => a.EmailKey);
        });

        modelBuilder.Entity<Event>(row =>
        {
            row.Property(e => e.Id).ValueGeneratedNever();
            row.HasOne<User>().WithMany().HasForeignKey(e => e.OrganizerId).OnDelete(DeleteBehavior.Restrict);
            row.HasOne(e => e.Stock).WithOne().HasForeignKey<EventStock>(s => s.EventId).OnDelete(DeleteBehavior.Cascade);
            row.Property(e => e.DateIsInstant).HasDefaultValue(false);
            row.HasMany(e => e.TicketTypes).WithOne().HasForeignKey(t => t.EventId).OnDelete(DeleteBehavior.Cascade);
            // ADRs 0011 and 0032 give the reason and the figures of each index. The migration has the hand-written word indexes.
            row.HasIndex(e => new { e.OrganizerId, e.StartsAt, e.Id });
            // The index includes what a count needs of a row, so that ten thousand rows cost a hundred pages.
            string[] told = [nameof(Event.OverAt), nameof(Event.SoldOut)];
            string[] days = [nameof(Event.LocalDate), nameof(Event.LocalEndDate), nameof(Event.Lasting)];
            string[] filters = [.. told, .. days, nameof(Event.CategoryKey), nameof(Event.CityKey), nameof(Event.CountryKey),
                nameof(Event.Currency), nameof(Event.MinPriceScaled), nameof(Event.MaxPriceScaled)];
            string[] byDate = [nameof(Event.StartsAt), nameof(Event.Id)];
            void OfShown(string name, string[] sorted, string[] covered, string also = "") =>
                Index(row, $"ix_events_shown_{name}", sorted, [.. covered.Except(sorted)]).HasFilter(OnShow + also);
            OfShown("date", byDate, filters);
            OfShown("name", [nameof(Event.NameKey), nameof(Event.Id)], told);
            OfShown("price", [nameof(Event.MinPriceScaled), nameof(Event.Id)], [.. told, nameof(Event.MaxPriceScaled)]);
            OfShown("max_price", [nameof(Event.MaxPriceScaled), nameof(Event.Id)], [.. told, nameof(Event.MinPriceScaled)]);
            OfShown("currency", [nameof(Event.Currency), .. byDate], [.. told, nameof(Event.MinPriceScaled), nameof(Event.MaxPriceScaled)]);
            OfShown("created", [nameof(Event.CreatedAt), nameof(Event.Id)], told);
            OfShown("popularity", [nameof(Event.Popularity), nameof(Event.Id)], filters);
            OfShown("category", [nameof(Event.CategoryKey), .. byDate], filters);
            OfShown("city", [nameof(Event.CityKey), .. byDate], filters);
            OfShown("country", [nameof(Event.CountryKey), .. byDate], filters);
            OfShown("place", [nameof(Event.Latitude), nameof(Event.Longitude)], [.. told, nameof(Event.Id), nameof(Event.StartsAt)]);
            // The columns that facets show and filter by.
            OfShown("shuffle", [nameof(Event.Shuffle)], [.. told, nameof(Event.Category), nameof(Event.City), nameof(Event.Country), .. days,
                nameof(Event.MinPriceScaled), nameof(Event.MaxPriceScaled), nameof(Event.Currency), nameof(Event.StartsAt), nameof(Event.CategoryKey),
                nameof(Event.CityKey), nameof(Event.CountryKey)]);
            OfShown("sold_out", byDate, [nameof(Event.OverAt)], " AND sold_out");
            // Few events are long. They are found by their end, because their beginning may be far from the days of a query.
            Index(row, "ix_events_lasting", [nameof(Event.OverAt), .. byDate], [.. filters.Except([nameof(Event.OverAt)]), nameof(Event.Publication), nameof(Event.CancelledAt), nameof(Event.IsPast)])
                .HasFilter("lasting");
            // Empty except after an upgrade that changed the rules.
            row.HasIndex(e => e.Id, "ix_events_to_derive").HasDatabaseName("ix_events_to_derive").HasFilter(ToDerive);
            row.Property(e => e.DerivedBy).HasDefaultValue(0);
            row.Property(e => e.Lasting).HasDefaultValue(false);
            // For counts of past and cancelled events.
            Index(row, "ix_events_starts_at_id", byDate, [nameof(Event.Publication), nameof(Event.CancelledAt), nameof(Event.OverAt), nameof(Event.SoldOut)]);
            Index(row, "ix_events_cancelled", byDate, [nameof(Event.Publication), nameof(Event.OverAt)]).HasFilter("cancelled_at IS NOT NULL");
        });
        modelBuilder.Entity<FormerEvent>(row =>
        {
            row.Property(f => f.Id).ValueGeneratedNever();
            row.HasOne<Event>().WithMany().HasForeignKey(f => f.EventId).OnDelete(DeleteBehavior.Cascade);
            row.HasIndex(f => new { f.EventId, f.ChangedAt });
            row.HasIndex(f => f.ChangedAt);
        });
        modelBuilder.Entity<ZoneRules>(row => row.HasKey(r => new { r.Zone, r.Fingerprint }));
        modelBuilder.Entity<EventStock>(row =>
        {
            row.HasKey(s => s.EventId);
            row.ToTable("event_stock", table =>
            {
                table.HasCheckConstraint("ck_event_stock_not_oversold", "sold + held <= total_capacity");
                table.HasCheckConstraint("ck_event_stock_not_negative", "sold >= 0 AND held >= 0");
            });
        });
        modelBuilder.Entity<TicketType>(row =>
        {
            row.Property(t => t.Id).ValueGeneratedNever();
            row.HasOne(t => t.Stock).WithOne().HasForeignKey<TicketStock>(s => s.TicketTypeId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<TicketStock>(row =>
        {
            row.HasKey(s => s.TicketTypeId);
            row.HasIndex(s => s.EventId);
            row.ToTable("ticket_stock", table =>
            {
                table.HasCheckConstraint("ck_ticket_stock_not_oversold", "sold + held <= quantity_total");
                table.HasCheckConstraint("ck_ticket_stock_not_negative", "sold >= 0 AND held >= 0");
            });
        });

        modelBuilder.Entity<Import>(row =>
        {
            row.Property(i => i.Id).ValueGeneratedNever();
            row.HasOne<User>().WithMany().HasForeignKey(i => i.OrganizerId).OnDelete(DeleteBehavior.Restrict);
        });

        modelBuilder.Entity<Booking>(row =>
        {
            row.Property(b => b.Id).ValueGeneratedNever();
            row.Property(b => b.Version).HasDefaultValue(1);
            row.HasOne<User>().WithMany().HasForeignKey(b => b.UserId).OnDelete(DeleteBehavior.Restrict);
            row.HasOne<Event>().WithMany().HasForeignKey(b => b.EventId).OnDelete(DeleteBehavior.Restrict);
            row.HasMany(b => b.Items).WithOne().HasForeignKey(i => i.BookingId).OnDelete(DeleteBehavior.Cascade);
            row.Ignore(b => b.ChangedBy);
            row.HasIndex(b => b.Code).IsUnique();
            row.HasIndex(b => new { b.UserId, b.BookedAt });
            // For the limits of the box office and the organizer's list.
            row.HasIndex(b => new { b.EventId, b.UserId });
            // Holds only: a sale that is confirmed at once never changes it. The event comes first, because SQLite would otherwise read all
            // bookings of an event to find its lapsed holds.
            row.HasIndex(b => new { b.EventId, b.ExpiresAt }).HasFilter($"status = {(int)BookingStatus.Pending}");
            row.HasIndex(b => b.SettleAt).HasFilter("settle_at IS NOT NULL");
            row.ToTable(table =>
            {
                table.HasCheckConstraint("ck_bookings_refund", "refund_minor >= 0 AND refund_minor <= captured_minor");
                table.HasCheckConstraint("ck_bookings_money", "captured_minor >= 0 AND captured_minor <= total_minor");
                table.HasCheckConstraint("ck_bookings_quantity", "quantity > 0");
            });
        });
        modelBuilder.Entity<BookingItem>(row =>
        {
            row.Property(i => i.Id).ValueGeneratedNever();
            row.Ignore(i => i.LineTotalMinor);
            row.HasOne<TicketType>().WithMany().HasForeignKey(i => i.TicketTypeId).OnDelete(DeleteBehavior.Restrict);
            row.HasIndex(i => new { i.BookingId, i.TicketTypeId }).IsUnique();
            row.ToTable("booking_items", table => table.HasCheckConstraint("ck_booking_items_quantity", "quantity > 0"));
        });

        modelBuilder.Entity<EventCancellation>(row =>
        {
            row.HasKey(c => c.EventId);
            row.HasOne<Event>().WithOne().HasForeignKey<EventCancellation>(c => c.EventId).OnDelete(DeleteBehavior.Cascade);
            row.HasIndex(c => c.RequestedAt).HasFilter("finished_at IS NULL");
        });

        // No index except the key: a finished row is deleted, so the first rows are the pending ones.
        modelBuilder.Entity<OutboxRow>(row =>
        {
            row.ToTable("outbox");
            row.Property(o => o.Failures).HasDefaultValue(0);
        });
        modelBuilder.Entity<InboxRow>(row =>
        {
            row.ToTable("inbox");
            row.HasKey(i => new { i.Consumer, i.MessageId });
        });

        modelBuilder.Entity<Mail>(row =>
        {
            row.Property(m => m.Id).ValueGeneratedNever();
            row.Ignore(m => m.MessageKey);
            row.HasOne<User>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Restrict);
            row.HasOne<Event>().WithMany().HasForeignKey(m => m.EventId).OnDelete(DeleteBehavior.Restrict);
            row.HasIndex(m => new { m.SubjectId, m.Kind, m.UserId, m.Edition }).IsUnique();
            // These two contain only pending mails, so they stay small.
            row.HasIndex(m => new { m.DueAt, m.Id }).HasFilter($"state < {(int)MailState.Sent}");
            row.HasIndex(m => new { m.Domain, m.DueAt }).HasFilter($"state < {(int)MailState.Sent}");
            row.HasIndex(m => new { m.EventId, m.Id });
        });
        modelBuilder.Entity<Report>(row =>
        {
            row.Property(r => r.Id).ValueGeneratedNever();
            row.HasOne<User>().WithMany().HasForeignKey(r => r.OrganizerId).OnDelete(DeleteBehavior.Restrict);
            row.HasIndex(r => new { r.OrganizerId, r.Kind, r.FirstDay }).IsUnique();
        });
        modelBuilder.Entity<ReportProgress>(row =>
        {
            row.HasKey(p => new { p.OrganizerId, p.Kind });
            row.HasOne<User>().WithMany().HasForeignKey(p => p.OrganizerId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<IdempotencyRow>(row =>
        {
            row.ToTable("idempotency_keys");
            row.HasKey(i => new { i.UserId, i.Route, i.Key });
            row.HasIndex(i => i.CreatedAt);
        });
    }
}
