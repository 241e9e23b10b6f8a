using Usher.Domain.Catalog;

namespace Usher.Server.Features.Demo;

/// <summary>An invented event; its date counts from the day it is made.</summary>
internal sealed record DemoEvent(
    string Organizer, string Name, string Description, int InDays, string At, string TimeZone, string Venue, string City, string Country,
    string Category, string[] Tags, string Currency, int Capacity, (string Name, decimal Price, int Quantity)[] Tickets, double Latitude, double Longitude)
{
    public Event ToEvent(Guid organizerId, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
        var local = LocalTime.ToLocal(now, zone).Date.AddDays(InDays) + TimeSpan.Parse(At, System.Globalization.CultureInfo.InvariantCulture);
        LocalTime.ToInstant(new(local, null), zone, out var starts);
        var id = Guid.CreateVersion7(now);
        var made = new Event
        {
            Id = id,
            OrganizerId = organizerId,
            Name = Name,
            Description = Description,
            StartsAt = starts,
            TimeZone = TimeZone,
            Location = $"{Venue}, {City}",
            Venue = Venue,
            City = City,
            Country = Country,
            Latitude = Latitude,
            Longitude = Longitude,
            Category = Category,
            Tags = [.. Tags],
            Currency = Currency,
            CreatedAt = now,
            UpdatedAt = now,
            Stock = new EventStock { EventId = id, TotalCapacity = Capacity },
        };
        foreach (var (type, order) in Tickets.Select((t, i) => (t, i)))
        {
            var typeId = Guid.CreateVersion7(now);
            Domain.Currency.Get(Currency).TryToMinor(type.Price, out var minor);
            made.TicketTypes.Add(new TicketType
            {
                Id = typeId,
                EventId = id,
                Name = type.Name,
                PriceMinor = minor,
                SortOrder = order,
                CreatedAt = now,
                Stock = new TicketStock { TicketTypeId = typeId, EventId = id, QuantityTotal = type.Quantity },
            });
        }
        made.Describe();
        return made;
    }
}

internal static class DemoEvents
{
    public const string SoldOut = "Kitchen Table Session";
    public const string Cancellable = "Long Night of the Accordions";

    public static IReadOnlyList<DemoEvent> All { get; } =
    [
        new("demo-club", SoldOut, "Eight chairs, one table, one guitar.", 12, "20:00", "Europe/Vienna", "The Cellar", "Vienna", "Austria",
            "music", ["acoustic", "small"], "EUR", 8, [("Chair", 22m, 8)], 48.208, 16.373),
        new("demo-club", Cancellable, "Six players and a floor to dance on. Far enough away to change one's mind.", 75, "19:30", "Europe/Vienna", "The Cellar", "Vienna", "Austria",
            "music", ["folk", "dance"], "EUR", 180, [("Seat", 24.5m, 60), ("Standing", 15m, 120)], 48.208, 16.373),
        new("demo-club", "Open Rehearsal", "Come in, sit down, hear how it is made. Free.", 5, "17:00", "Europe/Vienna", "The Cellar", "Vienna", "Austria",
            "music", ["free"], "EUR", 40, [("Guest", 0m, 40)], 48.208, 16.373),
        new("demo-hall", "Strings by Candlelight", "Two quartets for strings and one for patience.", 21, "20:15", "Europe/Berlin", "Harbour Hall", "Hamburg", "Germany",
            "music", ["classical", "strings"], "EUR", 420, [("Stalls", 38m, 220), ("Balcony", 26m, 160), ("Student", 12m, 40)], 53.551, 9.994),
        new("demo-hall", "The Lighthouse Keeper's Daughter", "A play in three acts and one storm.", 33, "19:00", "Europe/London", "Pier Theatre", "Brighton", "United Kingdom",
            "theatre", ["drama"], "GBP", 260, [("Stalls", 27.5m, 180), ("Circle", 19m, 80)], 50.822, -0.137),
        new("demo-hall", "Midwinter Market Concert", "Brass on the balcony, soup below.", 40, "18:00", "Europe/Stockholm", "Old Granary", "Uppsala", "Sweden",
            "music", ["brass", "family"], "SEK", 300, [("Adult", 180m, 220), ("Child", 60m, 80)], 59.858, 17.639),
        new("demo-club", "Databases after Dark", "Five talks about locks, queues and what went wrong.", 27, "18:30", "America/New_York", "Loft on Ninth", "New York", "United States",
            "talks", ["technology"], "USD", 150, [("Regular", 35m, 110), ("Supporter", 80m, 40)], 40.742, -73.998),
        new("demo-club", "Rooftop Film: The Silent Train", "Under the sky, with headphones. Blankets are there.", 50, "20:45", "America/Los_Angeles", "Warehouse Roof", "Los Angeles", "United States",
            "film", ["outdoor"], "USD", 90, [("Deck chair", 19m, 90)], 34.052, -118.244),
        new("demo-hall", "Drums of the Northern Islands", "An afternoon of taiko, loud and exact.", 62, "15:00", "Asia/Tokyo", "Cedar Stage", "Sapporo", "Japan",
            "music", ["percussion"], "JPY", 500, [("S seat", 6500m, 200), ("A seat", 4500m, 300)], 43.062, 141.354),
        new("demo-hall", "Dawn Yoga on the Quay", "Bring a mat. It is early.", 9, "06:30", "Australia/Sydney", "East Quay", "Sydney", "Australia",
            "sport", ["outdoor", "morning"], "AUD", 60, [("Place", 14m, 60)], -33.857, 151.215),
        new("demo-club", "Bread from Nothing", "A workshop with flour, water and time. Take a loaf home.", 16, "10:00", "Europe/Lisbon", "Mill Kitchen", "Porto", "Portugal",
            "workshop", ["food"], "EUR", 14, [("Place at the table", 48m, 14)], 41.158, -8.629),
        new("demo-hall", "Comedy for People Who Queue", "Ninety minutes about waiting. Nobody sits in the first row by mistake.", 55, "21:00", "Europe/Dublin", "The Snug", "Dublin", "Ireland",
            "comedy", ["stand-up"], "EUR", 120, [("Seat", 17.5m, 120)], 53.349, -6.260),
    ];
}
