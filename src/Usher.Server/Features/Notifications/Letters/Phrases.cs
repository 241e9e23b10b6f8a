using System.Globalization;
using Usher.Domain;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Notifications.Letters;

/// <summary>How times, money and tickets are written to people.</summary>
internal static class Phrases
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    public static string Money(string currency, long minor) => $"{currency} {Currency.Get(currency).ToMajor(minor).ToString($"N{Currency.Get(currency).Digits}", English)}";

    /// <summary>On the clock of the place, which is named: readers sit elsewhere.</summary>
    public static string When(DateTimeOffset instant, string timeZone)
    {
        var zone = Zones.Of(timeZone);
        var offset = zone.GetUtcOffset(instant);
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        return $"{LocalTime.ToLocal(instant, zone).ToString("dddd, d MMMM yyyy, HH:mm", English)} ({zone.Id}, UTC{sign}{offset.ToString(@"hh\:mm", English)})";
    }

    public static string Clock(DateTimeOffset instant, string timeZone) =>
        LocalTime.ToLocal(instant, Zones.Of(timeZone)).ToString("HH:mm", English);

    public static string Day(DateOnly day) => day.ToString("dddd, d MMMM yyyy", English);

    public static string Number(long number) => number.ToString("N0", English);

    public static string Percent(double share) => $"{(share * 100).ToString("N0", English)} %";

    public static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    public static string Place(Event of) => of.Venue is null || of.Location.Contains(of.Venue, StringComparison.OrdinalIgnoreCase) ? of.Location : $"{of.Venue}, {of.Location}";

    public static Fact[] Facts(Event of) => [new("Event", of.Name), new("When", When(of.StartsAt, of.TimeZone)), new("Where", Place(of))];

    public static Table Items(Booking booking, IReadOnlyDictionary<Guid, string> ticketTypes) => new(
        ["Ticket", "Price", "Number", "Amount"],
        [.. booking.Items.Select(item => (string[])[
            ticketTypes[item.TicketTypeId], Money(booking.Currency, item.UnitPriceMinor), item.Quantity.ToString(English), Money(booking.Currency, item.LineTotalMinor)])],
        [["Total", "", booking.Quantity.ToString(English), Money(booking.Currency, booking.TotalMinor)]]);

    /// <summary>For a header: nothing in it can end the line.</summary>
    public static string Line(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
}
