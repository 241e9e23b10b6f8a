using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Usher.Server.Platform.Http;

/// <summary>
/// The body of what is done to the whole of something. Any other member that is not known is ignored; one that asks for a part
/// is refused, or all would be cancelled or paid where a part was meant.
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

    /// <summary>What was sent beside the members that are known.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value) in Unknown ?? new Dictionary<string, JsonElement>())
            if (value.ValueKind is not JsonValueKind.Null && OfAPart.Contains(name))
                yield return new("This operation applies to the whole, not to a part. Leave this field out.", [name]);
    }
}
