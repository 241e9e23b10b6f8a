using Usher.Domain.Accounts;
using Xunit;

namespace Usher.UnitTests.Accounts;

public sealed class LogInFailuresTests
{
    private static readonly DateTimeOffset Last = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(10, 32)]
    [InlineData(13, 256)]
    [InlineData(14, 300)]
    [InlineData(1_000, 300)]
    [InlineData(int.MaxValue, 300)]
    public void The_next_attempt_waits_twice_as_long_each_time_and_never_longer_than_five_minutes(int failures, int seconds) =>
        Assert.Equal(Last.AddSeconds(seconds), new LogInFailures { Key = "x", Count = failures, LastAt = Last }.NextAt);
}
