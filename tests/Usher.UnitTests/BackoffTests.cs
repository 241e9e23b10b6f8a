using Usher.Domain;
using Xunit;

namespace Usher.UnitTests;

public sealed class BackoffTests
{
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1));

    [Fact]
    public void Pauses_double_up_to_the_longest()
    {
        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, 3600, 3600], Enumerable.Range(1, 9).Select(failures => Retries.After(failures).TotalSeconds));
        Assert.Equal(TimeSpan.FromHours(1), Retries.After(int.MaxValue));
        Assert.Equal(TimeSpan.FromHours(1), new Backoff(TimeSpan.FromHours(2), TimeSpan.FromHours(1)).After(1));
    }

    [Fact]
    public void What_failed_together_comes_back_spread_over_a_whole_pause() =>
        Assert.Equal([15, 30, 45], new[] { 0, 0.5, 1 }.Select(jitter => Retries.After(1, jitter).TotalSeconds));

    [Fact]
    public void Tries_of_a_day_end_after_a_day()
    {
        var day = TimeSpan.FromDays(1);
        var failures = Enumerable.Range(1, 1000).First(failures => Retries.HasLasted(day, failures));
        TimeSpan Waited(int tries) => Enumerable.Range(1, tries - 1).Aggregate(TimeSpan.Zero, (waited, i) => waited + Retries.After(i));
        Assert.True(Waited(failures) >= day && Waited(failures - 1) < day, $"It ends at {failures}, after {Waited(failures)}.");
        Assert.True(Retries.HasLasted(day, int.MaxValue));
        Assert.False(Retries.HasLasted(day, 1));
    }
}
