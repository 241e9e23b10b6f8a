using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Jobs;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Platform.Security;

/// <summary>Ended sessions whose tokens may still be valid.</summary>
internal sealed class RevokedSessions
{
    /// <summary>The longest lifetime of a token, its skew, and a margin for the commit that ended the session.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(17);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _ended = new();

    public bool Contains(Guid sessionId) => _ended.ContainsKey(sessionId);

    /// <summary>From now on this process rejects the session's tokens. The others learn of it within seconds.</summary>
    public void Add(Guid sessionId, DateTimeOffset revokedAt) => _ended.TryAdd(sessionId, revokedAt);

    public void Forget(DateTimeOffset before)
    {
        foreach (var (session, revokedAt) in _ended)
            if (revokedAt < before)
                _ended.TryRemove(session, out _);
    }
}

/// <summary>Reads the sessions that other processes have ended.</summary>
internal sealed class ReadRevokedSessions(
    IServiceScopeFactory scopes, RevokedSessions revoked, DatabaseClock clock, TimeProvider time, ILogger<ReadRevokedSessions> log)
    : RepeatedWork(scopes, TimeSpan.FromSeconds(2), time, log)
{
    // A transaction that ends a session sets its instant before it commits.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    private DateTimeOffset _readUntil = DateTimeOffset.MinValue;

    protected override bool BacksOff => false;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TakeTurn(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task Work(UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        var oldest = now - RevokedSessions.Window;
        var since = _readUntil > oldest ? _readUntil - Overlap : oldest;
        var ended = await db.Sessions.Where(s => s.RevokedAt > since).Select(s => new { s.Id, s.RevokedAt }).ToListAsync(cancellationToken);
        foreach (var session in ended)
            revoked.Add(session.Id, session.RevokedAt!.Value);
        revoked.Forget(oldest);
        _readUntil = now;
    }
}
