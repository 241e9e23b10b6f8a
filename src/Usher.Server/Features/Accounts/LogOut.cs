using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

internal sealed partial class LogOut
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/auth/logout", Handle)
        .WithName("LogOut").WithSummary("Log out")
        .WithDescription("Ends the session of the access token. Its refresh token stops working at once, and its access token within seconds. No body is needed. The server " +
            "does not read it.");

    private static async Task<NoContent> Handle(
        Caller caller, UsherDb db, DatabaseClock clock, RevokedSessions revoked, ILogger<LogOut> log, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        await using var change = await Change.Begin(db, cancellationToken);
        await db.Sessions.Where(s => s.Id == caller.SessionId).End(now, cancellationToken);
        await change.Commit(cancellationToken);
        revoked.Add(caller.SessionId, now);
        Log.LoggedOut(log, caller.UserId);
        return TypedResults.NoContent();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{UserId} logged out")]
        public static partial void LoggedOut(ILogger log, Guid userId);
    }
}

internal static class EndingSessions
{
    /// <returns>Number of sessions that were open.</returns>
    public static Task<int> End(this IQueryable<Session> sessions, DateTimeOffset now, CancellationToken cancellationToken) =>
        sessions.Where(s => s.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(s => s.RevokedAt, now), cancellationToken);

    /// <summary>Ends all open sessions of an account, except one that may continue.</summary>
    /// <returns>Ids of the ended sessions. Pass them to the revocation list, so that this process rejects their tokens from the commit on.</returns>
    public static async Task<List<Guid>> EndSessions(this UsherDb db, Guid userId, Guid? keep, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await db.Sessions.Where(s => s.UserId == userId && s.Id != keep && s.RevokedAt == null).Select(s => s.Id).ToListAsync(cancellationToken);
        await db.Sessions.Where(s => s.UserId == userId && s.Id != keep).End(now, cancellationToken);
        return open;
    }
}
