using System.Globalization;
using System.Text.Json;
using Usher.Domain.Reports;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Reports.Contract;

/// <summary>Sales of an organizer in a day or a week of their calendar, as of the end of the period.</summary>
/// <param name="LastDay">Last day of the period, included.</param>
/// <param name="From">First instant of the period.</param>
/// <param name="Until">First instant after the period.</param>
/// <param name="TimeZone">Time zone of the organizer. The period follows its days.</param>
/// <param name="Totals">One total for each currency with sales or refunds in this period or the previous one.</param>
/// <param name="Events">Events with a sale, a cancellation or a refund in the period.</param>
/// <param name="Steps">Hours of the day, or days of the week.</param>
public sealed record ReportResponse(
    Guid Id, Guid OrganizerId, PeriodKind Period, DateOnly FirstDay, DateOnly LastDay, DateTimeOffset From, DateTimeOffset Until, string TimeZone,
    DateTimeOffset CreatedAt, IReadOnlyList<ReportTotal> Totals, IReadOnlyList<ReportEvent> Events, IReadOnlyList<ReportStep> Steps)
{
    internal static ReportResponse Of(Report row) => JsonSerializer.Deserialize<ReportResponse>(row.Content, StrictJson.Options)!;

    internal string FileName(string extension) => string.Create(CultureInfo.InvariantCulture, $"report-{FirstDay:yyyy-MM-dd}.{extension}");

    internal string ToContent() => JsonSerializer.Serialize(this, StrictJson.Options);
}

/// <param name="Bookings">Number of bookings confirmed in the period.</param>
/// <param name="Tickets">Number of tickets in the bookings confirmed in the period, including tickets cancelled since.</param>
/// <param name="CancelledTickets">Number of tickets cancelled in the period, whenever they were sold.</param>
/// <param name="GrossMinor">Amount taken for the tickets, in minor units.</param>
/// <param name="RefundedMinor">Amount refunded in the period, in minor units, whenever it was taken.</param>
/// <param name="Before">The same figures for the previous period.</param>
public sealed record ReportTotal(
    string Currency, long Bookings, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor, long NetMinor, ReportBefore Before);

public sealed record ReportBefore(long Bookings, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor, long NetMinor);

/// <param name="QuantitySold">Number of tickets sold in total when the report was created.</param>
/// <param name="SellThrough">Share of the capacity that is sold, 0 to 1.</param>
public sealed record ReportEvent(
    Guid EventId, string Name, DateTimeOffset Date, string TimeZone, string Currency, long Bookings, long Tickets, long CancelledTickets,
    long GrossMinor, long RefundedMinor, long NetMinor, int QuantitySold, int TotalCapacity, double SellThrough, IReadOnlyList<ReportTicketType> TicketTypes);

/// <param name="QuantitySold">Number of tickets sold in total when the report was created.</param>
/// <param name="SellThrough">Share of the allotment that is sold, 0 to 1.</param>
public sealed record ReportTicketType(
    Guid TicketTypeId, string Name, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor, long NetMinor,
    int QuantitySold, int QuantityTotal, double SellThrough);

/// <param name="Key">Start of the step: an hour with its offset, or a day.</param>
/// <param name="TicketsBefore">Number of tickets in the same step of the previous period.</param>
public sealed record ReportStep(string Key, long Tickets, long TicketsBefore);
