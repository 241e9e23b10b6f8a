using Usher.Domain.Catalog;

namespace Usher.Server.Features.Catalog.Contract;

/// <summary>The one calendar entry of a buyer for an event, for any number of bookings (iTIP, RFC 5546).</summary>
/// <param name="Organizer">Sender address.</param>
/// <param name="Changes">Number of confirmations and cancellations of the buyer; each makes a newer entry.</param>
/// <param name="ChangedAt">Time of the last one.</param>
/// <param name="Stands">Whether a booking exists.</param>
/// <param name="Note">Text before the event's own description.</param>
internal sealed record BuyersEntry(string Organizer, int Changes, DateTimeOffset ChangedAt, bool Stands, string? Note)
{
    public const string Publish = "PUBLISH", Cancel = "CANCEL";

    public string Method(Event of) => Stands && of.CancelledAt is null ? Publish : Cancel;
}
