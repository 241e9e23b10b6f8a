using System.Globalization;
using Usher.Domain;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Notifications.Letters;

/// <summary>Formats of times, money and tickets in mails.</summary>
internal static class Phrases
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    public static string Money(string currency, long minor) => $"{currency} {Currency.Get(currency).ToMajor(minor).ToString($"N{Currency.Get(currency).Digits}", English)}";

    /// <summary>Local time of the place, with its zone, because readers may be elsewhere.</summary>
    public static string When(DateTimeOffset instant, string timeZone)
    {
        var zone = Zones.Of(timeZone);
        var offset = zone.GetUtcOffset(instant);
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        return $"{LocalTime.ToLocal(instant, zone).ToString("dddd, d MMMM yyyy, HH:mm", English)} ({Zones.NameOf(timeZone)}, UTC{sign}{offset.ToString(@"hh\:mm", English)})";
    }

    public static string Clock(DateTimeOffset instant, string timeZone) =>
        LocalTime.ToLocal(instant, Zones.Of(timeZone)).ToString("HH:mm", English);

    public static string Day(DateOnly day) => day.ToString("dddd, d MMMM yyyy", English);

    public static string Number(long number) => number.ToString("N0", English);

    public static string Percent(double share) => $"{(share * 100).ToString("N0", English)} %";

    public static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <param name="of">The current event.</param>
    /// <param name="before">The previous event, for a mail about a change.</param>
    public static IEnumerable<Fact> Facts(Event of, FormerEvent? before = null)
    {
        yield return Told("Event", of.Name, before?.Name);
        yield return Told("When", When(of.StartsAt, of.TimeZone), before is null ? null : When(before.StartsAt, before.TimeZone));
        var ends = of.EndsAt is { } end ? When(end, of.TimeZone) : null;
        var ended = before?.EndsAt is { } formerEnd ? When(formerEnd, before.TimeZone) : null;
        if ((ends ?? ended) is not null)
            yield return Told("Ends", ends ?? Unknown, before is null ? null : ended ?? Unknown);
        yield return Told("Where", Place(of.Location, of.Venue, of.City, of.Country), before is null ? null : Place(before.Location, before.Venue, before.City, before.Country));
    }

    private const string Unknown = "not said";

    private static Fact Told(string name, string value, string? before) => new(name, value, before == value ? null : before);

    /// <summary>Organizers often repeat the city in the location.</summary>
    private static string Place(string location, string? venue, string? city, string? country)
    {
        bool IsNew(string? part) => part is not null && !location.Contains(part, StringComparison.OrdinalIgnoreCase);
        return string.Join(", ", new[] { IsNew(venue) ? venue : null, location, IsNew(city) ? city : null, IsNew(country) ? country : null }.OfType<string>());
    }

    public static Table Items(Booking booking, IReadOnlyDictionary<Guid, string> ticketTypes) => new(
        ["Tickets", "Amount"],
        [.. booking.Items.Select(item => (string[])[
            $"{Number(item.Quantity)} × {ticketTypes[item.TicketTypeId]}, {Money(booking.Currency, item.UnitPriceMinor)} each", Money(booking.Currency, item.LineTotalMinor)])],
        [[$"Total: {Count(booking.Quantity, "ticket", "tickets")}", Money(booking.Currency, booking.TotalMinor)]]);

    /// <summary>For a header: removes line breaks.</summary>
    public static string Line(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
}
