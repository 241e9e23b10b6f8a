using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Features.Accounts.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts;

/// <param name="Token">Token from the link: everything after the #.</param>
[ValidatableType]
public sealed record VerifyEmailRequest([property: Required, StringLength(200)] string? Token);

internal static class VerifyEmail
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/verify-email", Handle)
        .WithName("VerifyEmail").WithSummary("Verify an address with a link")
        .WithDescription("The link works once, and only for the address that it was sent to. A pending address replaces the current one. The previous address gets a mail if it " +
            "was verified.")
        .Refuses(Problems.LinkExpired, Problems.EmailTaken);

    public static void MapResend(IEndpointRouteBuilder routes) => routes.MapPost("/auth/resend-verification", Resend)
        .WithName("ResendVerification").WithSummary("Request another link to verify your address")
        .WithDescription("The server sends nothing if the address is already verified, if a link was sent less than a minute ago, or if today's limit is reached. No body is " +
            "needed. The server does not read it.");

    private static async Task<Results<NoContent, Problem>> Handle(
        Body<VerifyEmailRequest> body, UsherDb db, AccountLinks links, CancellationToken cancellationToken)
    {
        var token = body.Value.Token!;
        try
        {
            await using var change = await Change.Begin(db, cancellationToken);
            if (await links.HoldOwner(LinkPurpose.VerifyEmail, token, change, cancellationToken) is not ({ } user, { } link)
                || !await links.Use(LinkPurpose.VerifyEmail, token, user.Id, change, cancellationToken))
                return new Problem(Problems.LinkExpired);
            db.Attach(user);
            if (link.EmailKey != user.EmailKey)
                Move(user, links, change);
            user.EmailVerified = true;
            user.Version++;
            change.Audit(AuditAction.EmailVerified, user.Id, userId: user.Id);
            await change.Commit(cancellationToken);
        }
        catch (DbUpdateException exception) when (Taken.ByRace(exception, db) is { } taken)
        {
            return taken;
        }
        return TypedResults.NoContent();
    }

    /// <summary>The former address is notified by mail, with a link to undo the change, unless it was unverified.</summary>
    private static void Move(User user, AccountLinks links, Change change)
    {
        if (user.EmailVerified)
        {
            change.Db.FormerAddresses.Add(new FormerAddress { Id = Guid.CreateVersion7(change.Now), UserId = user.Id, Email = user.Email, EmailKey = user.EmailKey, ReplacedAt = change.Now });
            links.Add(LinkPurpose.UndoEmailChange, user.EmailKey, user.Id, change);
        }
        (user.Email, user.EmailKey) = (user.PendingEmail!, user.PendingEmailKey!);
        (user.PendingEmail, user.PendingEmailKey) = (null, null);
        change.Publish(MessageTypes.EmailChanged, userId: user.Id);
        change.Audit(AuditAction.EmailChanged, user.Id, userId: user.Id);
    }

    private static async Task<Accepted> Resend(
        Caller caller, UsherDb db, AccountLinks links, CancellationToken cancellationToken)
    {
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            var user = await change.Hold(caller, cancellationToken);
            if ((user.PendingEmailKey ?? (user.EmailVerified ? null : user.EmailKey)) is { } key)
                await links.Ask(LinkPurpose.VerifyEmail, key, user.Id, isVerified: false, change, cancellationToken);
            await change.Commit(cancellationToken);
        }
        return TypedResults.Accepted((string?)null);
    }
}
