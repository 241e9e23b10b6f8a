using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;
using Usher.Domain.Accounts;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Accounts.SecondFactors;

/// <param name="Password">Password of the account. A token alone is not enough to lock the owner out.</param>
[ValidatableType]
public sealed record BeginSecondFactorRequest([property: Required(AllowEmptyStrings = true)] string? Password);

/// <summary>Secret for an authenticator app. It is shown only once.</summary>
/// <param name="Secret">Secret in base32, to type into the app.</param>
/// <param name="OtpauthUrl">The same secret as a URL for a QR code.</param>
public sealed record BegunSecondFactorResponse(string Secret, string OtpauthUrl);

internal static class BeginSecondFactor
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/second-factor", Handle)
        .WithName("BeginSecondFactor").WithSummary("Request a secret for an authenticator app")
        .WithDescription("The app shows six-digit codes that change every 30 seconds (RFC 6238). The server asks for codes only after a first code has confirmed the secret. If " +
            "you request another secret before that, it replaces this one. For organizers and admins with a verified address.")
        .Refuses(Problems.InvalidCredentials, Problems.EmailNotVerified, Problems.SecondFactorOn, Problems.TooManyAttempts, Problems.Overloaded);

    private static async Task<Results<Ok<BegunSecondFactorResponse>, Problem>> Handle(
        Body<BeginSecondFactorRequest> body, Caller caller, UsherDb db, DatabaseClock clock, CredentialCheck credentials, SecretBox box,
        IOptions<AuthOptions> auth, CancellationToken cancellationToken)
    {
        var (verified, refused) = await credentials.Password(caller, body.Value.Password!, db, cancellationToken);
        if (verified is null)
            return refused!;

        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        await using var change = await Change.Begin(db, cancellationToken);
        // Of two concurrent requests, the second replaces the secret of the first.
        var user = await change.Hold(verified, cancellationToken);
        // A person who registered a foreign address must not lock out its reader.
        if (!user.EmailVerified)
            return new Problem(Problems.EmailNotVerified);
        await db.SecondFactors.Where(f => f.UserId == user.Id && f.ConfirmedAt == null).ExecuteDeleteAsync(cancellationToken);
        if (await db.SecondFactors.AnyAsync(f => f.UserId == user.Id, cancellationToken))
            return new Problem(Problems.SecondFactorOn, "Turn off the second factor first.");
        var (seal, key) = box.Seal(secret, user.Id);
        db.SecondFactors.Add(new SecondFactor { UserId = user.Id, Secret = seal, KeyId = key, CreatedAt = clock.Now });
        await change.Commit(cancellationToken);
        var text = Base32.Write(secret);
        return TypedResults.Ok(new BegunSecondFactorResponse(text, AddressOf(text, auth.Value.Issuer, user.Email)));
    }

    /// <summary>The otpauth format of the apps: the account precedes the secret, and the service appears twice.</summary>
    private static string AddressOf(string secret, string issuer, string account)
    {
        var name = Uri.EscapeDataString(issuer);
        return $"otpauth://totp/{name}:{Uri.EscapeDataString(account)}?secret={secret}&issuer={name}&algorithm=SHA1&digits={Totp.Digits}&period={Totp.StepSeconds}";
    }
}
