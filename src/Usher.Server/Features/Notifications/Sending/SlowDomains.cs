using Usher.Domain;

namespace Usher.Server.Features.Notifications.Sending;

/// <summary>
/// A circuit breaker for each host of recipients. A host that failed gets one message at a time. After three failures in a row it gets
/// none for a while, longer each time. A host that is down costs the others one connection at most.
/// </summary>
internal sealed class SlowDomains(TimeSpan shortest, TimeProvider time)
{
    private const int Patience = 3;

    private readonly Backoff _pauses = new(shortest, TimeSpan.FromHours(1));
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Trouble> _troubles = [];

    /// <returns>Null if a message may be attempted; report its outcome here. Otherwise the time of the next attempt.</returns>
    public DateTimeOffset? Enter(string domain)
    {
        lock (_lock)
        {
            if (!_troubles.TryGetValue(domain, out var trouble))
                return null;
            var now = time.GetUtcNow();
            if (trouble.PausedUntil > now)
                return trouble.PausedUntil;
            if (trouble.IsTried)
                return now + shortest / 6;
            trouble.IsTried = true;
            return null;
        }
    }

    public void Leave(string domain, bool failed)
    {
        lock (_lock)
        {
            if (!failed)
            {
                _troubles.Remove(domain);
                return;
            }
            if (!_troubles.TryGetValue(domain, out var trouble))
                _troubles[domain] = trouble = new Trouble();
            trouble.IsTried = false;
            if (++trouble.Failures < Patience)
                return;
            trouble.PausedUntil = time.GetUtcNow() + _pauses.After(trouble.Failures - Patience + 1, Random.Shared.NextDouble());
        }
    }

    private sealed class Trouble
    {
        public int Failures;
        public bool IsTried;
        public DateTimeOffset PausedUntil;
    }
}
