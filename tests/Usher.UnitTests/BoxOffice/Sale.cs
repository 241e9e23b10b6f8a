using Usher.Domain.BoxOffice;

namespace Usher.UnitTests.BoxOffice;

/// <summary>An evening with two kinds of seats, all of it for sale at noon weeks before. A test changes what it is about.</summary>
internal sealed class Sale
{
    public static readonly DateTimeOffset Noon = new(2027, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly SellingRules Rules = new(
        HoldFor: TimeSpan.FromMinutes(10),
        CancellationWindow: TimeSpan.FromHours(24),
        DefaultMaxPerBooking: 10,
        PaymentAnswerAfter: TimeSpan.FromSeconds(5));

    private int _made;

    public Guid EventId { get; } = Guid.CreateVersion7();
    public Guid Buyer { get; } = Guid.CreateVersion7();
    public DateTimeOffset Now { get; set; } = Noon;
    public bool Known { get; set; } = true;
    public bool Published { get; set; } = true;
    public bool Cancelled { get; set; }
    public DateTimeOffset StartsAt { get; set; } = Noon.AddDays(30);
    public DateTimeOffset? EndsAt { get; set; }
    public DateTimeOffset? SalesStartAt { get; set; }
    public DateTimeOffset? SalesEndAt { get; set; }
    public DateTimeOffset? CancellationDeadline { get; set; }
    public int? MaxPerBooking { get; set; }
    public int? MaxPerUser { get; set; }
    public int Capacity { get; set; } = 100;

    /// <summary>Given, the capacity is this much more than what is counted.</summary>
    public int? FreeInTheHouse { get; set; }
    public bool SoldOutFlag { get; set; }
    public string Currency { get; set; } = "EUR";
    public Seats Stalls { get; } = new() { Name = "Stalls", Price = 1500 };
    public Seats Balcony { get; } = new() { Name = "Balcony", Price = 1000 };
    public List<Booking> Bookings { get; } = [];
    public List<LapsedHold> Lapsed { get; } = [];
    public int TicketsOfBuyer { get; set; }
    public int HeldByBuyer { get; set; }

    public Book Order { get; set; } = new(Guid.Empty, Guid.Empty, [], Hold: false, ExpectedTotal: null, PaymentVerdict.Approved);

    public List<Line> Lines { get; } = [];

    public int? MaxHeldPerUser { get; set; }

    public bool AccountIsClosed { get; set; }

    public Inventory Open() => new(
        Now, Rules with { MaxHeldPerUser = MaxHeldPerUser }, Known ? [Offer()] : [], Bookings, Lapsed,
        [KeyValuePair.Create((Buyer, EventId), TicketsOfBuyer)],
        [KeyValuePair.Create((Buyer, EventId), HeldByBuyer)],
        () => Guid.CreateVersion7(Noon), () => $"CODE{++_made:0000}", AccountIsClosed ? new HashSet<Guid> { Buyer } : null);

    public Book Book() => Order with { EventId = EventId, UserId = Buyer, Lines = Lines };

    public Book Book(params Line[] lines) => Order with { EventId = EventId, UserId = Buyer, Lines = lines };

    public Outcome Decide(params Line[] lines) => Open().Decide(Book(lines));

    public Outcome Confirm(Booking booking, PaymentVerdict payment = PaymentVerdict.Approved) =>
        Open().Decide(new Confirm(EventId, booking.Id, payment));

    public Outcome Cancel(Booking booking, CancelReason reason = CancelReason.User, bool boundByWindow = true) =>
        Open().Decide(new Cancel(EventId, booking.Id, reason, boundByWindow, "changed my mind"));

    /// <summary>A hold on stalls that stands in the ledger and in the counters.</summary>
    public Booking Hold(int quantity = 2, DateTimeOffset? expiresAt = null)
    {
        var hold = Make(quantity) with { ExpiresAt = expiresAt ?? Now + Rules.HoldFor };
        Stalls.Held += quantity;
        Bookings.Add(hold);
        if (hold.HasLapsed(Now))
            Lapsed.Add(new(EventId, Stalls.Id, quantity));
        else
            TicketsOfBuyer += quantity;
        return hold;
    }

    public Booking Sold(int quantity = 2)
    {
        var sold = Make(quantity).Confirmed(Now.AddHours(-1));
        Stalls.Sold += quantity;
        Bookings.Add(sold);
        TicketsOfBuyer += quantity;
        return sold;
    }

    public Booking GivenBack(CancelReason reason = CancelReason.User)
    {
        var cancelled = Make(2).Confirmed(Now.AddHours(-2)).Cancelled(Now.AddHours(-1), reason, null);
        Bookings.Add(cancelled);
        return cancelled;
    }

    public Booking Swept()
    {
        var expired = (Make(2) with { ExpiresAt = Now.AddMinutes(-1) }).Expired();
        Bookings.Add(expired);
        return expired;
    }

    private Booking Make(int quantity)
    {
        var id = Guid.CreateVersion7();
        return new()
        {
            Id = id,
            Code = $"CODE{++_made:0000}",
            UserId = Buyer,
            EventId = EventId,
            Currency = Currency,
            PaymentStatus = Stalls.Price == 0 ? PaymentStatus.None : PaymentStatus.Unpaid,
            TotalMinor = quantity * Stalls.Price,
            Quantity = quantity,
            BookedAt = Now.AddHours(-3),
            Items = [new() { Id = Guid.CreateVersion7(), BookingId = id, TicketTypeId = Stalls.Id, Quantity = quantity, UnitPriceMinor = Stalls.Price }],
        };
    }

    private EventOffer Offer()
    {
        var offer = new EventOffer
        {
            Id = EventId,
            OrganizerId = Guid.CreateVersion7(),
            Name = "An evening",
            Location = "Town hall",
            TimeZone = "Europe/Vienna",
            Currency = Currency,
            StartsAt = StartsAt,
            LocalDate = StartsAt.DateTime.AddHours(1),
            EndsAt = EndsAt,
            Published = Published,
            Cancelled = Cancelled,
            SalesStartAt = SalesStartAt,
            SalesEndAt = SalesEndAt,
            CancellationDeadline = CancellationDeadline,
            MaxPerBooking = MaxPerBooking,
            MaxPerUser = MaxPerUser,
            Version = 7,
            Capacity = Stalls.Sold + Balcony.Sold + Stalls.Held + Balcony.Held + FreeInTheHouse ?? Capacity,
            Sold = Stalls.Sold + Balcony.Sold,
            Held = Stalls.Held + Balcony.Held,
            SoldOutFlag = SoldOutFlag,
        };
        offer.TicketTypes.AddRange([Stalls.Offer(), Balcony.Offer()]);
        return offer;
    }
}

internal sealed class Seats
{
    public Guid Id { get; } = Guid.CreateVersion7();
    public required string Name { get; init; }
    public long Price { get; set; }
    public int Total { get; set; } = 50;
    public int Sold { get; set; }
    public int Held { get; set; }
    public int Min { get; set; } = 1;
    public int? Max { get; set; }
    public DateTimeOffset? SalesStartAt { get; set; }
    public DateTimeOffset? SalesEndAt { get; set; }

    public static Line operator *(int quantity, Seats seats) => new(seats.Id, quantity);

    public TicketOffer Offer() => new()
    {
        Id = Id,
        Name = Name,
        PriceMinor = Price,
        Total = Total,
        Sold = Sold,
        Held = Held,
        MinPerBooking = Min,
        MaxPerBooking = Max,
        SalesStartAt = SalesStartAt,
        SalesEndAt = SalesEndAt,
    };
}

internal static class Expect
{
    public static Booking Done(Outcome outcome) => Xunit.Assert.IsType<Outcome.Done>(outcome).Booking;

    public static Outcome.Refused Refused(Refusal reason, Outcome outcome)
    {
        var refused = Xunit.Assert.IsType<Outcome.Refused>(outcome);
        Xunit.Assert.Equal(reason, refused.Reason);
        return refused;
    }

    public static void NothingWritten(Inventory inventory)
    {
        Xunit.Assert.Empty(inventory.Created);
        Xunit.Assert.Empty(inventory.Changed);
        Xunit.Assert.Empty(inventory.TicketTypeDeltas);
        Xunit.Assert.Empty(inventory.EventDeltas);
        Xunit.Assert.Empty(inventory.SoldOutChanges);
    }
}
