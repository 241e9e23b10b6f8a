using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Usher.Server.Platform.Caching;

namespace Usher.Server.Platform.Limits;

/// <summary>
/// Tells the other processes through Redis what was counted here, and adds what they tell. No request waits for it, and
/// while Redis is away each process holds the limit by itself.
/// </summary>
internal sealed class SharedCounts(RequestCounts counts, RedisLink redis, TimeProvider time, IOptions<CachingOptions> options) : BackgroundService
{
    /// <summary>By so much the sums of the others are old, and what they grant meanwhile may be too many.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Guid _sender = Guid.CreateVersion7();

    private RedisChannel Channel => RedisChannel.Literal($"{options.Value.KeyPrefix}:requests");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await redis.Listen(Channel, message => Hear(message!));
        using var pause = new PeriodicTimer(Pause, time);
        while (await pause.WaitForNextTickAsync(stoppingToken))
            if (!redis.IsResting && counts.TakeUntold() is { Counted.Count: > 0 } told)
                await redis.Try(to => to.GetSubscriber().PublishAsync(Channel, CountsMessage.Pack(_sender, told.Window, told.Counted)));
    }

    private void Hear(byte[] message)
    {
        if (CountsMessage.Unpack(message) is not { } told || told.Sender == _sender)
            return;
        foreach (var (key, requests) in told.Counted)
            counts.Hear(told.Window, key, requests);
    }
}
