using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <param name="Token">Token from the link: everything after the #.</param>
[ValidatableType]
public sealed record UndoEmailChangeRequest([property: Required, StringLength(200)] string? Token);

internal sealed partial class UndoEmailChange
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/undo-email-change", Handle)
        .WithName("UndoEmailChange").WithSummary("Undo a change of address with a link")
        .WithDescription("The link is sent to the previous address of the account. The account gets that address back, verified. The person who changed the address may also " +
            "have set the password and a second factor. The current password therefore stops working, a second factor that was set up since the change is turned " +
            "off, and all sessions end. The address gets a link to set a new password.")
        .Refuses(Problems.LinkExpired, Problems.EmailTaken);

    private static async Task<Results<NoContent, Problem>> Handle(
        Body<UndoEmailChangeRequest> body, UsherDb db, DatabaseClock clock, AccountLinks links, RevokedSessions revoked,
        ILogger<UndoEmailChange> log, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        List<Guid> ended;
        Guid userId;
        try
        {
            await using var change = await Change.Begin(db, cancellationToken);
            if (await links.HoldOwner(LinkPurpose.UndoEmailChange, body.Value.Token!, change, cancellationToken) is not ({ } user, { } link)
                || await db.FormerAddresses.AsNoTracking().Where(a => a.UserId == user.Id && a.EmailKey == link.EmailKey).OrderByDescending(a => a.Id).FirstOrDefaultAsync(cancellationToken) is not { } former)
                return new Problem(Problems.LinkExpired);
            userId = user.Id;
            // Of several changes, the earliest address has the last word, because the same person made the later ones.
            await db.AccountLinks.Where(l => l.UserId == userId && l.UsedAt == null && (l.Purpose != LinkPurpose.UndoEmailChange || l.CreatedAt >= link.CreatedAt))
                .ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, now), cancellationToken);
            await db.FormerAddresses.Where(a => a.UserId == userId && a.ReplacedAt >= former.ReplacedAt).ExecuteDeleteAsync(cancellationToken);
            await db.SecondFactors.Where(f => f.UserId == userId && (f.ConfirmedAt == null || f.ConfirmedAt >= former.ReplacedAt)).ExecuteDeleteAsync(cancellationToken);
            await db.LogInFailures.Where(LogInGuard.AreOf(userId)).ExecuteDeleteAsync(cancellationToken);
            ended = await db.EndSessions(userId, keep: null, now, cancellationToken);
            db.Attach(user);
            (user.Email, user.EmailKey, user.EmailVerified) = (former.Email, link.EmailKey, true);
            (user.PendingEmail, user.PendingEmailKey, user.PasswordHash) = (null, null, "");
            user.Version++;
            await links.Ask(LinkPurpose.ResetPassword, link.EmailKey, userId, isVerified: true, change, cancellationToken);
            change.Audit(AuditAction.EmailChangeUndone, userId, userId: userId);
            await change.Commit(cancellationToken);
        }
        catch (DbUpdateException exception) when (Taken.ByRace(exception, db) is { } taken)
        {
            return taken;
        }
        ended.ForEach(session => revoked.Add(session, now));
        Undone(log, userId, ended.Count);
        return TypedResults.NoContent();
    }

    [LoggerMessage(1, LogLevel.Warning, "{UserId} has taken the change of the address back; sessions ended: {Sessions}")]
    private static partial void Undone(ILogger log, Guid userId, int sessions);
}
