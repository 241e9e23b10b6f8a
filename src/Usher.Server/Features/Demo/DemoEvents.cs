using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;
using Type = Usher.Server.Features.Catalog.TicketTypes.CreateTicketTypeRequest;

namespace Usher.Server.Features.Demo;

/// <summary>An event of the demo. Its days count from the creation of the demo.</summary>
/// <param name="At">Local time of day.</param>
internal sealed record DemoEvent(DemoAccount Organizer, int InDays, string At, double Hours, CreateEventRequest About)
{
    public int? SalesStartInDays { get; init; }

    /// <summary>Hours before the start until which buyers may cancel.</summary>
    public double? CancelUntilHoursBefore { get; init; }

    public static readonly DemoEvent StringsAtDusk = new(DemoAccount.Hall, 21, "19:30", 2, Listing(
        "Strings at Dusk", "music", "Europe/Vienna", "Vienna", "Austria", "Small Hall", 250, "EUR",
        "A quartet, two candles and no amplifier. Brahms, then whatever the audience asks for.", Seats("Seat", 28.5m, 200), Seats("Student", 12, 50)));

    /// <summary>Sold out; see <see cref="DemoSale"/>.</summary>
    public static readonly DemoEvent TinyRoom = new(DemoAccount.Fringe, 10, "21:00", 1.5, Listing(
        "The Tiny Room Sessions", "music", "Europe/Lisbon", "Lisbon", "Portugal", "Third Floor, Left", 12, "EUR",
        "Twelve chairs, one singer. Sold out, as always.", Seats("Chair", 15, 12)));

    /// <summary>Buyers may cancel until shortly before the start.</summary>
    public static readonly DemoEvent Matinee = new(DemoAccount.Fringe, 16, "14:00", 1.25, Listing(
        "Matinée for Small People", "theatre", "Europe/London", "London", "United Kingdom", "Canal Theatre", 120, "GBP",
        "A play about a lighthouse, for everyone from four years on. Tickets can be returned until two hours before.", Seats("Child", 6.5m, 80), Seats("Grown-up", 11, 80)))
    { CancelUntilHoursBefore = 2 };

    public static readonly DemoEvent[] All =
    [
        StringsAtDusk,
        TinyRoom,
        Matinee,
        new(DemoAccount.Fringe, 5, "10:00", 4, Listing(
            "Mend Your Bicycle", "workshop", "Europe/Amsterdam", "Amsterdam", "Netherlands", "The Old Tram Depot", 30, "EUR",
            "Bring a bicycle, take home a better one. Free; tools and coffee are there.", Seats("Place", 0, 30))),
        new(DemoAccount.Fringe, 60, "09:00", 33, Listing(
            "Compile Together", "conference", "Europe/Berlin", "Berlin", "Germany", "Hall of Machines", 400, "EUR",
            "Two days of small talks about large programs.", Seats("Regular", 249, 300), Seats("Early bird", 149, 60), Seats("Student", 39, 40))),
        new(DemoAccount.Hall, 33, "20:00", 2, Listing(
            "Winter Organ", "music", "Atlantic/Reykjavik", "Reykjavík", "Iceland", "Church on the Hill", 180, "ISK",
            "Buxtehude in the dark, then soup.", Seats("Pew", 4_900, 150), Seats("Gallery", 2_900, 30))),
        new(DemoAccount.Hall, 40, "18:30", 1.5, Listing(
            "Night Train to Kyoto", "reading", "Asia/Tokyo", "Kyoto", "Japan", "Bookshop by the River", 40, "JPY",
            "A reading in two languages, with tea in between.", Seats("Seat", 3_500, 40))),
        new(DemoAccount.Hall, 28, "20:30", 2, Listing(
            "An Evening of Oud", "music", "Asia/Kuwait", "Kuwait City", "Kuwait", "House of Mirrors", 90, "KWD",
            "Three masters, one instrument each.", Seats("Floor", 7.5m, 60), Seats("Cushion", 12.25m, 30))),
        new(DemoAccount.Fringe, 14, "19:00", 5, Listing(
            "Star Party in the Desert", "science", "America/Phoenix", "Tucson", "United States", "Mile 21", 75, "USD",
            "Telescopes are provided, the sky too. Bring something warm.", Seats("Adult", 18.75m, 60), Seats("Under 16", 0, 30))),
        new(DemoAccount.Fringe, 45, "20:00", 2, Listing(
            "Lagos Laughs", "comedy", "Africa/Lagos", "Lagos", "Nigeria", "Mainland Stage", 500, "NGN",
            "Nine comedians, seven minutes each, one bell.", Seats("Regular", 12_000, 400), Seats("Front table", 45_000, 40))),
        new(DemoAccount.Fringe, 52, "16:00", 6, Listing(
            "Samba na Rua", "music", "America/Sao_Paulo", "São Paulo", "Brazil", "Rua das Flores", 2_000, "BRL",
            "The whole street plays. Standing only.", Seats("Street", 60, 1_800), Seats("Balcony", 140, 120))),
        new(DemoAccount.Hall, 75, "19:00", 3, Listing(
            "The Long Interval", "theatre", "America/New_York", "New York", "United States", "Playhouse on Ninth", 320, "USD",
            "A comedy in two acts that meet in the foyer. Sales open a week from now; four tickets for each person.",
            Seats("Stalls", 92, 200), Seats("Circle", 58, 120)) with { MaxPerUser = 4 })
        { SalesStartInDays = 7 },
        new(DemoAccount.Hall, 90, "18:00", 3, Listing(
            "Spring Gala", "music", "Pacific/Auckland", "Auckland", "New Zealand", "Harbour Pavilion", 600, "NZD",
            "Not announced yet: a draft that only its organizer sees.", Seats("Seat", 85, 600)) with { Publication = Publication.Draft }),
    ];

    private static CreateEventRequest Listing(
        string name, string category, string zone, string city, string country, string venue, int capacity, string currency, string description, params Type[] types) => new()
        {
            Name = name,
            Description = description,
            Category = category,
            TimeZone = zone,
            Location = $"{venue}, {city}",
            Venue = venue,
            City = city,
            Country = country,
            TotalCapacity = capacity,
            Currency = currency,
            Tags = ["demo", category],
            TicketTypes = [.. types],
        };

    private static Type Seats(string name, decimal price, int quantity) => new() { Name = name, Price = price, QuantityTotal = quantity };
}

/// <summary>Bookings of the demo's buyers, made through the box office.</summary>
internal sealed record DemoSale(DemoAccount Buyer, DemoEvent Event, int Quantity)
{
    public static IEnumerable<DemoSale> All =>
    [
        new(DemoAccount.Amy, DemoEvent.TinyRoom, 4),
        new(DemoAccount.Ben, DemoEvent.TinyRoom, 6),
        new(DemoAccount.Chloe, DemoEvent.TinyRoom, 2),
        new(DemoAccount.Amy, DemoEvent.StringsAtDusk, 2),
        new(DemoAccount.Chloe, DemoEvent.Matinee, 3),
    ];
}
