using System.Globalization;
using Usher.Domain.Catalog;

namespace Usher.Testing;

/// <summary>An event of a large catalogue: what its organizer said, and what has become of it.</summary>
/// <param name="Sold">The share of its places that is sold.</param>
public sealed record GrownEvent(ImportedEvent About, DateTimeOffset CreatedAt, int Organizer, bool Draft, bool Cancelled, double Sold);

/// <summary>
/// A large catalogue grown from the real one: names, texts, places, kinds and price levels are the real ones in new
/// combinations, times and sales are spread as those of a catalogue that has been used for years. The same number always
/// gives the same event.
/// </summary>
public sealed class GrownEvents
{
    public const int Organizers = 2_000;

    private static readonly string[] Currencies = ["EUR", "EUR", "EUR", "EUR", "USD", "USD", "USD", "GBP", "CHF", "JPY"];

    /// <summary>What share of the places of a performance is sold, by deciles: true to life.</summary>
    private static readonly double[] Deciles = [0.40, 0.63, 0.70, 0.75, 0.80, 0.86, 0.90, 0.95, 0.98, 1.0];

    private readonly ImportedEvent[] _concerts;
    private readonly ImportedEvent[] _conferences;
    private readonly ImportedEvent[] _places;
    private readonly string[] _venues;
    private readonly DateTimeOffset _now;

    public GrownEvents(string data, DateTimeOffset now)
    {
        _now = now;
        _concerts = [.. ImportFiles.Concerts(Path.Combine(data, "nyphil_concerts.csv"), now)];
        _conferences = [.. ImportFiles.Conferences(Path.Combine(data, "tech_conferences.csv"), now)];
        _places = [.. _conferences.Where(e => e.City is not null && e.Latitude is not null)];
        _venues = [.. _concerts.Select(e => e.Venue!).Distinct()];
    }

    public GrownEvent this[int number]
    {
        get
        {
            var chance = new Random(number);
            ImportedEvent Any(ImportedEvent[] of) => of[chance.Next(of.Length)];
            var concert = chance.NextDouble() < 0.6;
            var (first, second) = concert ? (Any(_concerts), Any(_concerts)) : (Any(_conferences), Any(_conferences));
            var place = chance.NextDouble() < 0.75 ? Any(_places) : first;
            var (date, hours) = Date(chance);
            var zone = Zones.Of(place.TimeZone);
            var local = TimeZoneInfo.ConvertTime(date, zone).DateTime.Date.AddHours(concert ? 19 : 9).AddMinutes(30 * chance.Next(3));
            if (zone.IsInvalidTime(local))
                local = local.AddHours(1);
            var about = first with
            {
                Name = Name(chance, concert, first, second, place),
                Description = Texts(first.Description, second.Description),
                Date = local,
                EndDate = chance.NextDouble() < 0.4 ? local.AddHours(concert ? 3 : hours) : null,
                TimeZone = place.TimeZone,
                Location = place.City is null ? first.Location : $"{place.City}, {place.Country}",
                Venue = chance.NextDouble() < 0.8 ? _venues[chance.Next(_venues.Length)] : null,
                City = place.City,
                Country = place.Country,
                Latitude = place.Latitude + (chance.NextDouble() - 0.5) / 5,
                Longitude = place.Longitude is { } east ? Math.Clamp(east + (chance.NextDouble() - 0.5) / 5, -180, 180) : null,
                Category = concert ? first.Category : first.Tags[0],
                Currency = Currencies[chance.Next(Currencies.Length)],
                TicketTypes = chance.NextDouble() < 0.02 ? [] : Priced(first.TicketTypes, chance),
            };
            // What is past has sold what it would; what is to come is on its way there.
            var sold = Deciles[chance.Next(Deciles.Length)] * (date < _now || chance.NextDouble() < 0.1 ? 1 : chance.NextDouble());
            return new GrownEvent(about, date.AddDays(-30 - 300 * chance.NextDouble()) is var made && made < _now ? made : _now.AddSeconds(-chance.Next(30 * 86_400)),
                // A few organizers have many events, many have few.
                (int)(Organizers * Math.Pow(chance.NextDouble(), 3)), chance.NextDouble() < 0.03, chance.NextDouble() < 0.03, sold);
        }
    }

    /// <summary>A third is past, up to three years ago; the rest comes within two years, most of it soon.</summary>
    private (DateTimeOffset, double) Date(Random chance)
    {
        var days = chance.NextDouble() < 0.33 ? -1_000 * chance.NextDouble() : 730 * Math.Pow(chance.NextDouble(), 1.7);
        return (_now.AddDays(days), 9 + 24 * chance.Next(4));
    }

    private static string Name(Random chance, bool concert, ImportedEvent first, ImportedEvent second, ImportedEvent place)
    {
        string Tag(ImportedEvent of) => of.Tags[chance.Next(of.Tags.Count)];
        var name = (concert, chance.Next(6)) switch
        {
            (_, 0) => first.Name,
            (true, 1) => $"{Tag(first)} and {Tag(second)}",
            (true, 2) => $"{Tag(first)}, {Tag(first)} and {Tag(second)} in {place.City ?? "town"}",
            (true, 3) => $"An evening of {Tag(first)} with {Last(second.Name)}",
            (true, _) => $"{place.City ?? "Chamber"} Orchestra: {Tag(first)}, {Tag(second)}",
            (false, 1) => $"{Last(first.Name)} {place.City}",
            (false, 2) => $"{Tag(first)} meets {Tag(second)}",
            (false, _) => $"{first.Name} {place.City}",
        };
        return name.Length <= 200 ? name.Trim() : name[..200].Trim();
    }

    private static string Last(string name) => name.Split(' ')[^1];

    private static string? Texts(string? first, string? second)
    {
        var text = string.Join('\n', new[] { first?.Split('\n')[0], second?.Split('\n')[^1] }.Where(line => !string.IsNullOrEmpty(line)));
        return text.Length == 0 ? null : text;
    }

    /// <summary>Most cost about what the original does, some much more, and one in twelve nothing.</summary>
    private static ImportedTicketType[] Priced(IReadOnlyList<ImportedTicketType> types, Random chance)
    {
        var factor = chance.NextDouble() < 0.08 ? 0 : (decimal)Math.Exp(1.1 * (chance.NextDouble() + chance.NextDouble() - 1.3));
        return [.. types.Select(type => type with { Price = decimal.Round(type.Price * factor) })];
    }

    public static string Organizer(int number) => $"organizer-{number.ToString(CultureInfo.InvariantCulture)}";
}
