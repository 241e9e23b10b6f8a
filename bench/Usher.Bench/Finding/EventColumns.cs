using Usher.Domain.Catalog;

namespace Usher.Bench.Finding;

/// <summary>The tables a catalogue is loaded into, column by column.</summary>
internal static class EventColumns
{
    public static readonly (string Name, Func<Event, object?> Value)[] Events =
    [
        ("id", e => e.Id), ("organizer_id", e => e.OrganizerId), ("name", e => e.Name), ("description", e => e.Description),
        ("starts_at", e => e.StartsAt), ("ends_at", e => e.EndsAt), ("time_zone", e => e.TimeZone), ("local_date", e => e.LocalDate),
        ("location", e => e.Location), ("venue", e => e.Venue), ("city", e => e.City), ("country", e => e.Country),
        ("latitude", e => e.Latitude), ("longitude", e => e.Longitude), ("category", e => e.Category), ("tags", e => e.Tags),
        ("currency", e => e.Currency), ("publication", e => (short)e.Publication), ("cancelled_at", e => e.CancelledAt),
        ("min_price_minor", e => e.MinPriceMinor), ("max_price_minor", e => e.MaxPriceMinor),
        ("min_price_scaled", e => e.MinPriceScaled), ("max_price_scaled", e => e.MaxPriceScaled), ("sold_out", e => e.SoldOut),
        ("created_at", e => e.CreatedAt), ("updated_at", e => e.UpdatedAt), ("version", e => e.Version),
        ("search_text", e => e.SearchText), ("place_text", e => e.PlaceText), ("name_key", e => e.NameKey),
        ("city_key", e => e.CityKey), ("country_key", e => e.CountryKey), ("category_key", e => e.CategoryKey),
        ("is_past", e => e.IsPast), ("popularity", e => e.Popularity), ("shuffle", e => e.Shuffle),
        ("local_end_date", e => e.LocalEndDate), ("lasting", e => e.Lasting), ("derived_by", e => e.DerivedBy),
    ];

    public static readonly (string Name, Func<EventStock, object?> Value)[] EventStock =
    [
        ("event_id", s => s.EventId), ("total_capacity", s => s.TotalCapacity), ("sold", s => s.Sold), ("held", s => s.Held),
    ];

    public static readonly (string Name, Func<TicketType, object?> Value)[] TicketTypes =
    [
        ("id", t => t.Id), ("event_id", t => t.EventId), ("name", t => t.Name), ("price_minor", t => t.PriceMinor),
        ("min_per_booking", t => t.MinPerBooking), ("sort_order", t => t.SortOrder), ("created_at", t => t.CreatedAt), ("version", t => t.Version),
    ];

    public static readonly (string Name, Func<TicketStock, object?> Value)[] TicketStock =
    [
        ("ticket_type_id", s => s.TicketTypeId), ("event_id", s => s.EventId), ("quantity_total", s => s.QuantityTotal),
        ("sold", s => s.Sold), ("held", s => s.Held),
    ];
}
