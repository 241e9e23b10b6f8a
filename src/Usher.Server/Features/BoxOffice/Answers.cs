using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Domain.BoxOffice;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.BoxOffice;

/// <summary>Maps answers of the box office to HTTP.</summary>
internal static class Answers
{
    /// <param name="unknownTicketType">Finds the member of the request that named a ticket type of another event.</param>
    public static Results<Tagged<BookingResponse>, Problem> ToResult(
        Answer answer, HttpContext context, bool created = false, Buyer? buyer = null, Func<Guid?, string>? unknownTicketType = null)
    {
        switch (answer)
        {
            case Answer.Decided { Outcome: Outcome.Done done } decided:
                if (decided.Replayed)
                    context.Response.Headers["Idempotency-Replayed"] = "true";
                var response = BookingResponse.From(done.Booking, done.Event, done.TicketTypeNames, buyer);
                return response.Tagged(created ? $"/api/bookings/{response.Id}" : null);
            case Answer.Decided { Outcome: Outcome.Refused refused }:
                return ToProblem(refused, unknownTicketType);
            case Answer.KeyReused:
                return new Problem(Problems.IdempotencyKeyReused);
            case Answer.Overloaded:
                return new Problem(Problems.Overloaded) { RetryAfterSeconds = 1 };
            case Answer.TooManyInFlight:
                return new Problem(Problems.RateLimited, "You have too many requests in progress.") { RetryAfterSeconds = 1 };
            case Answer.Unavailable:
                return new Problem(Problems.Unavailable, "The database is unreachable. Nothing was changed.") { RetryAfterSeconds = 1 };
            case Answer.Unknown:
                return new Problem(Problems.Unavailable, "The connection to the database was lost before it answered. The request may have been carried out. Repeat it with the same idempotency key.")
                { RetryAfterSeconds = 1 };
            default:
                throw new InvalidOperationException($"There is no answer for {answer}.");
        }
    }

    /// <summary>The ETag is the same for all callers, so its stamp excludes the buyer, whom only some may see.</summary>
    public static Tagged<BookingResponse> Tagged(this BookingResponse response, string? location = null) =>
        new(response, response.Version, response.Buyer is null ? null : Tagged<BookingResponse>.Stamp(response with { Buyer = null })) { Location = location };

    private static Problem ToProblem(Outcome.Refused refused, Func<Guid?, string>? unknownTicketType)
    {
        var member = unknownTicketType?.Invoke(refused.TicketTypeId) ?? "ticketTypeId";
        var problem = refused.Reason switch
        {
            Refusal.TicketTypeNotFound => Problem.Invalid(member, "The event has no such ticket type."),
            Refusal.BelowMinimum => Problem.Invalid(member.Replace("ticketTypeId", "quantity", StringComparison.Ordinal), $"Book at least {refused.Limit} tickets of this type."),
            Refusal.MaxPerBooking => new Problem(Problems.MaxPerBooking, $"One booking can have at most {refused.Limit} tickets{(refused.TicketTypeId is null ? "" : " of this type")}."),
            Refusal.TotalTooHigh => Problem.Invalid(member == "ticketTypeId" ? "quantity" : "items", "One booking can cost at most 10^15 minor units of its currency. Book fewer tickets."),
            Refusal.InsufficientAvailability => new Problem(Problems.InsufficientAvailability, $"Tickets left: {refused.Available}."),
            Refusal.MaxPerUser => new Problem(Problems.MaxPerUser, $"One person can have at most {refused.Limit} tickets for this event. You can have {refused.Available} more."),
            Refusal.MaxHeld => new Problem(Problems.MaxHeld, $"One person can hold at most {refused.Limit} tickets for this event at once. You can hold {refused.Available} more now."),
            _ => new Problem(TypeOf(refused.Reason)),
        };
        Add("available", refused.Available);
        Add("limit", refused.Limit);
        Add("ticketTypeId", refused.TicketTypeId);
        Add("bookingStatus", refused.BookingStatus);
        Add("totalPriceMinor", refused.TotalMinor);
        return problem;

        void Add(string name, object? value)
        {
            if (value is not null)
                problem.Extensions[name] = value;
        }
    }

    private static ProblemType TypeOf(Refusal reason) => reason switch
    {
        Refusal.EventNotFound or Refusal.BookingNotFound => Problems.NotFound,
        Refusal.EventCancelled => Problems.EventCancelled,
        Refusal.EventPast => Problems.EventPast,
        Refusal.SalesNotOpen => Problems.SalesNotOpen,
        Refusal.SalesClosed => Problems.SalesClosed,
        Refusal.SoldOut => Problems.SoldOut,
        Refusal.PriceChanged => Problems.PriceChanged,
        Refusal.PaymentFailed => Problems.PaymentFailed,
        Refusal.BookingExpired => Problems.BookingExpired,
        Refusal.BookingCancelled => Problems.BookingCancelled,
        Refusal.CancellationClosed => Problems.CancellationClosed,
        Refusal.AccountClosed => Problems.TokenExpired,
        _ => throw new InvalidOperationException($"{reason} has no problem of its own."),
    };
}
