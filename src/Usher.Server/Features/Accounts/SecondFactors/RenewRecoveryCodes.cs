using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Validation;
using Usher.Domain.Accounts;
using Usher.Domain.Audit;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <param name="Password">Password of the account.</param>
/// <param name="Code">Second-factor code, as for log-in.</param>
[ValidatableType]
public sealed record RenewRecoveryCodesRequest([property: Required(AllowEmptyStrings = true)] string? Password, [property: Required, StringLength(64)] string? Code);

/// <param name="RecoveryCodes">Recovery codes. Keep them apart from the authenticator app. Hyphens, spaces and case do not matter.</param>
public sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes);

internal static class RenewRecoveryCodes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/second-factor/recovery-codes", Handle)
        .WithName("RenewRecoveryCodes").WithSummary("Get new recovery codes")
        .WithDescription("The codes are shown only this once. The previous codes stop working.")
        .Refuses(Problems.InvalidCredentials, Problems.InvalidCode, Problems.SecondFactorOff, Problems.TooManyAttempts, Problems.Overloaded);

    private static async Task<Results<Ok<RecoveryCodesResponse>, Problem>> Handle(
        Body<RenewRecoveryCodesRequest> body, Caller caller, UsherDb db, DatabaseClock clock, CredentialCheck credentials,
        CancellationToken cancellationToken)
    {
        if (!await db.SecondFactors.AnyAsync(f => f.UserId == caller.UserId && f.ConfirmedAt != null, cancellationToken))
            return new Problem(Problems.SecondFactorOff);
        var (verified, refused) = await credentials.PasswordAndCode(caller, body.Value.Password!, body.Value.Code!, db, cancellationToken);
        if (verified is null)
            return refused!;
        await using var change = await Change.Begin(db, cancellationToken);
        // Of two concurrent requests, the second replaces the codes of the first.
        await change.Hold(verified, cancellationToken);
        await db.RecoveryCodes.Where(c => c.UserId == caller.UserId).ExecuteDeleteAsync(cancellationToken);
        var codes = RecoveryCodes.Add(db, caller.UserId);
        change.Audit(AuditAction.RecoveryCodesRenewed, caller.UserId, userId: caller.UserId);
        await change.Commit(cancellationToken);
        return TypedResults.Ok(new RecoveryCodesResponse(codes));
    }
}

internal static class RecoveryCodes
{
    /// <summary>Adds new codes to the open transaction. The returned codes are not stored.</summary>
    public static string[] Add(UsherDb db, Guid userId)
    {
        string[] codes = [.. Enumerable.Range(0, RecoveryCode.AtOnce).Select(_ => RecoveryCode.Write(RandomNumberGenerator.GetBytes(RecoveryCode.Bytes)))];
        db.RecoveryCodes.AddRange(codes.Select(code => new RecoveryCode { UserId = userId, Hash = RefreshChain.Hash(RecoveryCode.Clean(code)) }));
        return codes;
    }
}
