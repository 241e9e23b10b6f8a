using Usher.Domain.BoxOffice;

namespace Usher.Domain.Catalog;

/// <summary>An event as its organizer describes it. <see cref="EventStock"/> has the counters.</summary>
public sealed class Event
{
    public required Guid Id { get; init; }
    public required Guid OrganizerId { get; init; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public required DateTimeOffset StartsAt { get; set; }
    public DateTimeOffset? EndsAt { get; set; }

    /// <see cref="EndsAt"/>, or <see cref="StartsAt"/> if there is no end. The database computes and indexes it.
    public DateTimeOffset OverAt { get; private set; }

    /// <summary>
    /// Set some time after the end, never before. It adds no information to <see cref="OverAt"/>, but a partial index can exclude past
    /// events by it and so begin in the future.
    /// </summary>
    public bool IsPast { get; set; }

    /// <summary>IANA zone of the venue.</summary>
    public required string TimeZone { get; set; }

    /// <see cref="StartsAt"/> in local time of the venue. A filter by days uses the days there.
    public DateTime LocalDate { get; set; }

    /// <see cref="EndsAt"/>, or <see cref="StartsAt"/> if there is no end, in local time of the venue. Null in a row of an older version until it is derived.
    public DateTime? LocalEndDate { get; set; }

    /// <summary>
    /// Whether the event lasts longer than <see cref="Brief"/>. The few long events have an index of their own; all others are found by
    /// their beginning.
    /// </summary>
    public bool Lasting { get; set; }

    /// <summary>A long weekend.</summary>
    public static readonly TimeSpan Brief = TimeSpan.FromDays(4);
    /// <summary>
    /// The date was given as an instant, with an offset: when the rules of the zone change, <see cref="LocalDate"/> follows it. Otherwise
    /// it follows <see cref="LocalDate"/>.
    /// </summary>
    public bool DateIsInstant { get; set; }

    /// <summary>The end as it was given in local time of the venue; null if it was given as an instant. The same holds for the next three.</summary>
    public DateTime? LocalEnd { get; set; }
    public DateTime? LocalSalesStart { get; set; }
    public DateTime? LocalSalesEnd { get; set; }
    public DateTime? LocalDeadline { get; set; }
    public required string Location { get; set; }
    public string? Venue { get; set; }
    public string? City { get; set; }
    public string? Country { get; set; }
    public double? Latitude { get; set; }
    public double? Longitude { get; set; }
    public string? Category { get; set; }
    public List<string> Tags { get; set; } = [];
    public string? ImageUrl { get; set; }

    /// <summary>ISO 4217 code; fixed once there are ticket types.</summary>
    public required string Currency { get; set; }
    public Publication Publication { get; set; } = Publication.Published;
    public DateTimeOffset? SalesStartAt { get; set; }
    public DateTimeOffset? SalesEndAt { get; set; }
    public DateTimeOffset? CancellationDeadline { get; set; }
    public int? MaxPerBooking { get; set; }
    public int? MaxPerUser { get; set; }
    public DateTimeOffset? CancelledAt { get; set; }
    public string? CancelReason { get; set; }

    /// <summary>Lowest and highest price over its ticket types, in minor units.</summary>
    public long? MinPriceMinor { get; set; }
    public long? MaxPriceMinor { get; set; }

    /// <summary>
    /// The same two in ten-thousandths of the major unit, so that prices in different currencies compare by their displayed numbers.
    /// </summary>
    public long? MinPriceScaled { get; set; }
    public long? MaxPriceScaled { get; set; }

    /// <summary>
    /// Grows with the logarithm of tickets sold. A job updates it from time to time, because a sale must not change an index. Lists use it
    /// to find candidates, and sort these by the counters.
    /// </summary>
    public int Popularity { get; set; }

    /// <summary>Updated by the box office when it changes, so that lists need no sums.</summary>
    public bool SoldOut { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Counts the organizer's edits, not sales.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Folded words of name, description, venue and city; see <see cref="Catalog.SearchText"/>.</summary>
    public string SearchText { get; set; } = "";

    /// <summary>Folded words of location, venue, city and country.</summary>
    public string PlaceText { get; set; } = "";
    public string NameKey { get; set; } = "";
    public string? CityKey { get; set; }
    public string? CountryKey { get; set; }
    public string? CategoryKey { get; set; }

    /// <summary>A random number below <see cref="ShuffleRange"/>. The first thousand events in its order are an even sample.</summary>
    public int Shuffle { get; private set; }

    public const int ShuffleRange = 1 << 20;

    /// <summary>Version of the rules by which <see cref="DescribeWords"/> derived the row; zero for rows without a version.</summary>
    public int DerivedBy { get; private set; }

    /// <summary>Increase it with every change of these rules. A job then derives the rows of older rules again.</summary>
    public const int Rules = 1;

    public EventStock Stock { get; set; } = null!;
    public List<TicketType> TicketTypes { get; set; } = [];

    public SaleWindow Sales => new(SalesStartAt, SalesEndAt);

    public EventStatus StatusAt(DateTimeOffset now) => EventStatuses.Of(CancelledAt is not null, EndsAt ?? StartsAt, SoldOut, now);

    /// <summary>The last bits of an id are random.</summary>
    private static int ShuffleOf(Guid id) =>
        (int)(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(id.ToByteArray(bigEndian: true).AsSpan(12)) % ShuffleRange);

    /// <summary>Updates the derived search data: words, keys, and the duration.</summary>
    public void DescribeWords()
    {
        SearchText = Catalog.SearchText.NormalizeNamed(Name, Description, Venue, City);
        PlaceText = Catalog.SearchText.Normalize(Location, Venue, City, Country);
        NameKey = Catalog.SearchText.NameKey(Name);
        CityKey = Catalog.SearchText.EqualKey(City);
        CountryKey = Catalog.SearchText.EqualKey(Country);
        CategoryKey = Catalog.SearchText.EqualKey(Category);
        LocalEndDate = EndsAt is not { } end ? LocalDate
            // A zone of a newer machine, which wrote the row: the change of an offset in between is all that is missed.
            : Zones.TryFind(TimeZone, out var zone) ? LocalTime.ToLocal(end, zone) : LocalDate + (end - StartsAt);
        Lasting = EndsAt - StartsAt > Brief;
        DerivedBy = Rules;
    }

    /// <summary>Updates everything that is derived from the described members.</summary>
    public void Describe()
    {
        DescribeWords();
        MinPriceMinor = TicketTypes.Count == 0 ? null : TicketTypes.Min(t => t.PriceMinor);
        MaxPriceMinor = TicketTypes.Count == 0 ? null : TicketTypes.Max(t => t.PriceMinor);
        var scale = Domain.Currency.Get(Currency);
        MinPriceScaled = MinPriceMinor is { } min ? scale.ToScaled(min) : null;
        MaxPriceScaled = MaxPriceMinor is { } max ? scale.ToScaled(max) : null;
        Shuffle = ShuffleOf(Id);
        // A changed date lies in the future.
        IsPast = false;
        SoldOut = OnSale.IsSoldOut(Stock.Places, TicketTypes, static t => t.Stock.Places);
    }
}

/// <summary>Counters of an event, separate from its text, because a sale must not rewrite a search index. This row is the event's lock.</summary>
public sealed class EventStock
{
    public required Guid EventId { get; init; }
    public int TotalCapacity { get; set; }
    public int Sold { get; init; }
    public int Held { get; init; }
    public Allotment Places => new(TotalCapacity, Sold, Held);
}

public sealed class TicketType
{
    public required Guid Id { get; init; }
    public required Guid EventId { get; init; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public long PriceMinor { get; set; }
    public DateTimeOffset? SalesStartAt { get; set; }
    public DateTimeOffset? SalesEndAt { get; set; }

    /// <summary>Sale times as they were given in local time of the venue; null if they were given as instants.</summary>
    public DateTime? LocalSalesStart { get; set; }
    public DateTime? LocalSalesEnd { get; set; }
    public int MinPerBooking { get; set; } = 1;
    public int? MaxPerBooking { get; set; }
    public int SortOrder { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public int Version { get; set; } = 1;
    public TicketStock Stock { get; set; } = null!;
    public SaleWindow Sales => new(SalesStartAt, SalesEndAt);
}

/// <summary>The counters of a ticket type.</summary>
public sealed class TicketStock
{
    public required Guid TicketTypeId { get; init; }
    public required Guid EventId { get; init; }
    public int QuantityTotal { get; set; }
    public int Sold { get; init; }
    public int Held { get; init; }
    public Allotment Places => new(QuantityTotal, Sold, Held);
}
