using StackExchange.Redis;

namespace Usher.Server.Platform.Caching;

/// <summary>
/// The one connection to Redis, behind a circuit breaker. A call waits for it no longer than its timeout, whatever is wrong with it;
/// a call that timed out opens the circuit for all callers, for a while.
/// </summary>
internal sealed partial class RedisLink : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>Time for which the circuit stays open after a failure.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ILogger<RedisLink> _log;
    private readonly Lazy<Task> _connecting;
    private volatile ConnectionMultiplexer? _redis;
    private long _restsUntil;

    public RedisLink(string connection, TimeProvider time, ILogger<RedisLink> log)
    {
        (_time, _log) = (time, log);
        _connecting = new(() => Connect(connection));
    }

    /// <summary>Raised after a reconnection: messages that were published meanwhile did not arrive here.</summary>
    public event Action? Restored;

    /// <summary>The program serves requests while it is still connecting to Redis.</summary>
    public bool IsResting => _redis is null || _time.GetTimestamp() < Volatile.Read(ref _restsUntil);

    /// <summary>Subscribes to a channel. A subscription that is made while Redis is unreachable takes effect on connection.</summary>
    public async Task Listen(RedisChannel channel, Action<RedisValue> hear)
    {
        await _connecting.Value;
        await Try(redis => redis.GetSubscriber().SubscribeAsync(channel, (_, message) => hear(message)), StartPatience);
    }

    /// <summary>Publishes without waiting for a result.</summary>

    /// <summary>False if the call did not succeed in time; the circuit is then open for a while.</summary>
    public Task<bool> Try(Func<ConnectionMultiplexer, Task> ask) => Try(ask, Patience);

    public ValueTask DisposeAsync() => _redis?.DisposeAsync() ?? default;

    private async Task<bool> Try(Func<ConnectionMultiplexer, Task> ask, TimeSpan patience)
    {
        try
        {
            await ask(_redis!).WaitAsync(patience, _time);
            return true;
        }
        catch (Exception away) when (away is RedisException or TimeoutException or ObjectDisposedException)
        {
            if (!IsResting)
                Log.Away(_log, away.Message);
            Volatile.Write(ref _restsUntil, _time.GetTimestamp() + (long)(Rest.TotalSeconds * _time.TimestampFrequency));
            return false;
        }
    }

    private async Task Connect(string connection)
    {
        var settings = ConfigurationOptions.Parse(connection);
        settings.AbortOnConnectFail = false;
        settings.ConnectTimeout = 1000;
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        settings.ClientName ??= "usher";
        var redis = await ConnectionMultiplexer.ConnectAsync(settings);
        redis.ConnectionRestored += (_, _) => Restored?.Invoke();
        _redis = redis;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis is away, every process works for itself: {Reason}")]
        public static partial void Away(ILogger log, string reason);
    }
}
