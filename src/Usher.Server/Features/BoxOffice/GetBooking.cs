using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

internal static class GetBooking
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/bookings/{booking:booking}", Methods.Read, Handle)
        .WithName("GetBooking").WithSummary("Get a booking by ID or code")
        .WithDescription("For the buyer, the event's organizer and admins. For everyone else, the booking does not exist.")
        .Refuses(Problems.NotFound);

    private static async Task<Results<Tagged<BookingResponse>, Problem>> Handle(
        string booking, Caller caller, UsherDb db, DatabaseClock clock, CancellationToken cancellationToken)
    {
        if (await BookingAddress.Find(booking, caller, db, cancellationToken) is not { } found)
            return new Problem(Problems.NotFound);
        var rows = await BookingRows.Read(db, db.Bookings.Where(b => b.Id == found.Id), clock.Now, cancellationToken);
        return rows is [var row] ? (row with { Buyer = found.BuyerFor(caller) }).Tagged() : new Problem(Problems.NotFound);
    }
}
