using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <param name="LastUsedAt">Time at which the tokens of the session were last refreshed.</param>
/// <param name="ExpiresAt">Time at which the session ends unless it is refreshed before.</param>
/// <param name="UserAgent">User agent of the client that signed in.</param>
/// <param name="Current">Whether this request belongs to the session.</param>
public sealed record SessionResponse(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string? UserAgent, bool Current);

internal sealed partial class Sessions
{
    private static readonly QueryParameters Parameters = new(PageRequest.Parameters);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/me/sessions", Methods.Read, List)
            .WithName("ListSessions").WithSummary("List your sessions").WithDescription("Lists your open sessions. The most recently used session comes first.")
            .WithQuery(Parameters).Refuses(Problems.PageTooDeep);
        routes.MapDelete("/me/sessions/{id:uuid}", End)
            .WithName("EndSession").WithSummary("End a session").WithDescription("Ends one of your sessions. Its tokens stop working within seconds.")
            .Refuses(Problems.NotFound);
    }

    private static async Task<Tagged<Paged<SessionResponse>>> List(Caller caller, HttpContext context, UsherDb db, DatabaseClock clock, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(Parameters.Read(context.Request));
        var open = Open(caller, db, clock.Now).OrderByDescending(s => s.LastUsedAt).ThenBy(s => s.Id);
        var counted = await PageRequest.Count(open, cancellationToken);
        var sessions = await page.Cut(open)
            .Select(s => new SessionResponse(s.Id, s.CreatedAt, s.LastUsedAt, s.ExpiresAt, s.UserAgent, s.Id == caller.SessionId))
            .ToListAsync(cancellationToken);
        return new(page.Of(sessions, counted, context), null);
    }

    private static async Task<Results<NoContent, Problem>> End(
        Guid id, Caller caller, UsherDb db, DatabaseClock clock, RevokedSessions revoked, ILogger<Sessions> log, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        await using var change = await Change.Begin(db, cancellationToken);
        if (await Open(caller, db, now).Where(s => s.Id == id).End(now, cancellationToken) == 0)
            return new Problem(Problems.NotFound);
        await change.Commit(cancellationToken);
        revoked.Add(id, now);
        Log.Ended(log, caller.UserId, id);
        return TypedResults.NoContent();
    }

    private static IQueryable<Session> Open(Caller caller, UsherDb db, DateTimeOffset now) =>
        db.Sessions.Where(s => s.UserId == caller.UserId && s.RevokedAt == null && s.ExpiresAt > now);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{UserId} ended session {SessionId}")]
        public static partial void Ended(ILogger log, Guid userId, Guid sessionId);
    }
}
