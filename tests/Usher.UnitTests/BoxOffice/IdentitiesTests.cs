using Usher.Domain;
using Usher.Server.Features.BoxOffice.Selling;
using Xunit;

namespace Usher.UnitTests.BoxOffice;

public sealed class IdentitiesTests
{
    private static readonly DateTimeOffset Now = new(2030, 5, 1, 19, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Ids_are_version_7_of_the_batchs_instant()
    {
        var id = new Identities(Now).NewId();
        Assert.Equal(7, id.Version);
        Assert.InRange(id.Variant, 8, 11);
        Assert.StartsWith(Now.ToUnixTimeMilliseconds().ToString("x12", System.Globalization.CultureInfo.InvariantCulture), id.ToString("N"), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_rise_in_the_order_they_were_asked_for_past_the_counters_end()
    {
        var identities = new Identities(Now);
        var ids = Enumerable.Range(0, 10_000).Select(_ => identities.NewId().ToString("N")).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Two_batches_of_one_instant_share_no_id_and_no_code()
    {
        var (first, second) = (new Identities(Now), new Identities(Now));
        var ids = Enumerable.Range(0, 5_000).SelectMany(_ => new[] { first.NewId(), second.NewId() }).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        var codes = Enumerable.Range(0, 500).SelectMany(_ => new[] { first.NewCode(), second.NewCode() }).ToList();
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, code => Assert.True(BookingCode.IsText(code), code));
    }
}
