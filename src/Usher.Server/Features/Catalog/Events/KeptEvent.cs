using Usher.Server.Features.Catalog.TicketTypes;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>A cached event, and its rendered responses.</summary>
/// <param name="GoodUntil">Time from which it may look different without a change.</param>
internal sealed record KeptEvent(EventSnapshot Snapshot, DateTimeOffset GoodUntil)
{
    private Rendered? _event, _ticketTypes;

    public Rendered Event => _event ??= Rendered.Of(EventResponse.Of(Snapshot), Snapshot.Event.Version);

    public Rendered TicketTypes => _ticketTypes ??= Rendered.Of(new TicketTypeList([.. Snapshot.TicketTypes.Select(type => TicketTypeResponse.Of(type, Snapshot))]), version: null);

    public Rendered? TicketType(Guid id) =>
        Snapshot.Event.TicketTypes.Find(t => t.Id == id) is { } type ? Rendered.Of(TicketTypeResponse.Of(type, Snapshot), type.Version) : null;
}
