using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>Buyers of an event for spreadsheets: all rows, with local times.</summary>
internal static class GetEventBookingsTable
{
    private static readonly QueryParameters Parameters = new(BookedBy.Filters);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/bookings.csv", Methods.Read, Handle)
        .WithName("GetEventBookingsTable").WithSummary("Get the bookings of an event as a table")
        .WithDescription("For the event's organizer and admins. Returns all bookings as CSV, newest first, with names, ticket types and local times. Cells that a spreadsheet " +
            "would execute are guarded.")
        .WithQuery(Parameters).AnswersTable().Refuses(Problems.Forbidden, Problems.NotFound);

    private static async Task<Results<CsvTable, Problem>> Handle(Guid id, Caller caller, UsherDb db, DatabaseClock clock, HttpContext context, CancellationToken cancellationToken)
    {
        var filter = BookedBy.Read(Parameters.Read(context.Request));
        var now = clock.Now;
        return await OrganizersEvent.Refuse(db, id, caller, "Only the event's organizer can see its bookings.", cancellationToken) is { } no
            ? no
            : await Read(db, id, await BookedBy.Find(db, id, filter, now, cancellationToken), now, cancellationToken);
    }

    public static async Task<CsvTable> Read(UsherDb db, Guid id, IQueryable<BookedBy> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var of = await db.Events.AsNoTracking().Where(e => e.Id == id).Select(e => new { e.Name, e.LocalDate, e.TimeZone }).SingleAsync(cancellationToken);
        var zone = Zones.Of(of.TimeZone);
        var ticketTypes = await db.TicketTypes.AsNoTracking().Where(t => t.EventId == id).Select(t => new { t.Id, t.Name }).ToDictionaryAsync(t => t.Id, t => t.Name, cancellationToken);
        var found = rows.NewestFirst().AsNoTracking().AsSingleQuery()
            .Select(r => new { r.Booking, r.Buyer, Items = r.Booking.Items.OrderBy(i => i.Id).Select(i => new { i.TicketTypeId, i.Quantity }).ToList() }).AsAsyncEnumerable();
        return new CsvTable("bookings.csv", found.Select(r =>
        {
            var (booking, buyer) = (r.Booking.HasLapsed(now) ? r.Booking.Expired() : r.Booking, r.Buyer);
            return (object?[])
            [
                booking.Code, WireNames<BookingStatus>.Of(booking.Status), booking.BookedAt, buyer.Username, buyer.Email, booking.Quantity,
                Currency.Get(booking.Currency).ToMajor(booking.TotalMinor), booking.Currency, WireNames<PaymentStatus>.Of(booking.PaymentStatus),
                buyer.DisplayName, string.Join('|', r.Items.Select(i => $"{ticketTypes[i.TicketTypeId]}:{i.Quantity}")),
                LocalTime.ToLocal(booking.BookedAt, zone), of.Name, of.LocalDate,
            ];
        }).Prepend(Columns));
    }

    private static readonly object?[] Columns =
    [
        "code", "status", "bookingDate", "username", "email", "tickets", "totalPrice", "currency", "paymentStatus",
        "displayName", "ticketTypes", "localBookingDate", "event", "localDate",
    ];
}
