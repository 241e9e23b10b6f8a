namespace Usher.Domain.BoxOffice;

/// <summary>Selling rules that an operator can configure.</summary>
/// <param name="HoldFor">Lifetime of a hold.</param>
/// <param name="CancellationWindow">Time before the event at which cancelling ends, if the event has no deadline.</param>
/// <param name="DefaultMaxPerBooking">Most tickets of one booking, if the event has no limit.</param>
/// <param name="PaymentAnswerAfter">Time until the next question to a provider that has not answered.</param>
/// <param name="MaxHeldPerUser">Most tickets of one event that a person can hold at once; if null, as many as in one booking.</param>
public sealed record SellingRules(TimeSpan HoldFor, TimeSpan CancellationWindow, int DefaultMaxPerBooking, TimeSpan PaymentAnswerAfter, int? MaxHeldPerUser = null)
{
    /// <summary>A lapsed hold counts for as long again as it lasted, so a buyer who lets places lapse cannot hold them again at once.</summary>
    public DateTimeOffset HeldSince(DateTimeOffset now) => now - HoldFor;
}
