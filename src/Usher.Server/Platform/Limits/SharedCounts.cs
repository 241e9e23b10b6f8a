using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Usher.Server.Platform.Caching;
using Usher.Server.Platform.Jobs;

namespace Usher.Server.Platform.Limits;

/// <summary>
/// Tells the other processes through Redis what was counted here, and adds what they tell. No request waits for it, and
/// while Redis is away each process holds the limit by itself.
/// </summary>
internal sealed class SharedCounts(
    RequestCounts counts, RedisLink redis, IOptions<CachingOptions> options, JobHealth jobs, TimeProvider time, ILogger<SharedCounts> log) : SupervisedWork(jobs, time, log)
{
    /// <summary>By so much the sums of the others are old, and what they grant meanwhile may be too many.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Guid _sender = Guid.CreateVersion7();
    private bool _listens;

    private RedisChannel Channel => RedisChannel.Literal($"{options.Value.KeyPrefix}:requests");

    protected override async Task Run(CancellationToken stoppingToken)
    {
        // Told twice, a message would count twice.
        if (!_listens)
            await redis.Listen(Channel, message => Hear(message!));
        _listens = true;
        using var pause = new PeriodicTimer(Pause, Time);
        while (await pause.WaitForNextTickAsync(stoppingToken))
        {
            if (!redis.IsResting && counts.TakeUntold() is { Counted.Count: > 0 } told)
                await redis.Try(to => to.GetSubscriber().PublishAsync(Channel, CountsMessage.Pack(_sender, told.Window, told.Counted)));
            Worked();
        }
    }

    private void Hear(byte[] message)
    {
        if (CountsMessage.Unpack(message) is not { } told || told.Sender == _sender)
            return;
        foreach (var (key, requests) in told.Counted)
            counts.Hear(told.Window, key, requests);
    }
}
