using Usher.Server.Platform;
using Xunit;

namespace Usher.UnitTests.Caching;

public sealed class FlightTests
{
    private readonly TaskCompletionSource<int> _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _token;

    [Fact]
    public async Task It_is_given_up_when_the_last_who_waits_has_gone_and_not_before()
    {
        var flight = Begin();
        using CancellationTokenSource first = new(), last = new();
        var (one, other) = (Join(flight, first.Token), Join(flight, last.Token));
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(flight.IsOver);
        await last.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        Assert.True(flight.IsOver);
        Assert.False(flight.TryBoard());
        await flight.Over;
        Assert.True(_token.IsCancellationRequested);
    }

    [Fact]
    public async Task Whoever_waits_is_told_what_was_read_or_why_not()
    {
        var flight = Begin();
        var waiting = Enumerable.Range(0, 3).Select(_ => Join(flight, CancellationToken.None)).ToArray();
        _read.SetResult(7);
        Assert.All(await Task.WhenAll(waiting), read => Assert.Equal(7, read));
        Assert.True(flight.IsOver);

        var failing = new Flight<int>(_ => throw new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => Join(failing, CancellationToken.None));
        await failing.Over;
    }

    [Fact]
    public async Task Leaving_after_it_has_landed_gives_nothing_up()
    {
        var flight = Begin();
        _read.SetResult(7);
        await flight.Over;
        Assert.Equal(7, await Join(flight, CancellationToken.None));
        Assert.False(_token.IsCancellationRequested);
    }

    private Flight<int> Begin() => new(async cancellationToken =>
    {
        _token = cancellationToken;
        return await _read.Task.WaitAsync(cancellationToken);
    });

    private static Task<int> Join(Flight<int> flight, CancellationToken gone)
    {
        Assert.True(flight.TryBoard());
        return flight.Land(gone);
    }
}
