using System.Globalization;
using System.Text;
using Usher.Domain.Catalog;
using Usher.Testing;

namespace Usher.Bench;

/// <summary><c>import-files [--data DIR] [--out DIR]</c>: writes the import files, after checking each event by the contract.</summary>
internal static class ImportFilesCommand
{
    public static int Run(Arguments arguments)
    {
        var data = arguments.Text("data") ?? DataSets.Directory();
        var output = Directory.CreateDirectory(arguments.Text("out") ?? Path.Combine(Repository.Root, "artifacts", "catalogue")).FullName;
        var now = TimeProvider.System.GetUtcNow();
        var broken = Write("nyphil", ImportFiles.Concerts(Path.Combine(data, "nyphil_concerts.csv"), now), output, now)
            + Write("conferences", ImportFiles.Conferences(Path.Combine(data, "tech_conferences.csv"), now), output, now);
        return broken == 0 ? 0 : 1;
    }

    private static int Write(string name, IEnumerable<ImportedEvent> made, string output, DateTimeOffset now)
    {
        ImportedEvent[] events = [.. made];
        var path = Path.Combine(output, name);
        using (var ndjson = new StreamWriter($"{path}.ndjson"))
            ImportFiles.WriteNdjson(events, ndjson);
        using (var csv = new StreamWriter($"{path}.csv"))
            ImportFiles.WriteCsv(events, csv);

        var broken = 0;
        for (var i = 0; i < events.Length; i++)
        {
            if (Breach(events[i], now) is not { } breach)
                continue;
            broken++;
            Console.Error.WriteLine($"{name} rows[{i + 1}]: {breach} ({events[i].Name})");
        }

        var (first, last) = (events.Min(e => e.Date), events.Max(e => e.Date));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{path}.ndjson, .csv: {events.Length:N0} events from {first:yyyy-MM-dd} to {last:yyyy-MM-dd}, {broken} of them invalid"));
        return broken;
    }

    private static string? Breach(ImportedEvent e, DateTimeOffset now)
    {
        var zone = Zones.Of(e.TimeZone);
        return e switch
        {
            _ when e.Name.Length is 0 or > 200 || string.IsNullOrWhiteSpace(e.Name) || e.Name.Any(char.IsControl) => "name",
            _ when e.Name != e.Name.Trim().Normalize(NormalizationForm.FormC) => "name is not trimmed NFC",
            _ when e.Description is { Length: > 10_000 } => "description",
            _ when zone.IsInvalidTime(e.Date) || (e.EndDate is { } end && zone.IsInvalidTime(end)) => "local time does not exist",
            _ when new DateTimeOffset(e.Date, zone.GetUtcOffset(e.Date)) <= now || e.Date.Year > 2100 => "date",
            _ when e.EndDate < e.Date => "endDate",
            _ when e.Location.Length is 0 or > 200 => "location",
            _ when e.Category.Length is 0 or > 50 => "category",
            _ when e.TotalCapacity is < 1 or > 1_000_000 => "totalCapacity",
            _ when e.Tags.Any(tag => tag.Length is 0 or > 50 || tag.Contains('|', StringComparison.Ordinal)) => "tags",
            _ when e.TicketTypes.Any(t => t.Price is < 0 or > 1_000_000 || t.QuantityAvailable < 1 || t.Name.AsSpan().ContainsAny(":|")) => "ticketTypes",
            _ => null,
        };
    }
}
