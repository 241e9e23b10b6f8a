using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Limits;

/// <summary>
/// A sliding window counter. Windows begin and end for all processes at once, by the database's clock. The share of the previous
/// window that a window ending now would still cover counts, too, so that no caller gets twice the quota at a boundary.
/// </summary>
internal sealed class RequestCounts(DatabaseClock clock, IOptions<RateLimitingOptions> options)
{
    private readonly RateLimitingOptions _options = options.Value;

    /// <summary>All times are in milliseconds, and all sums in whole numbers: nobody is a rounding error late.</summary>
    private readonly long _length = options.Value.WindowSeconds * 1000L;

    private Window _window = new(0, null, options.Value.MaxCounts);

    /// <summary>Counts a request, unless it is one too many.</summary>
    public Verdict Take(RouteClass of, ClientKey client)
    {
        var quota = _options.QuotaOf(of);
        var now = clock.Now.ToUnixTimeMilliseconds();
        var count = At(now / _length).Of(new Key(of, client));
        var passed = now % _length;
        var reset = SecondsIn(_length - passed);
        var made = count.Add();
        var room = (quota - made) * _length - count.Before * (_length - passed);
        if (room < 0)
        {
            count.TakeBack();
            return new Verdict(false, 0, reset, SecondsIn(WaitFor(quota, count.Before, made - 1, passed)));
        }
        count.Keep();
        return new Verdict(true, (int)(room / _length), reset, 0);
    }

    /// <summary>What this process counted since it was asked last, of the window there is now.</summary>
    public (long Window, IReadOnlyList<(Key Key, int Requests)> Counted) TakeUntold()
    {
        var window = At(clock.Now.ToUnixTimeMilliseconds() / _length);
        return (window.Index, [.. window.TakeUntold()]);
    }

    /// <summary>What another process counted. Of another window than this one's it is too late, or too early by the difference of two clocks.</summary>
    public void Hear(long window, Key key, int requests)
    {
        if (At(clock.Now.ToUnixTimeMilliseconds() / _length) is var current && current.Index == window)
            current.Of(key).Add(requests);
    }

    /// <summary>A clock that was set back a little does not bring the last window back, which would forget this one.</summary>
    private Window At(long index)
    {
        while (true)
        {
            var current = Volatile.Read(ref _window);
            if (index == current.Index || index == current.Index - 1)
                return current;
            Interlocked.CompareExchange(ref _window, new Window(index, index == current.Index + 1 ? current : null, _options.MaxCounts), current);
        }
    }

    /// <summary>Until the rest of the window before, and this one's requests, leave room for one.</summary>
    private long WaitFor(long quota, int before, int made, long passed) => made < quota
        ? _length - (quota - made - 1) * _length / before - passed
        : _length - passed + _length - (quota - 1) * _length / made;

    private static int SecondsIn(long milliseconds) => (int)((milliseconds + 999) / 1000);

    public readonly record struct Key(RouteClass Class, ClientKey Client);

    private sealed class Window(long index, Window? last, int most)
    {
        private readonly ConcurrentDictionary<Key, Count> _counts = new();
        private readonly ConcurrentQueue<Count> _untold = new();

        /// <summary>Only its counts: it must not keep all windows there ever were.</summary>
        private readonly ConcurrentDictionary<Key, Count>? _before = last?._counts;
        private int _size;

        public long Index => index;

        public Count Of(Key key)
        {
            if (_counts.TryGetValue(key, out var count))
                return count;
            if (Volatile.Read(ref _size) >= most)
                key = key with { Client = key.Client.Crowd };
            return _counts.GetOrAdd(key, static (key, window) =>
            {
                Interlocked.Increment(ref window._size);
                return new Count(key, window._before?.GetValueOrDefault(key)?.Made ?? 0, window._untold);
            }, this);
        }

        public IEnumerable<(Key, int)> TakeUntold()
        {
            while (_untold.TryDequeue(out var count))
                if (count.TakeUntold() is > 0 and var requests)
                    yield return (count.Key, requests);
        }
    }

    private sealed class Count(Key key, int before, ConcurrentQueue<Count> toTell)
    {
        private int _made, _untold;

        public Key Key => key;

        /// <summary>Requests in the window before.</summary>
        public int Before => before;

        public int Made => Volatile.Read(ref _made);

        public int Add(int requests = 1) => Interlocked.Add(ref _made, requests);

        public void TakeBack() => Interlocked.Decrement(ref _made);

        /// <summary>It was granted: the others are to know.</summary>
        public void Keep()
        {
            if (Interlocked.Increment(ref _untold) == 1)
                toTell.Enqueue(this);
        }

        public int TakeUntold() => Interlocked.Exchange(ref _untold, 0);
    }
}

/// <param name="Left">Requests that may follow in this window.</param>
/// <param name="ResetSeconds">To the end of the window.</param>
/// <param name="RetryAfterSeconds">After which one more is granted, if it is refused now.</param>
internal readonly record struct Verdict(bool Granted, int Left, int ResetSeconds, int RetryAfterSeconds);
