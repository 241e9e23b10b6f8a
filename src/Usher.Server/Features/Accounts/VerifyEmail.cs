using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform.Auditing;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts;

/// <param name="Token">From the link, all that stands behind its #.</param>
[ValidatableType]
public sealed record VerifyEmailRequest([property: Required, StringLength(200)] string? Token);

internal static class VerifyEmail
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/verify-email", Handle)
        .WithName("VerifyEmail").WithSummary("Verify an address with a link")
        .WithDescription("The link is good once, and only for the address it was sent to.")
        .Refuses(Problems.LinkExpired);

    public static void MapResend(IEndpointRouteBuilder routes) => routes.MapPost("/auth/resend-verification", Resend)
        .WithName("ResendVerification").WithSummary("Ask for another link to verify your address")
        .WithDescription("Nothing is sent when it is verified already, or when a link was sent less than a minute ago. A body is not needed and not read.");

    private static async Task<Results<NoContent, Problem>> Handle(
        Body<VerifyEmailRequest> body, UsherDb db, IDatabaseEngine engine, DatabaseClock clock, AccountLinks links, CancellationToken cancellationToken)
    {
        var token = body.Value.Token!;
        await using var change = await Change.Begin(db, engine, cancellationToken);
        if (await links.Owner(LinkPurpose.VerifyEmail, token, db, cancellationToken) is not { } user)
            return new Problem(Problems.LinkExpired);
        await change.LockAccount(user.Id, AccountLock.Change, cancellationToken);
        if (!await links.Use(LinkPurpose.VerifyEmail, token, user.Id, db, cancellationToken)
            // Not if the address has been changed meanwhile.
            || await db.Users.Where(u => u.Id == user.Id && u.EmailKey == user.EmailKey).ExecuteUpdateAsync(set => set
                .SetProperty(u => u.EmailVerified, true).SetProperty(u => u.Version, u => u.Version + 1), cancellationToken) == 0)
            return new Problem(Problems.LinkExpired);
        db.Note(AuditAction.EmailVerified, clock.Now, user.Id, userId: user.Id);
        await change.Commit(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted> Resend(
        Caller caller, UsherDb db, IDatabaseEngine engine, AccountLinks links, OutboxSignal signal, CancellationToken cancellationToken)
    {
        await using (var change = await Change.Begin(db, engine, cancellationToken))
        {
            if (await db.Users.Where(u => u.Id == caller.UserId && !u.EmailVerified).Select(u => u.EmailKey).SingleOrDefaultAsync(cancellationToken) is { } key)
                await links.Ask(LinkPurpose.VerifyEmail, key, caller.UserId, db, cancellationToken);
            await change.Commit(cancellationToken);
        }
        signal.Raise();
        return TypedResults.Accepted((string?)null);
    }
}
