using Usher.Domain;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.Catalog;

/// <summary>
/// Compares prices of different currencies as the numbers people see. Stored are minor units, of which a euro has a
/// hundred and a yen one; both sides are taken to ten-thousandths of the major unit, the finest that any currency has.
/// </summary>
internal static class PriceScale
{
    private static readonly string[] NoDigits = CodesWith(0), ThreeDigits = CodesWith(3), FourDigits = CodesWith(4);

    public static IQueryable<Event> WithTicketTypeBetween(this IQueryable<Event> events, decimal least, decimal most)
    {
        var (from, to) = ((long)decimal.Ceiling(least * 10_000), (long)decimal.Floor(most * 10_000));
        return events.Where(e => e.TicketTypes.Any(t =>
            t.PriceMinor * (NoDigits.Contains(e.Currency) ? 10_000L : ThreeDigits.Contains(e.Currency) ? 10L : FourDigits.Contains(e.Currency) ? 1L : 100L) >= from
            && t.PriceMinor * (NoDigits.Contains(e.Currency) ? 10_000L : ThreeDigits.Contains(e.Currency) ? 10L : FourDigits.Contains(e.Currency) ? 1L : 100L) <= to));
    }

    /// <summary>By the lowest price; events without one come last in both directions.</summary>
    public static IOrderedQueryable<Event> ByPrice(this IQueryable<Event> events, bool descending)
    {
        var priced = events.OrderBy(e => e.MinPriceMinor == null);
        return descending
            ? priced.ThenByDescending(e => e.MinPriceMinor * (NoDigits.Contains(e.Currency) ? 10_000L : ThreeDigits.Contains(e.Currency) ? 10L : FourDigits.Contains(e.Currency) ? 1L : 100L))
            : priced.ThenBy(e => e.MinPriceMinor * (NoDigits.Contains(e.Currency) ? 10_000L : ThreeDigits.Contains(e.Currency) ? 10L : FourDigits.Contains(e.Currency) ? 1L : 100L));
    }

    private static string[] CodesWith(int digits) => [.. Currency.All.Where(c => c.Digits == digits).Select(c => c.Code).Order()];
}
