using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;

namespace Usher.Server.Features.BoxOffice;

/// <summary>States as the database keeps them, for statements written by hand. A parameter in their place would hide from the planner which partial index it may use.</summary>
internal static class StoredStates
{
    public const int Pending = (int)BookingStatus.Pending, Confirmed = (int)BookingStatus.Confirmed, Cancelled = (int)BookingStatus.Cancelled;

    /// <summary>The reason of a hold that lapsed.</summary>
    public const int Expired = (int)CancelReason.Expired;

    public const int Published = (int)Publication.Published;
}
