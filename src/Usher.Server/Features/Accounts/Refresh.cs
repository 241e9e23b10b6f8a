using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <param name="RefreshToken">The newest refresh token of the session.</param>
[ValidatableType]
public sealed record RefreshRequest([property: Required, StringLength(200)] string? RefreshToken);

internal sealed partial class Refresh
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/refresh", Handle)
        .WithName("Refresh").WithSummary("Get the next pair of tokens")
        .WithDescription("A refresh token works once. The server treats a second use as theft and ends the session. If the response was lost, you can send the token again " +
            "within 10 seconds, while its successor is unused.")
        .Refuses(Problems.RefreshTokenReused, Problems.TokenExpired);

    private static async Task<Results<Ok<SignedInResponse>, Problem>> Handle(
        Body<RefreshRequest> body, UsherDb db, DatabaseClock clock, RefreshChain chain,
        SignIn signIn, RevokedSessions revoked, ILogger<Refresh> log, CancellationToken cancellationToken)
    {
        var hash = RefreshChain.Hash(body.Value.RefreshToken!);
        await using var change = await Change.Begin(db, cancellationToken);
        if (await FindSession(hash, db, cancellationToken) is not { } session)
            return new Problem(Problems.TokenExpired);

        var now = clock.Now;
        // Locks the session's row: of two concurrent refreshes, the second reads the result of the first.
        var isAlive = await db.Sessions.Where(s => s.Id == session.Id && s.RevokedAt == null && s.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastUsedAt, now).SetProperty(s => s.ExpiresAt, signIn.EndOfSession(now)), cancellationToken) == 1;
        var token = await db.RefreshTokens.SingleAsync(t => t.Hash == hash, cancellationToken);
        var next = token.UsedAt is null ? chain.After(body.Value.RefreshToken!) : await LostReply(token, body.Value.RefreshToken!, chain, now, db, cancellationToken);
        if (next is null)
        {
            await db.Sessions.Where(s => s.Id == session.Id).End(now, cancellationToken);
            await change.Commit(cancellationToken);
            revoked.Add(session.Id, now);
            Log.Reused(log, session.UserId, session.Id);
            return new Problem(Problems.RefreshTokenReused);
        }
        if (!isAlive)
            return new Problem(Problems.TokenExpired);

        if (token.UsedAt is null)
        {
            token.UsedAt = now;
            token.SuccessorHash = RefreshChain.Hash(next);
            db.RefreshTokens.Add(new RefreshToken { Hash = token.SuccessorHash, SessionId = session.Id, CreatedAt = now });
        }
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == session.UserId, cancellationToken);
        await change.Commit(cancellationToken);
        return TypedResults.Ok(signIn.Answer(user, session.Id, next));
    }

    private static Task<Session?> FindSession(string hash, UsherDb db, CancellationToken cancellationToken) =>
        db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => db.RefreshTokens.Any(t => t.Hash == hash && t.SessionId == s.Id), cancellationToken);

    /// <summary>The first response again, for a client that may not have received it; null for a thief.</summary>
    private static async Task<string?> LostReply(RefreshToken used, string sent, RefreshChain chain, DateTimeOffset now, UsherDb db, CancellationToken cancellationToken) =>
        now - used.UsedAt < Grace && chain.Again(sent, used.SuccessorHash) is { } successor
        && await db.RefreshTokens.AnyAsync(t => t.Hash == used.SuccessorHash && t.UsedAt == null, cancellationToken) ? successor : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{UserId}: a refresh token came a second time, session {SessionId} is ended")]
        public static partial void Reused(ILogger log, Guid userId, Guid sessionId);
    }
}
