using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Domain.Reports;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Reports;

/// <summary>Sales of an event so far.</summary>
/// <param name="GrossMinor">Amount taken for all bookings that were ever confirmed, in minor units.</param>
/// <param name="RefundedMinor">Amount refunded so far, in minor units.</param>
/// <param name="Tickets">Number of tickets sold, including tickets cancelled since.</param>
/// <param name="TimeZone">Time zone of the event. The rows follow its days and hours.</param>
/// <param name="GroupBy">The requested grouping.</param>
public sealed record EventSalesResponse(
    Guid EventId, string Currency, string TimeZone, long GrossMinor, long RefundedMinor, long NetMinor, long Bookings, long Tickets, long CancelledTickets,
    string GroupBy, IReadOnlyList<EventSalesRow> Rows);

/// <param name="Key">A day, an hour with its offset, or the id of a ticket type.</param>
/// <param name="Name">Name of the ticket type. Null for other groupings.</param>
public sealed record EventSalesRow(string Key, string? Name, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor);

internal static class GetEventSales
{
    private enum Grouping { Day, Hour, [JsonStringEnumMemberName("ticketType")] TicketType }

    private static readonly QueryParameters Parameters = new(
        new QueryParameter("groupBy", "What each row of the result stands for.", Values: Choice.Of<Grouping>("SalesGrouping"), Default: WireNames<Grouping>.Of(Grouping.Day)));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{eventId:uuid}/reports/sales", Methods.Read, Handle)
        .WithName("GetEventSales").WithSummary("Get the current sales of an event")
        .WithDescription("For the event's organizer and admins. A sale counts in the day or hour in which it was confirmed. A refund counts in the day or hour in which it was " +
            "paid back. Days and hours without any activity have no row.")
        .WithQuery(Parameters).Refuses(Problems.Forbidden, Problems.NotFound);

    private static async Task<Results<Tagged<EventSalesResponse>, Problem>> Handle(
        Guid eventId, Caller caller, UsherDb db, HttpContext context, CancellationToken cancellationToken)
    {
        var grouping = Parameters.Read(context.Request).OneOf<Grouping>("groupBy") ?? Grouping.Day;
        if (await OrganizersEvent.Refuse(db, eventId, caller, "Only the event's organizer can see its sales.", cancellationToken) is { } no)
            return no;

        await using var snapshot = await db.BeginSnapshot(cancellationToken);
        var of = await db.Events.AsNoTracking().Include(e => e.TicketTypes.OrderBy(t => t.SortOrder).ThenBy(t => t.Id)).AsSingleQuery()
            .SingleAsync(e => e.Id == eventId, cancellationToken);
        var facts = await Sales.OfEvent(db, eventId, cancellationToken);
        var (sums, zone) = (Sums.OfBookings(facts), Zones.Of(of.TimeZone));
        IEnumerable<EventSalesRow> rows = grouping == Grouping.TicketType
            ? of.TicketTypes.Select(type => Row(type.Id.ToString(), type.Name, Sums.OfTickets(facts.Where(f => f.TicketTypeId == type.Id))))
            : facts.OrderBy(f => f.Slot).GroupBy(f => Key(grouping, f.At, zone)).Select(group => Row(group.Key, null, Sums.OfBookings(group)));
        return new Tagged<EventSalesResponse>(new(eventId, of.Currency, of.TimeZone, sums.GrossMinor, sums.RefundedMinor, sums.NetMinor,
            sums.Bookings, sums.Tickets, sums.CancelledTickets, WireNames<Grouping>.Of(grouping), [.. rows]), version: null);
    }

    /// <summary>An hour begins in local time: an offset of half an hour moves it.</summary>
    private static string Key(Grouping grouping, DateTimeOffset at, TimeZoneInfo zone)
    {
        if (grouping == Grouping.Day)
            return Figures.Key(PeriodKind.Week, at, zone);
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return Figures.Key(PeriodKind.Day, local.AddMinutes(-local.Minute), zone);
    }

    private static EventSalesRow Row(string key, string? name, Sums sums) => new(key, name, sums.Tickets, sums.CancelledTickets, sums.GrossMinor, sums.RefundedMinor);
}
