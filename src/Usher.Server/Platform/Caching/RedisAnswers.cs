using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Caching;

/// <summary>
/// Kept answers that several processes share, and the name of the edition they belong to. Each edit gives the edition a
/// new name, which stands in Redis and is part of every key: what is found was read after the last edit that was
/// announced. Redis saves work and decides nothing; when it is away, this process reads for itself.
/// </summary>
internal sealed partial class RedisAnswers(
    string connection, CatalogueEdition edition, DatabaseClock clock, TimeProvider time, IOptions<CachingOptions> options, ILogger<RedisAnswers> log)
    : IHostedService, IAsyncDisposable
{
    /// <summary>Nobody waits longer for Redis, whatever is wrong with it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>For how long nobody asks it again after it failed.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(1);

    private readonly string _prefix = options.Value.KeyPrefix;
    private readonly Receipts _receipts = new();
    private readonly Lock _turn = new();
    private volatile ConnectionMultiplexer? _redis;
    private long _restsUntil;

    /// <summary>Null while an edit of this process may be unknown to the others: until that is made up for, nothing is shared.</summary>
    private volatile string? _name;
    private long _edits;

    private RedisKey NameKey => $"{_prefix}:edition";
    private RedisChannel Edits => RedisChannel.Literal($"{_prefix}:edits");

    private RedisChannel ReceiptsOf(string address) => RedisChannel.Literal($"{_prefix}:receipts:{address}");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = ConfigurationOptions.Parse(connection);
        settings.AbortOnConnectFail = false;
        settings.ConnectTimeout = 1000;
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        settings.ClientName ??= "usher";
        _redis = await ConnectionMultiplexer.ConnectAsync(settings);
        // An edit may have been told while nobody listened here.
        _redis.ConnectionRestored += (_, _) => edition.Advance();
        // What is subscribed while Redis is away is subscribed when it comes.
        await Try(redis => redis.GetSubscriber().SubscribeAsync(Edits, (_, message) => Hear(message.ToString())), StartPatience);
        await Try(redis => redis.GetSubscriber().SubscribeAsync(ReceiptsOf(_receipts.Address), (_, message) => _receipts.Receive(message.ToString())), StartPatience);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _redis?.DisposeAsync() ?? default;

    /// <summary>What is asked now is asked of this edition.</summary>
    public Question Ask() => new(_name, clock.Now);

    /// <summary>An answer that some process read for the edition there is now, or null.</summary>
    public async Task<KeptAnswer?> Find(string key, TimeSpan youngerThan)
    {
        if (IsResting)
            return null;
        // The edition first: an edit of this process takes the name away before it makes the next one.
        var (of, now) = (edition.Current, time.GetTimestamp());
        if (_name is not { } name)
        {
            await Announce();
            return null;
        }
        RedisValue[] found = [];
        if (!await Try(async redis => found = await redis.GetDatabase().StringGetAsync([NameKey, KeyOf(name, key)]), Patience))
            return null;
        if (found[0].IsNull)
        {
            // Somebody emptied it.
            await Announce();
            return null;
        }
        if (found[0] != name)
        {
            Adopt(found[0]!, insteadOf: name);
            return null;
        }
        if (found[1].IsNull || KeptAnswer.Unpack(found[1]!) is not { } packed)
            return null;
        var age = clock.Now - packed.ReadAt;
        return age < youngerThan && age > -youngerThan
            ? new KeptAnswer(packed.Rendered, packed.Link, now - (long)(age.TotalSeconds * time.TimestampFrequency), of)
            : null;
    }

    public void Store(string key, KeptAnswer answer, Question asked)
    {
        var left = KeptAnswers.Lifetime - (clock.Now - asked.At);
        if (asked.Name is null || IsResting || left < TimeSpan.FromMilliseconds(1))
            return;
        _ = Try(redis => redis.GetDatabase().StringSetAsync(KeyOf(asked.Name, key), answer.Pack(asked.At), left), Patience);
    }

    /// <summary>Gives the edition a new name and waits until every process has heard of it, or patience ends.</summary>
    public async Task Announce()
    {
        var (name, began, edit) = (Guid.CreateVersion7().ToString("N"), time.GetTimestamp(), 0L);
        lock (_turn)
            (_name, edit) = (null, ++_edits);
        edition.Advance();
        if (IsResting)
            return;

        var receipt = _receipts.Expect(name);
        var all = Task.CompletedTask;
        if (await Try(async redis =>
            {
                await redis.GetDatabase().StringSetAsync(NameKey, name);
                lock (_turn)
                    if (_edits == edit)
                        _name = name;
                all = receipt.From(await redis.GetSubscriber().PublishAsync(Edits, $"{_receipts.Address}:{name}"));
            }, Patience)
            && Patience - time.GetElapsedTime(began) is { Ticks: > 0 } left)
            // A process that sleeps keeps nobody: its answers are old in a moment.
            await all.WaitAsync(left, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _receipts.Forget(name);
    }

    private void Adopt(string current, string insteadOf)
    {
        lock (_turn)
        {
            if (_name != insteadOf)
                return;
            _name = current;
        }
        edition.Advance();
    }

    private void Hear(string message)
    {
        if (message.Split(':') is not [var sender, var name])
            return;
        if (sender == _receipts.Address)
        {
            _receipts.Receive(name);
            return;
        }
        edition.Advance();
        _redis!.GetSubscriber().Publish(ReceiptsOf(sender), name, CommandFlags.FireAndForget);
    }

    /// <summary>Requests are served while it is still being connected to.</summary>
    private bool IsResting => _redis is null || time.GetTimestamp() < Volatile.Read(ref _restsUntil);

    private RedisKey KeyOf(string name, string key) => $"{_prefix}:answer:{name}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    /// <summary>False when it did not succeed in time; nobody asks again for a while then.</summary>
    private async Task<bool> Try(Func<ConnectionMultiplexer, Task> ask, TimeSpan patience)
    {
        try
        {
            await ask(_redis!).WaitAsync(patience, time);
            return true;
        }
        catch (Exception away) when (away is RedisException or TimeoutException or ObjectDisposedException)
        {
            if (!IsResting)
                Log.Away(log, away.Message);
            Volatile.Write(ref _restsUntil, time.GetTimestamp() + (long)(Rest.TotalSeconds * time.TimestampFrequency));
            return false;
        }
    }

    /// <param name="Name">Of the edition when it was asked.</param>
    /// <param name="At">On the database's clock.</param>
    public readonly record struct Question(string? Name, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis is away, every process reads for itself: {Reason}")]
        public static partial void Away(ILogger log, string reason);
    }
}
