using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Caching;

/// <summary>
/// Cached responses that processes share through Redis, and the name of their edition. Each edit gives the edition a new name, which is
/// stored in Redis and is part of every key, so a hit was read after the last announced edit. Redis only saves work: while it is
/// unreachable, this process reads for itself.
/// </summary>
internal sealed class RedisAnswers(RedisLink redis, CatalogueEdition edition, DatabaseClock clock, TimeProvider time, IOptions<CachingOptions> options) : IHostedService
{
    private readonly string _prefix = options.Value.KeyPrefix;
    private readonly Lock _turn = new();

    /// <summary>
    /// Null while other processes may not know of an edit of this process. Until the next successful announcement, nothing is shared.
    /// </summary>
    private volatile string? _name;
    private long _edits;

    private RedisKey NameKey => $"{_prefix}:edition";
    private RedisChannel Edits => RedisChannel.Literal($"{_prefix}:edits");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // An edit may have been announced while this process was disconnected.
        redis.Restored += edition.Advance;
        await redis.Listen(Edits, message => Hear(message.ToString()));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A query that starts now belongs to this edition.</summary>
    public Question Ask() => new(_name, clock.Now);

    /// <summary>A response that some process read for the current edition, or null.</summary>
    public async Task<KeptAnswer?> Find(string key, TimeSpan youngerThan)
    {
        if (redis.IsResting)
            return null;
        // Read the edition first: an edit of this process clears the name before it creates the next edition.
        var (of, now) = (edition.Current, time.GetTimestamp());
        if (_name is not { } name)
        {
            await Announce();
            return null;
        }
        RedisValue[] found = [];
        if (!await redis.Try(async to => found = await to.GetDatabase().StringGetAsync([NameKey, KeyOf(name, key)])))
            return null;
        if (found[0].IsNull)
        {
            // Redis was emptied.
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
        if (asked.Name is null || redis.IsResting || left < TimeSpan.FromMilliseconds(1))
            return;
        _ = redis.Try(to => to.GetDatabase().StringSetAsync(KeyOf(asked.Name, key), answer.Pack(asked.At), left));
    }

    /// <summary>Gives the edition a new name, and publishes it to the other processes.</summary>
    public async Task Announce()
    {
        var (name, edit) = (Guid.CreateVersion7().ToString("N"), 0L);
        lock (_turn)
            (_name, edit) = (null, ++_edits);
        edition.Advance();
        if (redis.IsResting)
            return;
        await redis.Try(async to =>
        {
            await to.GetDatabase().StringSetAsync(NameKey, name);
            lock (_turn)
                if (_edits == edit)
                    _name = name;
            await to.GetSubscriber().PublishAsync(Edits, name);
        });
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

    private void Hear(string name)
    {
        if (name != _name)
            edition.Advance();
    }

    private RedisKey KeyOf(string name, string key) => $"{_prefix}:answer:{name}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    /// <param name="Name">Name of the edition when the query started.</param>
    /// <param name="At">Start of the query on the database's clock.</param>
    public readonly record struct Question(string? Name, DateTimeOffset At);
}
