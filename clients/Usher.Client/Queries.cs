using System.Globalization;
using System.Text;

namespace Usher.Client;

/// <summary>Query parameters. Null members are omitted.</summary>
public abstract record Query
{
    /// <summary>The query parameters by their names in the address.</summary>
    protected abstract IEnumerable<(string Name, object? Value)> Members { get; }

    internal static string Address(string path, Query? query)
    {
        var address = new StringBuilder(path);
        foreach (var (name, value) in query?.Members ?? [])
            if (value is not null)
                address.Append(address.Length == path.Length ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(Text(value)));
        return address.ToString();
    }

    private static string Text(object value) => value switch
    {
        bool yes => yes ? "true" : "false",
        IEnumerable<string> several => string.Join(',', several),
        Enum one => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(one.ToString()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}

/// <summary>A page of a list, by number.</summary>
public record PageQuery : Query
{
    /// <summary>Counted from 1.</summary>
    public int? Page { get; init; }

    /// <summary>1 to 100; 10 by default.</summary>
    public int? Limit { get; init; }

    protected override IEnumerable<(string, object?)> Members => [("page", Page), ("limit", Limit)];
}

/// <summary>A page of a list that also supports cursors.</summary>
public record CursorQuery : PageQuery
{
    /// <c>NextCursor</c> of the previous page, with the same filter. Do not send it with <c>Page</c>.
    public string? Cursor { get; init; }

    protected override IEnumerable<(string, object?)> Members => [.. base.Members, ("cursor", Cursor)];
}

/// <summary>Filter of events. All conditions must hold.</summary>
public record EventFilter : Query
{
    public string? Q { get; init; }
    public string? Name { get; init; }
    public string? Location { get; init; }
    public string? City { get; init; }
    public string? Country { get; init; }

    /// <summary>Any of these categories.</summary>
    public IReadOnlyList<string>? Category { get; init; }
    public string? DateFrom { get; init; }
    public string? DateTo { get; init; }
    public decimal? MinPrice { get; init; }
    public decimal? MaxPrice { get; init; }
    public string? Currency { get; init; }

    /// <summary><c>available</c> or <c>sold_out</c>.</summary>
    public string? Availability { get; init; }

    /// <summary>Any of these statuses, or <c>all</c>.</summary>
    public IReadOnlyList<string>? Status { get; init; }
    public Guid? OrganizerId { get; init; }

    /// <summary>Latitude,longitude in degrees.</summary>
    public string? Near { get; init; }
    public double? RadiusKm { get; init; }

    protected override IEnumerable<(string, object?)> Members =>
    [
        ("q", Q), ("name", Name), ("location", Location), ("city", City), ("country", Country), ("category", Category), ("dateFrom", DateFrom), ("dateTo", DateTo),
        ("minPrice", MinPrice), ("maxPrice", MaxPrice), ("currency", Currency), ("availability", Availability), ("status", Status), ("organizerId", OrganizerId),
        ("near", Near), ("radiusKm", RadiusKm),
    ];
}

/// <summary>Filter, order and page of a list of events.</summary>
public sealed record EventQuery : EventFilter
{
    /// <summary><c>date</c>, <c>name</c>, <c>price</c>, <c>createdAt</c>, <c>popularity</c>, <c>relevance</c> or <c>distance</c>.</summary>
    public string? SortBy { get; init; }

    /// <summary><c>asc</c> or <c>desc</c>.</summary>
    public string? Order { get; init; }
    public int? Page { get; init; }
    public int? Limit { get; init; }
    public string? Cursor { get; init; }

    protected override IEnumerable<(string, object?)> Members => [.. base.Members, ("sortBy", SortBy), ("order", Order), ("page", Page), ("limit", Limit), ("cursor", Cursor)];
}

public sealed record BookingQuery : CursorQuery
{
    /// <summary><c>bookingDate</c>, <c>date</c> or <c>totalPrice</c>.</summary>
    public string? SortBy { get; init; }
    public string? Order { get; init; }

    /// <summary>Any of <c>pending</c>, <c>confirmed</c>, <c>cancelled</c>.</summary>
    public IReadOnlyList<string>? Status { get; init; }

    protected override IEnumerable<(string, object?)> Members => [.. base.Members, ("sortBy", SortBy), ("order", Order), ("status", Status)];
}

public sealed record EventBookingQuery : CursorQuery
{
    /// <summary>A code, or part of a username, display name or e-mail address. Case and accents do not matter.</summary>
    public string? Q { get; init; }
    public IReadOnlyList<string>? Status { get; init; }

    protected override IEnumerable<(string, object?)> Members => [.. base.Members, ("q", Q), ("status", Status)];
}

/// <summary>Filter of a table of bookings.</summary>
public sealed record EventBookingTableQuery : Query
{
    /// <summary>A code, or part of a username, display name or e-mail address. Case and accents do not matter.</summary>
    public string? Q { get; init; }
    public IReadOnlyList<string>? Status { get; init; }

    protected override IEnumerable<(string, object?)> Members => [("q", Q), ("status", Status)];
}

public sealed record MailQuery : PageQuery
{
    public MailState? State { get; init; }

    protected override IEnumerable<(string, object?)> Members => [.. base.Members, ("state", State)];
}

public sealed record ReportQuery : PageQuery
{
    public PeriodKind? Period { get; init; }
    public Guid? OrganizerId { get; init; }

    protected override IEnumerable<(string, object?)> Members => [.. base.Members, ("period", Period), ("organizerId", OrganizerId)];
}

public sealed record SalesQuery : Query
{
    /// <summary><c>day</c>, <c>hour</c> or <c>ticketType</c>.</summary>
    public string? GroupBy { get; init; }

    protected override IEnumerable<(string, object?)> Members => [("groupBy", GroupBy)];
}

public sealed record AuditQuery : PageQuery
{
    public Guid? ActorId { get; init; }
    public Guid? EventId { get; init; }
    public Guid? UserId { get; init; }

    protected override IEnumerable<(string, object?)> Members => [.. base.Members, ("actorId", ActorId), ("eventId", EventId), ("userId", UserId)];
}

public sealed record ImportQuery : Query
{
    /// <summary>Checks the file and imports nothing.</summary>
    public bool? DryRun { get; init; }

    protected override IEnumerable<(string, object?)> Members => [("dryRun", DryRun)];
}
