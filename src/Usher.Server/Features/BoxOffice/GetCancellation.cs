using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Domain.BoxOffice;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.BoxOffice;

/// <summary>Progress of cancelling and refunding the bookings of an event.</summary>
/// <param name="Bookings">Number of bookings that were pending or confirmed when the event was cancelled.</param>
/// <param name="Cancelled">Number of these bookings that have been cancelled so far.</param>
/// <param name="FinishedAt">Time at which the last booking was cancelled and refunded. Null until then.</param>
public sealed record CancellationResponse(
    Guid EventId, DateTimeOffset CancelledAt, string? Reason, int Bookings, int Cancelled, RefundsResponse Refunds, DateTimeOffset? FinishedAt);

/// <param name="Due">Number of refunds for the event's bookings, made or not. Includes bookings that were cancelled before the event.</param>
/// <param name="Done">Number of these refunds that have been made so far.</param>
public sealed record RefundsResponse(int Due, int Done, string Currency, decimal Amount, long AmountMinor, decimal DoneAmount, long DoneAmountMinor);

internal static class GetCancellation
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/cancellation", Methods.Read, Handle)
        .WithName("GetEventCancellation").WithSummary("Get the refund progress of a cancelled event")
        .WithDescription("For the event's organizer and admins. Returns 404 if the event has not been cancelled.")
        .Refuses(Problems.Forbidden, Problems.NotFound);

    private static async Task<Results<Tagged<CancellationResponse>, Problem>> Handle(Guid id, Caller caller, UsherDb db, CancellationToken cancellationToken)
    {
        if (await OrganizersEvent.Refuse(db, id, caller, "Only the event's organizer can see the progress of its refunds.", cancellationToken) is { } no)
            return no;
        var found = await db.EventCancellations.AsNoTracking().Where(c => c.EventId == id)
            .Join(db.Events, c => c.EventId, e => e.Id, (run, e) => new { Run = run, e.Currency, e.CancelReason }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return new Problem(Problems.NotFound, "This event has not been cancelled.");
        var run = found.Run;

        var sums = await db.Bookings.Where(b => b.EventId == id)
            .GroupBy(b => new { Live = b.Status != BookingStatus.Cancelled, b.RefundDone, Refund = b.RefundMinor > 0 })
            .Select(g => new { g.Key.Live, g.Key.RefundDone, g.Key.Refund, Count = g.Count(), Millions = g.Sum(b => b.RefundMinor / 1_000_000), Units = g.Sum(b => b.RefundMinor % 1_000_000) })
            .ToListAsync(cancellationToken);
        var refunds = sums.Where(s => s.Refund).ToList();
        var done = refunds.Where(s => s.RefundDone).ToList();
        var (due, paid, currency) = (MinorUnits.Of(refunds.Sum(s => s.Millions), refunds.Sum(s => s.Units)), MinorUnits.Of(done.Sum(s => s.Millions), done.Sum(s => s.Units)), Currency.Get(found.Currency));
        return new Tagged<CancellationResponse>(new(
            id, run.RequestedAt, found.CancelReason, run.Bookings, run.Bookings - sums.Where(s => s.Live).Sum(s => s.Count),
            new(refunds.Sum(s => s.Count), done.Sum(s => s.Count), found.Currency, currency.ToMajor(due), due, currency.ToMajor(paid), paid),
            run.FinishedAt), version: null);
    }
}
