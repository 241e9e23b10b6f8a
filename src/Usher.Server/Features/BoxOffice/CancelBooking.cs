using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Validation;
using Usher.Domain.BoxOffice;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <param name="Reason">Reason for the cancellation, up to 500 characters.</param>
[ValidatableType]
public sealed record CancelBookingRequest([property: Message(500)] string? Reason) : WholeRequest;

internal static class CancelBooking
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var method in (string[])["PUT", "POST"])
            routes.MapMethods("/api/bookings/{booking:booking}/cancel", [method], Handle)
                .WithName($"CancelBooking{(method == "PUT" ? "" : "ByPost")}").WithSummary("Cancel a booking")
                .WithDescription("Releases the places and refunds the payment. The cancellation window applies to the buyer. It does not apply to holds, to the organizer or to an " +
                    "admin. Repeating the request changes nothing. The body is optional. The server rejects a body that asks for a part of the booking, such as `items`.")
                .WithMetadata(new BodyIsOptional()).TakesIdempotencyKey()
                .Refuses(Problems.NotFound, Problems.CancellationClosed);
    }

    private static async Task<Results<Tagged<BookingResponse>, Problem>> Handle(
        string booking, Body<CancelBookingRequest> body, Caller caller, UsherDb db, Selling.BoxOffice boxOffice, HttpContext context, CancellationToken gone)
    {
        var sent = IdempotencyKey.Read(context);
        if (await BookingAddress.Find(booking, caller, db, gone) is not { } found)
            return new Problem(Problems.NotFound);
        var key = IdempotencyKey.Claim(sent, caller.UserId, CommandNames.Cancel, new { booking = found.Id, body.Value.Reason });

        var reason = found.OrganizerId == caller.UserId ? CancelReason.Organizer
            : found.UserId == caller.UserId ? CancelReason.User
            : CancelReason.Admin;
        var boundByWindow = found.UserId == caller.UserId && !caller.IsAdmin && found.OrganizerId != caller.UserId;
        Guid? by = found.UserId == caller.UserId ? null : caller.UserId;
        var answer = await boxOffice.Ask(new Cancel(found.EventId, found.Id, reason, boundByWindow, body.Value.Reason) { By = by }, caller.UserId, key, gone);
        return Answers.ToResult(answer, context, buyer: found.BuyerFor(caller));
    }
}
