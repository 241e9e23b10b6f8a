using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain;
using Usher.Domain.Audit;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <param name="Password">Password of the account.</param>
/// <param name="Code">Second-factor code, as for log-in.</param>
[ValidatableType]
public sealed record TurnOffSecondFactorRequest([property: Required(AllowEmptyStrings = true)] string? Password, [property: Required, StringLength(64)] string? Code);

internal sealed partial class TurnOffSecondFactor
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me/second-factor", Handle)
        .WithName("TurnOffSecondFactor").WithSummary("Turn off the second factor")
        .WithDescription("Deletes the secret and the recovery codes. If you have lost the app, send a recovery code.")
        .Refuses(Problems.InvalidCredentials, Problems.InvalidCode, Problems.SecondFactorOff, Problems.TooManyAttempts, Problems.Overloaded);

    private static async Task<Results<NoContent, Problem>> Handle(
        Body<TurnOffSecondFactorRequest> body, Caller caller, UsherDb db, CredentialCheck credentials,
        ILogger<TurnOffSecondFactor> log, CancellationToken cancellationToken)
    {
        if (!await db.SecondFactors.AnyAsync(f => f.UserId == caller.UserId && f.ConfirmedAt != null, cancellationToken))
            return new Problem(Problems.SecondFactorOff);
        var (verified, refused) = await credentials.PasswordAndCode(caller, body.Value.Password!, body.Value.Code!, db, cancellationToken);
        if (verified is null)
            return refused!;
        await using (var change = await Change.Begin(db, cancellationToken))
        {
            await change.Hold(verified, cancellationToken);
            if (await Remove(caller.UserId, actor: caller.UserId, change, cancellationToken) == 0)
                return new Problem(Problems.SecondFactorOff);
            await change.Commit(cancellationToken);
        }
        TurnedOff(log, caller.UserId);
        return TypedResults.NoContent();
    }

    /// <summary>
    /// The verb <c>second-factor-off EMAIL</c>, for a user who has lost the app and the recovery codes. The operator must identify the
    /// user.
    /// </summary>
    /// <returns>Exit code: 1 if there is no such account.</returns>
    public static async Task<int> Run(IServiceProvider services, string email, TextWriter output, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<UsherDb>();
        var key = EmailAddress.Key(email);

        await using var change = await Change.Begin(db, cancellationToken);
        if (await db.Users.SingleOrDefaultAsync(u => u.EmailKey == key && u.ErasedAt == null, cancellationToken) is not { } user)
        {
            await output.WriteLineAsync($"There is no account with the address {email}.");
            return 1;
        }
        await change.LockAccount(user.Id, AccountLock.Change, cancellationToken);
        await change.ReadClock(cancellationToken);
        var removed = await Remove(user.Id, actor: null, change, cancellationToken);
        await change.Commit(cancellationToken);
        await output.WriteLineAsync(removed == 0 ? $"{user.Username} has no second factor." : $"{user.Username} has no second factor any more, and is told so by mail.");
        return 0;
    }

    private static async Task<int> Remove(Guid userId, Guid? actor, Change change, CancellationToken cancellationToken)
    {
        var db = change.Db;
        var removed = await db.SecondFactors.Where(f => f.UserId == userId && f.ConfirmedAt != null).ExecuteDeleteAsync(cancellationToken);
        if (removed == 0)
            return 0;
        await db.LogInFailures.Where(f => f.Key == LogInGuard.KeyOfCodes(userId)).ExecuteDeleteAsync(cancellationToken);
        change.Audit(AuditAction.SecondFactorOff, actor, userId: userId);
        change.Publish(MessageTypes.SecondFactorOff, userId: userId);
        return removed;
    }

    [LoggerMessage(1, LogLevel.Information, "{UserId} has no second factor any more")]
    private static partial void TurnedOff(ILogger log, Guid userId);
}
