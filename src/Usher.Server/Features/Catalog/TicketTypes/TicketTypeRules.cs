using Usher.Domain;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.TicketTypes;

/// <summary>
/// Rules of a ticket type that involve several members: its price is in the event's currency, and its times are local to the venue.
/// </summary>
internal static class TicketTypeRules
{
    /// <summary>Adds the ticket type to the event.</summary>
    /// <param name="at">Creation time. Lists show ticket types in this order, so no two of an event have the same time.</param>
    /// <param name="prefix">Its path in the request, for errors.</param>
    /// <param name="known">Its id, if it must have a certain one.</param>
    public static TicketType Create(CreateTicketTypeRequest request, Event of, DateTimeOffset at, Faults faults, string prefix = "", Guid? known = null)
    {
        var allotment = request.QuantityTotal ?? request.QuantityAvailable;
        if (allotment is null)
            faults.Add($"{prefix}quantityAvailable", "`quantityTotal` or `quantityAvailable` is required.");

        var id = known ?? Guid.CreateVersion7(at);
        var row = new TicketType
        {
            Id = id,
            EventId = of.Id,
            Name = "",
            CreatedAt = at,
            Stock = new TicketStock { TicketTypeId = id, EventId = of.Id },
        };
        Apply(request, allotment, row, of, faults, prefix);
        of.TicketTypes.Add(row);
        return row;
    }

    public static void Change(ChangeTicketTypeRequest request, TicketType row, Event of, Faults faults)
    {
        if (request.QuantityTotal is null)
            faults.Add("quantityTotal", "`quantityTotal` is required.");
        Apply(request, request.QuantityTotal, row, of, faults, "");
    }

    private static void Apply(TicketTypeRequest request, int? allotment, TicketType row, Event of, Faults faults, string prefix)
    {
        row.Name = EventRules.Clean(request.Name) ?? "";
        row.Description = request.Description;
        row.PriceMinor = ReadPrice(request.Price, of.Currency, faults, $"{prefix}price");
        row.Stock.QuantityTotal = allotment ?? 0;
        row.MinPerBooking = request.MinPerBooking ?? 1;
        row.MaxPerBooking = request.MaxPerBooking;
        if (row.MaxPerBooking < row.MinPerBooking)
            faults.Add($"{prefix}maxPerBooking", "`maxPerBooking` must not be less than `minPerBooking`.");
        row.SortOrder = request.SortOrder ?? 0;

        var sales = new EventTimes(Zones.Of(of.TimeZone), zoneIsWrong: false, faults).ReadWindow(prefix,
            (request.SalesStartAt, EventTimes.Stored(row.SalesStartAt, row.LocalSalesStart)), (request.SalesEndAt, EventTimes.Stored(row.SalesEndAt, row.LocalSalesEnd)));
        (row.SalesStartAt, row.LocalSalesStart, row.SalesEndAt, row.LocalSalesEnd) = (sales.Start?.At, sales.Start?.Local, sales.End?.At, sales.End?.Local);
    }

    private static long ReadPrice(decimal? price, string code, Faults faults, string path)
    {
        var currency = Currency.Get(code);
        if (price is not { } major)
            return 0;
        if (major > currency.ToMajor(MinorUnits.HighestPrice))
            faults.Add(path, $"The price must be at most {currency.ToMajor(MinorUnits.HighestPrice)} {currency}.");
        else if (!currency.TryToMinor(major, out var minor))
            faults.Add(path, currency.Digits == 0 ? $"A price in {currency} has no decimals." : $"A price in {currency} has at most {currency.Digits} decimals.", Problems.PricePrecision);
        else
            return minor;
        return 0;
    }
}
