namespace Usher.Domain.BoxOffice;

/// <summary>The rules of selling that an operator may set.</summary>
/// <param name="HoldFor">How long a hold keeps its places.</param>
/// <param name="CancellationWindow">How long before the event its buyers may still cancel, where the event names no deadline.</param>
/// <param name="DefaultMaxPerBooking">Tickets in one booking, where the event says nothing else.</param>
/// <param name="PaymentAnswerAfter">When to ask again for a payment verdict that did not come.</param>
/// <param name="MaxHeldPerUser">Tickets of one event that a person may hold at once; as many as in one booking when left out.</param>
public sealed record SellingRules(TimeSpan HoldFor, TimeSpan CancellationWindow, int DefaultMaxPerBooking, TimeSpan PaymentAnswerAfter, int? MaxHeldPerUser = null)
{
    /// <summary>A hold that lapsed counts for as long again: who lets go of places by waiting cannot have them back at once.</summary>
    public DateTimeOffset HeldSince(DateTimeOffset now) => now - HoldFor;
}
