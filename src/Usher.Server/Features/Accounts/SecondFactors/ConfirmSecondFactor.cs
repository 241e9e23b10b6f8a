using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <param name="Code">Six digits from the authenticator app.</param>
[ValidatableType]
public sealed record ConfirmSecondFactorRequest([property: Required, StringLength(64)] string? Code);

internal sealed partial class ConfirmSecondFactor
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/second-factor/confirm", Handle)
        .WithName("ConfirmSecondFactor").WithSummary("Turn on the second factor")
        .WithDescription("Send a first code of the app. From then on, signing in requires a code. All your other sessions end, because they started without one. The recovery " +
            "codes are shown only this once. Each one opens the account once when the app is not available.")
        .Refuses(Problems.InvalidCode, Problems.SecondFactorOn, Problems.SecondFactorOff, Problems.TooManyAttempts);

    private static async Task<Results<Ok<RecoveryCodesResponse>, Problem>> Handle(
        Body<ConfirmSecondFactorRequest> body, Caller caller, UsherDb db, DatabaseClock clock, LogInGuard guard, SecretBox box, RevokedSessions revoked,
        ILogger<ConfirmSecondFactor> log, CancellationToken cancellationToken)
    {
        if (await db.SecondFactors.AsNoTracking().SingleOrDefaultAsync(f => f.UserId == caller.UserId, cancellationToken) is not { } begun)
            return new Problem(Problems.SecondFactorOff, "Request a secret first.");
        if (begun.ConfirmedAt is not null)
            return new Problem(Problems.SecondFactorOn);
        var now = clock.Now;
        long? step = null;
        // A caller with only a token could otherwise guess the code of a secret that the owner began with, and get the recovery codes.
        if (await guard.Refuse(LogInGuard.KeyOfCodes(caller.UserId), IsRight, Problems.InvalidCode, db, cancellationToken) is { } refused)
            return refused;

        List<Guid> ended;
        string[] codes;
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            await change.Hold(caller, cancellationToken);
            // Not if it was confirmed or replaced meanwhile.
            if (await db.SecondFactors.Where(f => f.UserId == caller.UserId && f.Secret == begun.Secret && f.ConfirmedAt == null)
                    .ExecuteUpdateAsync(set => set.SetProperty(f => f.ConfirmedAt, now).SetProperty(f => f.LastStep, step!.Value), cancellationToken) == 0)
                return new Problem(Problems.InvalidCode);
            codes = RecoveryCodes.Add(db, caller.UserId);
            ended = await db.EndSessions(caller.UserId, keep: caller.SessionId, now, cancellationToken);
            change.Audit(AuditAction.SecondFactorOn, caller.UserId, userId: caller.UserId);
            change.Publish(MessageTypes.SecondFactorOn, userId: caller.UserId);
            await change.Commit(cancellationToken);
        }
        ended.ForEach(session => revoked.Add(session, now));
        TurnedOn(log, caller.UserId, ended.Count);
        return TypedResults.Ok(new RecoveryCodesResponse(codes));

        Task<bool> IsRight()
        {
            step = box.Open(begun) is { } secret ? Totp.StepOf(RecoveryCode.Clean(body.Value.Code!), secret, now, begun.LastStep) : null;
            return Task.FromResult(step is not null);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{UserId} has a second factor now; sessions ended: {Sessions}")]
    private static partial void TurnedOn(ILogger log, Guid userId, int sessions);
}
