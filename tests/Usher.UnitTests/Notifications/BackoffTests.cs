using Usher.Domain.Notifications;
using Xunit;

namespace Usher.UnitTests.Notifications;

public class BackoffTests
{
    [Fact]
    public void Pauses_double_up_to_an_hour_and_end_after_a_day()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(30), TimeSpan.FromHours(24));
        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, 3600, 3600], Enumerable.Range(1, 9).Select(attempt => backoff.After(attempt, 1)!.Value.TotalSeconds));
        var pauses = Enumerable.Range(1, 1000).Select(attempt => backoff.After(attempt, 1)).TakeWhile(pause => pause is not null).Select(pause => pause!.Value).ToList();
        Assert.InRange(pauses.Aggregate((a, b) => a + b), TimeSpan.FromHours(24), TimeSpan.FromHours(25));
        Assert.Null(backoff.After(int.MaxValue, 0));
    }

    [Fact]
    public void What_failed_together_comes_back_spread_over_half_a_pause() =>
        Assert.Equal((TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30)),
            (new Backoff(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)).After(1, 0), new Backoff(TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)).After(1, 1)));
}
