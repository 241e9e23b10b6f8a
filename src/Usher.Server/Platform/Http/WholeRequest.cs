using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Usher.Server.Platform.Http;

/// <summary>
/// Body of an operation on a whole resource. Unknown members are ignored elsewhere; here a member that names a part is rejected, because
/// the operation would otherwise cancel or pay everything.
/// </summary>
public abstract record WholeRequest : IValidatableObject
{
    private static readonly HashSet<string> OfAPart = new(StringComparer.OrdinalIgnoreCase)
    {
        "item", "items", "itemId", "itemIds", "bookingItem", "bookingItems", "bookingItemId", "bookingItemIds", "line", "lines", "lineItems",
        "ticket", "tickets", "ticketId", "ticketIds", "ticketCode", "ticketCodes", "ticketType", "ticketTypes", "ticketTypeId", "ticketTypeIds",
        "seat", "seats", "seatId", "seatIds", "booking", "bookings", "bookingId", "bookingIds", "users", "userIds", "date", "dates",
        "quantity", "quantities", "qty", "count", "number", "amount", "amountMinor", "total", "expectedTotal", "totalPrice", "price", "partial", "percent", "percentage",
        "refund", "refundAmount", "refundAmountMinor", "refundMinor", "expectedRefund", "expectedRefundMinor", "dryRun",
    };

    /// <summary>Unknown members that were sent.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value) in Unknown ?? new Dictionary<string, JsonElement>())
            if (value.ValueKind is not JsonValueKind.Null && OfAPart.Contains(name))
                yield return new("This operation applies to the whole, not to a part. Leave this field out.", [name]);
    }
}
