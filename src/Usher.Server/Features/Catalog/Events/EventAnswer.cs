using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.TicketTypes;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>Responses of single events and ticket types, the same from every route.</summary>
internal static class EventAnswer
{
    public static Tagged<EventResponse> Of(EventSnapshot snapshot, bool created = false) =>
        new(EventResponse.Of(snapshot), snapshot.Event.Version)
        {
            IsPublic = snapshot.Event.Publication == Publication.Published,
            Location = created ? $"/api/events/{snapshot.Event.Id}" : null,
        };

    public static Tagged<TicketTypeResponse> Of(EventSnapshot snapshot, TicketType type, bool created = false) =>
        new(TicketTypeResponse.Of(type, snapshot), type.Version)
        {
            IsPublic = snapshot.Event.Publication == Publication.Published,
            Location = created ? $"/api/events/{type.EventId}/ticket-types/{type.Id}" : null,
        };
}
