using System.Globalization;
using Usher.Domain;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog;

/// <summary>The filters of every list of events. Different ones must all hold.</summary>
internal static class EventFilters
{
    public static readonly QueryParameter[] Parameters =
    [
        new("q", "Words to find in name, description, venue and city. Every word must match, the last one as a beginning; case and accents don't matter.", Aliases: ["search", "keyword"], Example: "mahler vien"),
        new("name", "Text contained in the name.", Example: "symphony"),
        new("location", "Words to find in location, venue, city and country.", Example: "carnegie hall"),
        new("city", "The city, in any case or accent.", Example: "Vienna"),
        new("country", "The country, in any case or accent.", Example: "Austria"),
        new("category", "Any of these, joined by commas or repeated.", Repeats: true, Example: "concert"),
        new("dateFrom", "A day (2030-05-01), by the event's own calendar, or an instant with an offset.", Aliases: ["startDate"], Example: "2030-05-01"),
        new("dateTo", "A day, which is included, or an instant with an offset, which is not.", Aliases: ["endDate"], Example: "2030-05-31"),
        new("minPrice", "Some one ticket type costs at least this, in major units, and at most maxPrice.", "number", Example: 10),
        new("maxPrice", "Some one ticket type costs at most this, in major units, and at least minPrice.", "number", Example: 50.5),
        new("currency", "ISO 4217.", Example: "EUR"),
        new("availability", "Whether tickets can be bought at this moment, or everything is sold. true and false mean the same.", Values: ["available", "sold_out"], Aliases: ["available"]),
        new("status", "Any of upcoming, sold_out, cancelled, past, joined by commas or repeated, or all.", Repeats: true, Example: "upcoming,sold_out"),
        new("organizerId", "The organizer's id."),
    ];

    private static readonly Dictionary<string, bool> Availabilities = new() { ["available"] = true, ["sold_out"] = false, ["true"] = true, ["false"] = false };

    private static readonly Dictionary<string, EventStatus> Statuses = new()
    {
        ["upcoming"] = EventStatus.Upcoming,
        ["sold_out"] = EventStatus.SoldOut,
        ["cancelled"] = EventStatus.Cancelled,
        ["past"] = EventStatus.Past,
    };

    public static IQueryable<Event> Filter(this UsherDb db, IQueryable<Event> events, Query query, DateTimeOffset now, IReadOnlyList<EventStatus> statusesUnlessTold)
    {
        events = events.OfStatus(ReadStatuses(query) ?? statusesUnlessTold, now);
        events = events.WithText(query);
        events = events.OnDays(query);
        events = events.AtPrices(query);
        if (query.OneOf("availability", Availabilities) is { } available)
            events = available ? db.WithTickets(events, now) : events.Where(e => e.SoldOut);
        if (query.Id("organizerId") is { } organizer)
            events = events.Where(e => e.OrganizerId == organizer);
        return events;
    }

    private static IQueryable<Event> WithText(this IQueryable<Event> events, Query query)
    {
        if (Given(query, "q") is { } words)
            events = Patterns(words).Aggregate(events, (found, pattern) => found.Where(e => e.SearchText.Contains(pattern)));
        if (Given(query, "location") is { } place)
            events = Patterns(place).Aggregate(events, (found, pattern) => found.Where(e => e.PlaceText.Contains(pattern)));
        if (Given(query, "name") is { } name)
        {
            var key = SearchText.Key(name);
            events = key.Length == 0 ? events.Where(e => false) : events.Where(e => e.NameKey.Contains(key));
        }
        if (Given(query, "city") is { } city)
        {
            var key = SearchText.Key(city);
            events = events.Where(e => e.CityKey == key);
        }
        if (Given(query, "country") is { } country)
        {
            var key = SearchText.Key(country);
            events = events.Where(e => e.CountryKey == key);
        }
        if (query.Many("category") is { Count: > 0 } categories)
        {
            var keys = categories.Select(SearchText.Key).Distinct().ToList();
            events = keys.Count > 50 ? throw Query.Bad("category", "At most 50.") : events.Where(e => keys.Contains(e.CategoryKey!));
        }
        return events;
    }

    /// <summary>The texts are kept as " word word ", so a whole word is found as " word " and the beginning of one as " wo".</summary>
    private static IEnumerable<string> Patterns(string text)
    {
        var words = SearchText.Words(text);
        // Text without any letter or digit asks for something that nothing has.
        return words.Count == 0 ? ["\u0001"] : [.. words.SkipLast(1).Select(word => $" {word} "), $" {words[^1]}"];
    }

    private static IQueryable<Event> OnDays(this IQueryable<Event> events, Query query)
    {
        var (from, to) = (ReadMoment(query, "dateFrom"), ReadMoment(query, "dateTo"));
        if (from?.Day > to?.Day || from?.Instant > to?.Instant)
            throw Query.Bad("dateTo", "Not before dateFrom.");
        if (from is { Day: { } firstDay })
            events = events.Where(e => e.LocalDate >= firstDay);
        else if (from is { Instant: { } first })
            events = events.Where(e => e.StartsAt >= first);
        if (to is { Day: { } lastDay })
        {
            var next = lastDay == DateTime.MaxValue.Date ? lastDay : lastDay.AddDays(1);
            events = events.Where(e => e.LocalDate < next);
        }
        else if (to is { Instant: { } end })
            events = events.Where(e => e.StartsAt < end);
        return events;
    }

    private static (DateTime? Day, DateTimeOffset? Instant)? ReadMoment(Query query, string name)
    {
        // A plus sign that was not encoded arrives as a space.
        if (Given(query, name)?.Replace(' ', '+') is not { } text)
            return null;
        if (DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return (day, null);
        return LocalTime.TryParse(text, out var moment) && moment.Offset is not null && LocalTime.ToInstant(moment, null, out var instant) == LocalTime.ZoneResult.Ok
            ? (null, instant)
            : throw Query.Bad(name, "A day such as 2030-05-01, or a time with an offset such as 2030-05-01T00:00:00Z.");
    }

    private static IQueryable<Event> AtPrices(this IQueryable<Event> events, Query query)
    {
        var code = Given(query, "currency");
        if (code is not null)
        {
            if (!Currency.TryGet(code, out _))
                throw Query.Bad("currency", "An active code of ISO 4217, in capitals.");
            events = events.Where(e => e.Currency == code);
        }
        var (min, max) = (query.Decimal("minPrice", 0, 1_000_000_000), query.Decimal("maxPrice", 0, 1_000_000_000));
        if (min > max)
            throw Query.Bad("maxPrice", "Not less than minPrice.");
        if (min is null && max is null)
            return events;
        return events.WithTicketTypeBetween(min ?? 0, max ?? 1_000_000_000);
    }

    /// <summary>As many as <see cref="EventSnapshot.Available"/>, but not none: a lapsed hold frees at least its own places.</summary>
    private static IQueryable<Event> WithTickets(this UsherDb db, IQueryable<Event> events, DateTimeOffset now) => events.Where(e =>
        (e.Stock.TotalCapacity > e.Stock.Sold + e.Stock.Held && db.TicketStock.Any(t => t.EventId == e.Id && t.QuantityTotal > t.Sold + t.Held))
        || db.Bookings.Any(b => b.EventId == e.Id && b.Status == BookingStatus.Pending && b.ExpiresAt <= now));

    private static IReadOnlyList<EventStatus>? ReadStatuses(Query query)
    {
        var given = query.Many("status");
        if (given.Count == 0)
            return null;
        if (given is ["all"])
            return [.. Statuses.Values];
        return [.. given.Select(name => Statuses.TryGetValue(name, out var status) ? status
            : throw Query.Bad("status", $"Any of: {string.Join(", ", Statuses.Keys)}; or all.")).Distinct()];
    }

    private static IQueryable<Event> OfStatus(this IQueryable<Event> events, IReadOnlyList<EventStatus> wanted, DateTimeOffset now)
    {
        var (upcoming, soldOut) = (wanted.Contains(EventStatus.Upcoming), wanted.Contains(EventStatus.SoldOut));
        var (cancelled, past) = (wanted.Contains(EventStatus.Cancelled), wanted.Contains(EventStatus.Past));
        if (!(upcoming && soldOut))
            events = events.Where(e => (upcoming && !e.SoldOut) || (soldOut && e.SoldOut) || e.CancelledAt != null || (e.StartsAt < now && (e.EndsAt == null || e.EndsAt < now)));
        if (!cancelled)
            events = events.Where(e => e.CancelledAt == null);
        if (!past)
            events = cancelled
                ? events.Where(e => e.CancelledAt != null || e.StartsAt >= now || e.EndsAt >= now)
                : events.Where(e => e.StartsAt >= now || e.EndsAt >= now);
        return events;
    }

    private static string? Given(Query query, string name) => query.Text(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
