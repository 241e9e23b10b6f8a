using System.Net;
using CsCheck;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Limits;
using Usher.Server.Platform.Persistence;
using Xunit;

namespace Usher.UnitTests.Limits;

/// <summary>Counting in windows: what is granted, what is left, and when it makes sense to come back.</summary>
public class RequestCountsTests
{
    private static readonly ClientKey Somebody = ClientKey.User(Guid.Parse("0193f1d2-0000-7000-8000-000000000001"));

    private readonly Clock _clock = new();

    [Fact]
    public void The_quota_is_granted_and_not_one_more()
    {
        var counts = New(read: 5);
        Assert.Equal([4, 3, 2, 1, 0], Enumerable.Range(0, 5).Select(_ => counts.Take(RouteClass.Read, Somebody)).Select(v => v.Granted ? v.Left : -1));
        var refused = counts.Take(RouteClass.Read, Somebody);
        Assert.False(refused.Granted);
        Assert.Equal((0, 60), (refused.Left, refused.ResetSeconds));
    }

    [Fact]
    public void Classes_and_askers_have_quotas_of_their_own()
    {
        var counts = New(read: 1, write: 1);
        Assert.True(counts.Take(RouteClass.Read, Somebody).Granted);
        Assert.True(counts.Take(RouteClass.Write, Somebody).Granted);
        Assert.True(counts.Take(RouteClass.Read, ClientKey.At(IPAddress.Loopback)).Granted);
        Assert.False(counts.Take(RouteClass.Read, Somebody).Granted);
    }

    [Fact]
    public void At_the_seam_of_two_windows_nobody_gets_twice_the_quota()
    {
        var counts = New(read: 20);
        _clock.Pass(59);
        Assert.Equal(20, Granted(counts, 100));
        _clock.Pass(2);
        Assert.Equal(0, Granted(counts, 100));
        _clock.Pass(30);
        Assert.Equal(10, Granted(counts, 100));
        _clock.Pass(120);
        Assert.Equal(20, Granted(counts, 100));
    }

    [Fact]
    public void Of_ten_thousand_at_once_exactly_the_quota_is_granted()
    {
        var counts = New(read: 777);
        var granted = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (counts.Take(RouteClass.Read, Somebody).Granted)
                Interlocked.Increment(ref granted);
        });
        Assert.Equal(777, granted);
    }

    [Fact]
    public void Whoever_comes_back_when_told_is_granted_and_not_a_second_earlier() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[0, 59], Gen.Int[0, 59], Gen.Int[0, 60]).Sample((quota, first, second, foreign) =>
        {
            _clock.Reset();
            var counts = New(read: quota);
            _clock.Pass(first);
            Granted(counts, quota / 2);
            Hear(counts, foreign);
            _clock.Pass(second);
            Granted(counts, quota + 1);
            var refused = counts.Take(RouteClass.Read, Somebody);
            Assert.InRange(refused.RetryAfterSeconds, 1, 121);
            _clock.Pass(refused.RetryAfterSeconds - 1.001);
            Assert.False(counts.Take(RouteClass.Read, Somebody).Granted);
            _clock.Pass(1.001);
            Assert.True(counts.Take(RouteClass.Read, Somebody).Granted);
        }, threads: 1);

    [Fact]
    public void What_others_counted_is_counted_here_and_told_to_nobody_again()
    {
        var (here, there) = (New(read: 10), New(read: 10));
        Assert.Equal(6, Granted(here, 6));
        var (window, told) = here.TakeUntold();
        Assert.Equal((Somebody, 6), (Assert.Single(told).Key.Client, told[0].Requests));
        there.Hear(window, told[0].Key, told[0].Requests);
        Assert.Equal(4, Granted(there, 100));
        Assert.Equal(4, Assert.Single(there.TakeUntold().Counted).Requests);
        Assert.Empty(here.TakeUntold().Counted);
        var late = New(read: 10);
        late.Hear(window - 1, told[0].Key, 6);
        Assert.Equal(10, Granted(late, 100));
    }

    [Fact]
    public void What_is_refused_is_neither_counted_nor_told()
    {
        var counts = New(read: 3);
        Granted(counts, 1000);
        Assert.Equal(3, Assert.Single(counts.TakeUntold().Counted).Requests);
        Assert.Equal(0, Granted(counts, 1000));
        Assert.Empty(counts.TakeUntold().Counted);
    }

    [Fact]
    public void A_clock_that_is_set_back_forgets_nothing()
    {
        var counts = New(read: 5);
        _clock.Pass(600.5);
        Assert.Equal(5, Granted(counts, 10));
        _clock.Pass(-1);
        Assert.Equal(0, Granted(counts, 10));
        _clock.Pass(1);
        Assert.Equal(0, Granted(counts, 10));
    }

    [Fact]
    public void When_there_are_too_many_to_count_each_they_share_and_the_limit_still_holds()
    {
        var counts = New(read: 3, most: 100);
        foreach (var one in Enumerable.Range(0, 100))
            Assert.True(counts.Take(RouteClass.Read, Address(one)).Granted);
        var granted = Enumerable.Range(100, 100_000).Count(one => counts.Take(RouteClass.Read, Address(one)).Granted);
        Assert.InRange(granted, 1, 1024 * 3);
        Assert.True(counts.Take(RouteClass.Read, Address(5)).Granted);

        static ClientKey Address(int one) => ClientKey.At(new IPAddress(BitConverter.GetBytes(one)));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.4", false)]
    [InlineData("10.1.2.3", "::ffff:10.1.2.3", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "127.0.0.1", false)]
    public void An_address_is_counted_by_itself_in_IPv4_and_with_its_64_in_IPv6(string one, string other, bool same) =>
        Assert.Equal(same, ClientKey.At(IPAddress.Parse(one)) == ClientKey.At(IPAddress.Parse(other)));

    [Fact]
    public void What_is_told_arrives_and_what_is_foreign_is_nothing()
    {
        var line = Gen.Select(Gen.Enum<RouteClass>(), Gen.Bool, Gen.ULong, Gen.ULong, Gen.Int[1, int.MaxValue])
            .Select((of, isUser, high, low, requests) => (new RequestCounts.Key(of, new ClientKey(isUser, new UInt128(high, low))), requests));
        Gen.Select(Gen.Guid, Gen.Long, line.List[0, 50]).Sample((sender, window, counted) =>
        {
            var told = CountsMessage.Unpack(CountsMessage.Pack(sender, window, counted))!.Value;
            Assert.Equal((sender, window), (told.Sender, told.Window));
            Assert.Equal(counted, told.Counted);
        });
        Gen.Byte.Array[0, 200].Sample(foreign => _ = CountsMessage.Unpack(foreign));
        Assert.Null(CountsMessage.Unpack([.. new byte[24], 99, .. new byte[21]]));
    }

    private static int Granted(RequestCounts counts, int tries) => Enumerable.Range(0, tries).Count(_ => counts.Take(RouteClass.Read, Somebody).Granted);

    private void Hear(RequestCounts counts, int requests)
    {
        if (requests > 0)
            counts.Hear(new DatabaseClock(_clock).Now.ToUnixTimeSeconds() / 60, new(RouteClass.Read, Somebody), requests);
    }

    private RequestCounts New(int read, int write = 1, int most = 1000) =>
        new(new DatabaseClock(_clock), Options.Create(new RateLimitingOptions { Read = read, Write = write, MaxCounts = most }));

    private sealed class Clock : TimeProvider
    {
        private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        private DateTimeOffset _now = Start;

        public void Pass(double seconds) => _now += TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));

        public void Reset() => _now = Start;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
