using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsvHelper;
using Usher.Domain.Catalog;

namespace Usher.Testing;

/// <summary>
/// Real concerts and conferences as files for <c>POST /api/events/import</c>. The rules are written down in
/// <c>docs/use/import-data.md</c>; they use no chance, so the same day always gives the same files.
/// </summary>
public static class ImportFiles
{
    /// <summary>Between 1901 and 2099 weekdays and leap days repeat after 28 years.</summary>
    private const int CalendarCycle = 28;

    private const int LongestName = 200;
    private const int LongestTag = 50;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A file for a parser, never part of a page: "ó" may stay "ó".
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The New York Philharmonic's concerts (<c>nyphil_concerts.csv</c>), all of them after <paramref name="now"/>.</summary>
    public static IEnumerable<ImportedEvent> Concerts(string csvPath, DateTimeOffset now) =>
        Rows(csvPath).Select(row => Concert(row, now));

    /// <summary>Technology conferences (<c>tech_conferences.csv</c>), all of them after <paramref name="now"/>.</summary>
    public static IEnumerable<ImportedEvent> Conferences(string csvPath, DateTimeOffset now) =>
        Rows(csvPath).Select(row => Conference(row, now));

    public static void WriteNdjson(IEnumerable<ImportedEvent> events, TextWriter to)
    {
        foreach (var @event in events)
        {
            to.Write(JsonSerializer.Serialize(@event, Json));
            to.Write('\n');
        }
    }

    public static void WriteCsv(IEnumerable<ImportedEvent> events, TextWriter to)
    {
        using var csv = new CsvWriter(to, CultureInfo.InvariantCulture, leaveOpen: true);
        string[] header =
        [
            "name", "description", "date", "endDate", "timeZone", "location", "venue", "city", "country", "latitude",
            "longitude", "category", "tags", "currency", "totalCapacity", "ticketTypes",
        ];
        WriteRow(csv, header);
        foreach (var e in events)
        {
            WriteRow(csv,
                e.Name, e.Description, Local(e.Date), e.EndDate is { } end ? Local(end) : null, e.TimeZone, e.Location,
                e.Venue, e.City, e.Country, Invariant(e.Latitude), Invariant(e.Longitude), e.Category,
                string.Join('|', e.Tags), e.Currency, Invariant(e.TotalCapacity),
                string.Join('|', e.TicketTypes.Select(t => $"{t.Name}:{Invariant(t.Price)}:{Invariant(t.QuantityAvailable)}")));
        }
    }

    private static ImportedEvent Concert(IReadOnlyDictionary<string, string> row, DateTimeOffset now)
    {
        var place = Places.Find(row["location"]);
        var printedTime = row["time"] == "None" ? "8:00PM" : row["time"];
        var date = DateTime.ParseExact($"{row["date"]} {printedTime}", "yyyy-MM-dd h:mmtt", CultureInfo.InvariantCulture);
        var composers = Composers(row["works"]);
        var kind = row["event_type"];
        var capacity = Seats.Of(row["venue"], kind);
        return new ImportedEvent
        {
            Name = Cut(ConcertName(row, composers), LongestName),
            Description = Lines(
                Titled("Programme", row["works"]), Titled("Soloists", row["soloists"]), Titled("Conductors", row["conductors"]),
                $"{row["orchestra"]}, {row["season"]}, {kind}. First given on {row["date"]}."),
            Date = InTheFuture(date, place.TimeZone, now),
            TimeZone = place.TimeZone,
            Location = row["location"],
            Venue = row["venue"],
            City = place.City,
            Country = place.Country,
            Category = ConcertCategory(kind),
            Tags = [.. composers.Prepend(kind).Select(tag => Cut(tag, LongestTag)).Distinct(StringComparer.OrdinalIgnoreCase).Take(10)],
            Currency = "USD",
            TotalCapacity = capacity,
            // One programme is given several times; its price level is the same each time.
            TicketTypes = kind.StartsWith("Parks", StringComparison.Ordinal)
                ? [new ImportedTicketType("Free admission", 0, capacity)]
                : Prices.Tiers(row["program_id"], capacity, ("Orchestra", 1.3m, 30), ("Tier", 1m, 40), ("Balcony", 0.7m, 30)),
        };
    }

    private static ImportedEvent Conference(IReadOnlyDictionary<string, string> row, DateTimeOffset now)
    {
        var place = row["city"].Length == 0 ? null : Places.Country(row["country"]);
        var online = row["online"] == "true";
        var zone = row["timezone"].Length > 0 ? row["timezone"] : place?.TimeZone ?? Places.DefaultTimeZone;
        var start = Day(row["start_date"]).AddHours(9);
        var date = InTheFuture(start, zone, now);
        var capacity = place is null && online ? 5_000 : Seats.OfConference(row["name"]);
        return new ImportedEvent
        {
            Name = Cut(row["name"].Trim(), LongestName),
            Description = Lines(row["url"], Titled("Topics", row["topics"]), Titled("Languages", row["locales"]), Titled("Code of conduct", row["coc_url"])),
            Date = date,
            EndDate = Existing(Day(row["end_date"]).AddHours(18).AddYears(date.Year - start.Year), zone),
            TimeZone = zone,
            Location = (place, online) switch
            {
                (null, true) => "Online",
                (null, false) => "To be announced",
                _ => $"{row["city"]}, {place.Country}",
            },
            City = place is null ? null : row["city"].Split(", ")[0],
            Country = place?.Country,
            Latitude = Coordinate(row["latitude"]),
            Longitude = Coordinate(row["longitude"]),
            Category = "conference",
            Tags = [.. row["topics"].Split('|').Concat(online ? ["online"] : [])],
            Currency = "EUR",
            TotalCapacity = capacity,
            TicketTypes = Prices.Tiers(row["name"], capacity, ("Early bird", 0.75m, 20), ("Regular", 1m, 60), ("Late", 1.25m, 20)),
        };
    }

    private static string ConcertName(IReadOnlyDictionary<string, string> row, string[] composers)
    {
        var played = composers.Length == 0 ? row["event_type"] : Enumeration([.. composers.Take(3)]);
        string[] conductors = [.. row["conductors"].Split("; ").Where(name => name.Contains(", ", StringComparison.Ordinal)).Distinct()];
        return conductors is [var conductor]
            ? $"{row["orchestra"]}: {Spoken(conductor)} conducts {played}"
            : $"{row["orchestra"]}: {played}";
    }

    /// <summary>"Kodaly [Kodály]: DANCES OF GALANTA / …" gives "Kodály". The last work is often cut off before its colon.</summary>
    private static string[] Composers(string works) =>
    [
        .. works.Split(" / ")
            .Where(work => work.Contains(": ", StringComparison.Ordinal))
            .Select(work => Spelling(work[..work.IndexOf(": ", StringComparison.Ordinal)]))
            .Where(composer => composer is not ("Anthem" or "Traditional"))
            .Distinct(),
    ];

    private static string Spelling(string name)
    {
        var (open, close) = (name.IndexOf(" [", StringComparison.Ordinal), name.IndexOf(']', StringComparison.Ordinal));
        if (open < 0 || close < open)
            return name;
        var before = name[..open];
        return before[..(before.LastIndexOf(' ') + 1)] + name[(open + 2)..close] + name[(close + 1)..];
    }

    /// <summary>"de Waart, Edo" as one says it; a nickname in brackets is left out.</summary>
    private static string Spoken(string name)
    {
        var comma = name.IndexOf(", ", StringComparison.Ordinal);
        return $"{name[(comma + 2)..].Split(" (")[0]} {name[..comma]}";
    }

    private static string Enumeration(string[] names) =>
        names is [.. var head, var last] && head.Length > 0 ? $"{string.Join(", ", head)} and {last}" : names[0];

    private static string ConcertCategory(string kind) => kind switch
    {
        _ when Has(kind, "Chamber", "Recital", "Ensemble") => "chamber music",
        _ when Has(kind, "Young", "Student", "Schools", "Educational") => "family",
        _ when Has(kind, "Parks", "Borough") => "open air",
        _ when Has(kind, "Lecture", "Master Class", "Insight", "Inside", "Lounge") => "talk",
        _ => "classical",
    };

    private static bool Has(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>
    /// The smallest shift by whole calendar cycles that leaves at least a day until then, so that a file made today
    /// can still be imported tomorrow. Holds until 2100, which is no leap year, and where the contract ends too.
    /// </summary>
    private static DateTime InTheFuture(DateTime local, string timeZone, DateTimeOffset now)
    {
        var earliest = now.AddDays(1);
        var shifted = local;
        while (Instant(shifted, timeZone) <= earliest)
            shifted = shifted.AddYears(CalendarCycle);
        return Existing(shifted, timeZone);
    }

    /// <summary>A clock time that daylight saving skips is given as the one an hour later.</summary>
    private static DateTime Existing(DateTime local, string timeZone) =>
        Zone(timeZone).IsInvalidTime(local) ? local.AddHours(1) : local;

    private static DateTimeOffset Instant(DateTime local, string timeZone) =>
        new(local, Zone(timeZone).GetUtcOffset(local));

    private static TimeZoneInfo Zone(string id) => Zones.Of(id);

    private static DateTime Day(string iso) => DateTime.ParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static double? Coordinate(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);

    private static string Local(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    private static string? Invariant(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture);

    private static string? Titled(string title, string text) => text.Length == 0 ? null : $"{title}: {text}";

    private static string Lines(params string?[] lines) => string.Join('\n', lines.Where(line => !string.IsNullOrEmpty(line)));

    private static string Cut(string text, int length) => text.Length <= length ? text : $"{text[..(length - 1)].TrimEnd()}…";

    private static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string path)
    {
        using var csv = new CsvReader(File.OpenText(path), CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        while (csv.Read())
            yield return csv.HeaderRecord!.ToDictionary(column => column, column => csv.GetField(column)!);
    }

    private static void WriteRow(CsvWriter csv, params ReadOnlySpan<string?> fields)
    {
        foreach (var field in fields)
            csv.WriteField(field);
        csv.NextRecord();
    }
}
