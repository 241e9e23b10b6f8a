using Microsoft.EntityFrameworkCore;

namespace Usher.Bench.Baseline;

/// <summary>The tables of <c>baseline.sql</c>.</summary>
internal sealed class BaselineDb(DbContextOptions<BaselineDb> options) : DbContext(options)
{
    public DbSet<Stock> TicketStock => Set<Stock>();
    public DbSet<Booking> Bookings => Set<Booking>();
    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Stock>().ToTable("ticket_stock").HasKey(stock => stock.TicketTypeId);
        modelBuilder.Entity<Booking>().Property(booking => booking.Id).ValueGeneratedNever();
        modelBuilder.Entity<BookingItem>().ToTable("booking_items").Property(item => item.Id).ValueGeneratedNever();
    }
}

internal sealed class Stock
{
    public Guid TicketTypeId { get; init; }
    public Guid EventId { get; init; }
    public int QuantityTotal { get; init; }
    public int Sold { get; set; }
    public int Held { get; init; }
}

internal sealed class Booking
{
    public Guid Id { get; init; }
    public required string Code { get; init; }
    public Guid UserId { get; init; }
    public Guid EventId { get; init; }
    public short Status { get; init; }
    public short PaymentStatus { get; init; }
    public required string Currency { get; init; }
    public long TotalMinor { get; init; }
    public int Quantity { get; init; }
    public DateTimeOffset BookedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }
    public long CapturedMinor { get; init; }
    public List<BookingItem> Items { get; } = [];
}

internal sealed class BookingItem
{
    public Guid Id { get; init; }
    public Guid BookingId { get; init; }
    public Guid TicketTypeId { get; init; }
    public int Quantity { get; init; }
    public long UnitPriceMinor { get; init; }
}

internal sealed class OutboxRow
{
    public long Id { get; init; }
    public required string Type { get; init; }
    public Guid EventId { get; init; }
    public Guid? BookingId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
