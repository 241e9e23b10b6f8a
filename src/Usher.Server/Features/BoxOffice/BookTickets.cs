using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Validation;
using Usher.Domain.BoxOffice;
using Usher.Server.Features.BoxOffice.Selling;
using Usher.Server.Features.Payments.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.BoxOffice;

/// <summary>The tickets to book: one ticket type with its quantity, or several ticket types as items.</summary>
/// <param name="EventId">The event that all items belong to.</param>
/// <param name="TicketTypeId">The ticket type. Send it with <c>quantity</c>, instead of <c>items</c>.</param>
/// <param name="Quantity">Number of tickets of that type, at least 1.</param>
/// <param name="Items">1 to 50 items. Items of the same ticket type are added up.</param>
/// <param name="Hold">True holds the places for a while without payment. Confirm the booking before <c>expiresAt</c>.</param>
/// <param name="ExpectedTotal">Total price that the buyer expects, in major units. The server rejects the booking if the price differs.</param>
/// <param name="Payment">Payment for the booking. If you leave it out, the server uses <c>tok_ok</c> of the built-in provider.</param>
[ValidatableType]
public sealed record BookTicketsRequest(
    [property: Required] Guid? EventId,
    Guid? TicketTypeId,
    [property: Range(1, 1_000_000)] int? Quantity,
    [property: Length(1, 50)] IReadOnlyList<BookingLine?>? Items,
    [property: DefaultValue(false)] bool? Hold,
    [property: Range(0, 1e15)] decimal? ExpectedTotal,
    PaymentRequest? Payment) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Items is not null && (TicketTypeId is not null || Quantity is not null))
            yield return new("Send either `items`, or `ticketTypeId` and `quantity`.", [nameof(Items)]);
        if (Items?.Any(i => i is null) == true)
            yield return new("An item cannot be null.", [nameof(Items)]);
        if (Items is null && TicketTypeId is null)
            yield return new("Send `ticketTypeId` and `quantity`, or send `items`.", [nameof(TicketTypeId)]);
        if (Items is null && Quantity is null)
            yield return new("`quantity` is required.", [nameof(Quantity)]);
    }
}

[ValidatableType]
public sealed record BookingLine([property: Required] Guid? TicketTypeId, [property: Required, Range(1, 1_000_000)] int? Quantity);

internal static class BookTickets
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/bookings", Handle)
        .WithName("BookTickets").WithSummary("Book tickets")
        .WithDescription("Books all items or none, and confirms the booking at once unless `hold` is true. The server sets the prices. With an `Idempotency-Key`, you can " +
            "repeat the request without booking twice.")
        .Creates().TakesIdempotencyKey()
        .Refuses(Problems.MaxPerBooking, Problems.PaymentFailed, Problems.NotFound, Problems.InsufficientAvailability, Problems.SoldOut,
            Problems.SalesNotOpen, Problems.SalesClosed, Problems.EventCancelled, Problems.EventPast, Problems.MaxPerUser, Problems.MaxHeld, Problems.PriceChanged)
        .AsksForVerifiedEmail(routes);

    private static async Task<Results<Tagged<BookingResponse>, Problem>> Handle(
        Body<BookTicketsRequest> body, Caller caller, Selling.BoxOffice boxOffice, HttpContext context, CancellationToken gone)
    {
        var request = body.Value;
        Line[] lines = request.Items is { } items
            ? [.. items.Select(i => new Line(i!.TicketTypeId!.Value, i.Quantity!.Value))]
            : [new Line(request.TicketTypeId!.Value, request.Quantity!.Value)];
        var book = new Book(request.EventId!.Value, caller.UserId, lines, request.Hold ?? false, request.ExpectedTotal, OfflinePayments.VerdictOf(request.Payment));

        var answer = await boxOffice.Ask(book, caller.UserId, IdempotencyKey.Claim(IdempotencyKey.Read(context), caller.UserId, CommandNames.Book, request), gone);
        return Answers.ToResult(answer, context, created: true, unknownTicketType: id => MemberOf(request, id));
    }

    /// <summary>Path of the ticket type in the request, for the errors map.</summary>
    private static string MemberOf(BookTicketsRequest request, Guid? ticketType)
    {
        if (request.Items is null)
            return "ticketTypeId";
        var at = request.Items.ToList().FindIndex(i => i!.TicketTypeId == ticketType);
        return $"items[{at}].ticketTypeId";
    }
}
