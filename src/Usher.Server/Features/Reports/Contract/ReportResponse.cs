using System.Globalization;
using System.Text.Json;
using Usher.Domain.Reports;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Reports.Contract;

/// <summary>What an organizer sold in a day or a week of their calendar, as it was when the period had ended.</summary>
/// <param name="LastDay">Included.</param>
/// <param name="From">The first instant of the period.</param>
/// <param name="Until">The first instant after it.</param>
/// <param name="TimeZone">The organizer's, by whose days the period goes.</param>
/// <param name="Totals">One for each currency that was sold or paid back in, in this period or the one before.</param>
/// <param name="Events">Those with a sale, a cancellation or a refund in the period.</param>
/// <param name="Steps">The hours of the day, or the days of the week.</param>
public sealed record ReportResponse(
    Guid Id, Guid OrganizerId, PeriodKind Period, DateOnly FirstDay, DateOnly LastDay, DateTimeOffset From, DateTimeOffset Until, string TimeZone,
    DateTimeOffset CreatedAt, IReadOnlyList<ReportTotal> Totals, IReadOnlyList<ReportEvent> Events, IReadOnlyList<ReportStep> Steps)
{
    internal static ReportResponse Of(Report row) => JsonSerializer.Deserialize<ReportResponse>(row.Content, StrictJson.Options)!;

    internal string FileName(string extension) => string.Create(CultureInfo.InvariantCulture, $"report-{FirstDay:yyyy-MM-dd}.{extension}");

    internal string ToContent() => JsonSerializer.Serialize(this, StrictJson.Options);
}

/// <param name="Bookings">Confirmed in the period.</param>
/// <param name="Tickets">Of the bookings confirmed in the period, also those cancelled since.</param>
/// <param name="CancelledTickets">Cancelled in the period, whenever they were sold.</param>
/// <param name="GrossMinor">Taken for the tickets, in minor units.</param>
/// <param name="RefundedMinor">Paid back in the period, whenever it was taken.</param>
/// <param name="Before">The same of the period before.</param>
public sealed record ReportTotal(
    string Currency, long Bookings, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor, long NetMinor, ReportBefore Before);

public sealed record ReportBefore(long Bookings, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor, long NetMinor);

/// <param name="QuantitySold">Over all time, when the report was made.</param>
/// <param name="SellThrough">Sold of the capacity, 0 to 1.</param>
public sealed record ReportEvent(
    Guid EventId, string Name, DateTimeOffset Date, string TimeZone, string Currency, long Bookings, long Tickets, long CancelledTickets,
    long GrossMinor, long RefundedMinor, long NetMinor, int QuantitySold, int TotalCapacity, double SellThrough, IReadOnlyList<ReportTicketType> TicketTypes);

/// <param name="QuantitySold">Over all time, when the report was made.</param>
/// <param name="SellThrough">Sold of the allotment, 0 to 1.</param>
public sealed record ReportTicketType(
    Guid TicketTypeId, string Name, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor, long NetMinor,
    int QuantitySold, int QuantityTotal, double SellThrough);

/// <param name="Key">When it begins: an hour with its offset, or a day.</param>
/// <param name="TicketsBefore">Of the same step of the period before.</param>
public sealed record ReportStep(string Key, long Tickets, long TicketsBefore);
