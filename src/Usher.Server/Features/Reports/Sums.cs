using Usher.Domain;

namespace Usher.Server.Features.Reports;

internal readonly record struct Sums(long Bookings, long Tickets, long CancelledTickets, long GrossMinor, long RefundedMinor)
{
    public long NetMinor => GrossMinor - RefundedMinor;

    /// <summary>Sums over whole bookings.</summary>
    public static Sums OfBookings(IEnumerable<Fact> facts) => Of(facts, FactKind.Captured, FactKind.PaidBack);

    /// <summary>Sums over tickets, such as those of one type.</summary>
    public static Sums OfTickets(IEnumerable<Fact> facts) => Of(facts, FactKind.Sold, FactKind.Refunded);

    private static Sums Of(IEnumerable<Fact> facts, FactKind gross, FactKind refunded) => facts.Aggregate(default(Sums), (sums, fact) => new(
        sums.Bookings + (fact.Kind == FactKind.Captured ? fact.Bookings : 0),
        sums.Tickets + (fact.Kind == FactKind.Sold ? fact.Tickets : 0),
        sums.CancelledTickets + (fact.Kind == FactKind.Cancelled ? fact.Tickets : 0),
        MinorUnits.Add(sums.GrossMinor, fact.Kind == gross ? fact.Minor : 0),
        MinorUnits.Add(sums.RefundedMinor, fact.Kind == refunded ? fact.Minor : 0)));
}
