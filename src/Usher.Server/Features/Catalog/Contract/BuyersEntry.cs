using Usher.Domain.Catalog;

namespace Usher.Server.Features.Catalog.Contract;

/// <summary>The one entry that a buyer's calendar has of an event, however many bookings it stands for (iTIP, RFC 5546).</summary>
/// <param name="Organizer">The address it comes from.</param>
/// <param name="Changes">How often a booking of the buyer was confirmed or cancelled: each makes a newer entry.</param>
/// <param name="ChangedAt">When that was last.</param>
/// <param name="Stands">Whether a booking stands.</param>
/// <param name="Note">Comes before the event's own description.</param>
internal sealed record BuyersEntry(string Organizer, int Changes, DateTimeOffset ChangedAt, bool Stands, string? Note)
{
    public const string Publish = "PUBLISH", Cancel = "CANCEL";

    public string Method(Event of) => Stands && of.CancelledAt is null ? Publish : Cancel;
}
