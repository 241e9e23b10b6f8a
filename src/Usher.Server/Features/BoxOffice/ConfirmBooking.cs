using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Validation;
using Usher.Domain.BoxOffice;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Features.Payments.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <param name="Payment">Payment for the booking. If you leave it out, the server uses <c>tok_ok</c> of the built-in provider.</param>
[ValidatableType]
public sealed record ConfirmBookingRequest(PaymentRequest? Payment) : WholeRequest;

internal static class ConfirmBooking
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var method in (string[])["PUT", "POST"])
            routes.MapMethods("/api/bookings/{booking:booking}/confirm", [method], Handle)
                .WithName($"ConfirmBooking{(method == "PUT" ? "" : "ByPost")}").WithSummary("Confirm a hold")
                .WithDescription("Turns a pending booking into a sale. Repeating the request changes nothing. The body is optional.")
                .WithMetadata(new BodyIsOptional()).TakesIdempotencyKey()
                .Refuses(Problems.PaymentFailed, Problems.NotFound, Problems.BookingCancelled, Problems.EventCancelled, Problems.BookingExpired);
    }

    private static async Task<Results<Tagged<BookingResponse>, Problem>> Handle(
        string booking, Body<ConfirmBookingRequest> body, Caller caller, UsherDb db, Selling.BoxOffice boxOffice, HttpContext context, CancellationToken gone)
    {
        var sent = IdempotencyKey.Read(context);
        if (await BookingAddress.Find(booking, caller, db, gone) is not { } found)
            return new Problem(Problems.NotFound);
        var key = IdempotencyKey.Claim(sent, caller.UserId, CommandNames.Confirm, new { booking = found.Id, body.Value.Payment });

        var answer = await boxOffice.Ask(new Confirm(found.EventId, found.Id, OfflinePayments.VerdictOf(body.Value.Payment)), caller.UserId, key, gone);
        return Answers.ToResult(answer, context, buyer: found.BuyerFor(caller));
    }
}
