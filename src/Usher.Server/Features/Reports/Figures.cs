using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Domain.Reports;
using Usher.Server.Features.Reports.Contract;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Reports;

/// <summary>Reads and sums the figures of a report, all from one snapshot.</summary>
internal static class Figures
{
    /// <returns>Null if there is nothing to report: no sale, no refund, and no event with tickets on sale.</returns>
    public static async Task<ReportResponse?> Read(
        UsherDb db, Guid organizerId, Period period, TimeZoneInfo zone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (from, until) = period.In(zone);
        await using var snapshot = await db.BeginSnapshot(cancellationToken);
        var facts = await Sales.OfOrganizer(db, organizerId, from, until, cancellationToken);
        var before = await Sales.OfOrganizer(db, organizerId, period.Previous.In(zone).From, from, cancellationToken);
        if (facts.Count == 0 && !await db.Events.AnyAsync(e => e.OrganizerId == organizerId && e.Publication == Publication.Published
            && e.CancelledAt == null && e.CreatedAt < until && e.OverAt >= from, cancellationToken))
            return null;

        var ids = facts.Concat(before).Select(f => f.EventId).Distinct().ToList();
        var events = await db.Events.AsNoTracking().Include(e => e.Stock).Include(e => e.TicketTypes.OrderBy(t => t.SortOrder).ThenBy(t => t.Id)).ThenInclude(t => t.Stock)
            .AsSplitQuery().Where(e => ids.Contains(e.Id)).ToDictionaryAsync(e => e.Id, cancellationToken);
        return new ReportResponse(
            Guid.CreateVersion7(now), organizerId, period.Kind, period.First, period.End.AddDays(-1), from, until, zone.Id, now,
            [.. Totals(facts, before, id => events[id].Currency)],
            [.. facts.GroupBy(f => f.EventId).Select(own => OfEvent(events[own.Key], [.. own])).OrderByDescending(e => e.GrossMinor).ThenByDescending(e => e.Tickets).ThenBy(e => e.EventId)],
            [.. Steps(period, zone, facts, before)]);
    }

    private static IEnumerable<ReportTotal> Totals(List<Fact> facts, List<Fact> before, Func<Guid, string> currencyOf)
    {
        var (now, then) = (facts.ToLookup(f => currencyOf(f.EventId)), before.ToLookup(f => currencyOf(f.EventId)));
        foreach (var currency in now.Concat(then).Select(g => g.Key).Distinct().Order(StringComparer.Ordinal))
        {
            var (sums, last) = (Sums.OfBookings(now[currency]), Sums.OfBookings(then[currency]));
            yield return new(currency, sums.Bookings, sums.Tickets, sums.CancelledTickets, sums.GrossMinor, sums.RefundedMinor, sums.NetMinor,
                new(last.Bookings, last.Tickets, last.CancelledTickets, last.GrossMinor, last.RefundedMinor, last.NetMinor));
        }
    }

    private static ReportEvent OfEvent(Event of, List<Fact> facts)
    {
        var (sums, byType) = (Sums.OfBookings(facts), facts.ToLookup(f => f.TicketTypeId));
        return new(of.Id, of.Name, of.StartsAt, of.TimeZone, of.Currency, sums.Bookings, sums.Tickets, sums.CancelledTickets,
            sums.GrossMinor, sums.RefundedMinor, sums.NetMinor, of.Stock.Sold, of.Stock.TotalCapacity, Share(of.Stock.Sold, of.Stock.TotalCapacity),
            [.. of.TicketTypes.Where(t => byType.Contains(t.Id)).Select(type =>
            {
                var own = Sums.OfTickets(byType[type.Id]);
                return new ReportTicketType(type.Id, type.Name, own.Tickets, own.CancelledTickets, own.GrossMinor, own.RefundedMinor, own.NetMinor,
                    type.Stock.Sold, type.Stock.QuantityTotal, Share(type.Stock.Sold, type.Stock.QuantityTotal));
            })]);
    }

    private static IEnumerable<ReportStep> Steps(Period period, TimeZoneInfo zone, List<Fact> facts, List<Fact> before)
    {
        var (now, then) = (Cut(period, zone).ToList(), Cut(period.Previous, zone).ToList());
        foreach (var (at, step) in now.Index())
            yield return new(Key(period.Kind, step.From, zone), Tickets(facts, step), at < then.Count ? Tickets(before, then[at]) : 0);

        static long Tickets(List<Fact> facts, (DateTimeOffset From, DateTimeOffset Until) step) =>
            facts.Where(f => f.Kind == FactKind.Sold && f.At >= step.From && f.At < step.Until).Sum(f => f.Tickets);
    }

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Cut(Period period, TimeZoneInfo zone)
    {
        var (from, until) = period.In(zone);
        if (period.Kind == PeriodKind.Week)
        {
            for (var day = period.First; day < period.End; day = day.AddDays(1))
                yield return new Period(PeriodKind.Day, day).In(zone);
            yield break;
        }
        for (var hour = from; hour < until; hour = hour.AddHours(1))
            yield return (hour, hour.AddHours(1));
    }

    public static string Key(PeriodKind kind, DateTimeOffset at, TimeZoneInfo zone) => kind == PeriodKind.Week
        ? Period.LocalDay(at, zone).ToString("O", CultureInfo.InvariantCulture)
        : TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture);

    private static double Share(int sold, int of) => of == 0 ? 0 : Math.Round((double)sold / of, 4);
}
